"""Look-alikes and similar photos in the API."""

import pytest

from albums.models import Photo, PhotoGroup
from tests.albums.api.conftest import error_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(room, add_photo):
    photos = [add_photo() for _ in range(3)]
    data = {"reasons": {str(photos[0].pk): ["the best light"]}, "scores": {str(photos[1].pk): -0.4}}
    made = PhotoGroup.objects.create(room=room, kind="look_alikes", proposed=photos[0], data=data)
    for rank, photo in enumerate(photos, start=1):
        Photo.objects.filter(pk=photo.pk).update(look_alikes=made, look_alike_rank=rank, state="ready")
    return made


def members(group):
    return list(group.look_alikes.order_by("look_alike_rank").values_list("pk", flat=True))


def test_groups_are_listed_with_their_photos_the_best_first(api, url, alice, group):
    (found,) = api(alice).get(url("look-alikes/")).json()["results"]
    assert found["id"] == group.pk
    assert [shot["photo"]["id"] for shot in found["photos"]] == members(group)
    assert [shot["rank"] for shot in found["photos"]] == [1, 2, 3]
    assert found["photos"][0]["reasons"] == ["the best light"]
    assert found["photos"][1]["score"] == -0.4


def test_a_group_of_one_is_no_group(api, url, alice, group):
    group.look_alikes.exclude(look_alike_rank=1).update(left_out="aside")
    assert api(alice).get(url("look-alikes/")).json()["results"] == []


def test_choosing_answers_a_change_that_can_be_undone(api, url, bob, group):
    other = members(group)[2]
    answer = api(bob).post(url(f"look-alikes/{group.pk}/choose/"), {"photo": other}, format="json")
    assert members(group)[0] == other
    change = answer.json()["change"]["id"]
    assert api(bob).post(url(f"photo-changes/{change}/undo/")).status_code == 200
    group.refresh_from_db()
    assert group.chosen is None


def test_a_photo_of_another_group_cannot_be_chosen(api, url, bob, group, add_photo):
    answer = api(bob).post(url(f"look-alikes/{group.pk}/choose/"), {"photo": add_photo().pk}, format="json")
    assert "not in the group" in error_of(answer, 409)["message"]


def test_keeping_one_and_taking_apart(api, url, bob, room, group):
    first, second, third = members(group)
    body = {"photos": [third]}
    assert api(bob).post(url(f"look-alikes/{group.pk}/apart/"), body, format="json").status_code == 200
    assert members(group) == [first, second]
    body = {"photo": first}
    assert api(bob).post(url(f"look-alikes/{group.pk}/keep/"), body, format="json").status_code == 200
    assert set(room.photos.in_albums().values_list("pk", flat=True)) == {first, third}


@pytest.mark.parametrize(
    ("verb", "body"), [("choose", {}), ("keep", {"photo": 0}), ("apart", {"photos": []})]
)
def test_what_makes_no_sense_is_refused(api, url, bob, group, verb, body):
    error_of(api(bob).post(url(f"look-alikes/{group.pk}/{verb}/"), body, format="json"), 400)


def test_a_photo_that_nobody_has_looked_at_has_no_similar_ones(api, url, alice, group):
    assert api(alice).get(url(f"photos/{members(group)[0]}/similar/")).json() == []
    error_of(api(alice).get(url(f"photos/{members(group)[0]}/similar/?limit=0")), 400)
