from __future__ import annotations

import pytest

from albums.models import Photo, PhotoGroup
from tests.conftest import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(room, add_photo) -> PhotoGroup:
    photos = [add_photo(), add_photo()]
    keys = [photo.pk for photo in photos]
    data = {
        "members": keys[::-1],
        "kinds": {str(keys[1]): "best", str(keys[0]): "cropped"},
        "scores": {str(keys[0]): 0.8},
    }
    found = PhotoGroup.objects.create(room=room, kind="duplicates", proposed=photos[1], data=data)
    Photo.objects.filter(pk__in=keys).update(duplicates=found, state="ready")
    return found


@pytest.fixture
def call(client, room, alice):
    """Asks the API of the room as Alice."""

    def ask(method: str, path: str, body: object = None):
        client.force_login(alice)
        return getattr(client, method)(
            f"/api/v1/rooms/{room.pk}/{path}", body, content_type="application/json"
        )

    return ask


def test_list_tells_copies_best_first(call, group):
    (row,) = call("get", "duplicates/").json()["results"]
    assert row["id"] == group.pk
    assert row["proposed"] == group.proposed_id
    assert [(copy["kind"], copy["left_out"]) for copy in row["copies"]] == [("best", ""), ("cropped", "")]
    assert row["copies"][1]["score"] == 0.8


def test_keep_then_undo(call, group):
    answer = call("post", f"duplicates/{group.pk}/keep/", {"photo": group.proposed_id}).json()
    assert call("get", "duplicates/").json()["results"] == []
    assert call("get", f"duplicates/{group.pk}/").json()["chosen"] == group.proposed_id
    call("post", f"photo-changes/{answer['change']['id']}/undo/")
    assert len(call("get", "duplicates/").json()["results"]) == 1


def test_keep_all_and_keep_proposed(call, group):
    assert call("post", "duplicates/keep-proposed/", {"groups": [group.pk]}).json()["photos"] == 1
    assert call("post", f"duplicates/{group.pk}/keep-all/").json()["change"]["summary"].startswith("All of 2")
    answer = call("post", "duplicates/keep-proposed/", {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "refused")


def test_photo_of_another_group_is_a_conflict(call, group, add_photo):
    answer = call("post", f"duplicates/{group.pk}/keep/", {"photo": add_photo().pk})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")


def test_set_aside_and_bring_back(call, group):
    photos = {"photos": [group.proposed_id]}
    assert call("post", "photos/set-aside/", photos).json()["change"]["kind"] == "left_out"
    assert Photo.objects.get(pk=group.proposed_id).left_out == "aside"
    call("post", "photos/bring-back/", photos)
    assert call("post", "photos/bring-back/", photos).json() == {"change": None}


def test_list_takes_as_many_queries_for_many_groups(
    call, group, room, add_photo, django_assert_max_num_queries
):
    for number in range(6):
        one = PhotoGroup.objects.create(room=room, kind="duplicates")
        keys = [add_photo(data=picture((number * 40, part * 200, 90))).pk for part in (0, 1)]
        Photo.objects.filter(pk__in=keys).update(duplicates=one, state="ready")
    with django_assert_max_num_queries(22):
        assert len(call("get", "duplicates/").json()["results"]) == 7
