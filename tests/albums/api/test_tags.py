from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from albums.models import Favorite, Photo, PhotoTag, Tag
from tests.conftest import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(alice):
    client = APIClient()
    client.force_authenticate(alice)
    return client


@pytest.fixture
def base(room):
    return f"/api/v1/rooms/{room.pk}/"


def test_a_word_is_made_put_on_listed_and_taken_off(api, base, room, add_photo):
    photo = add_photo()
    made = api.post(f"{base}tags/", {"name": "Rex"}, format="json")
    assert (made.status_code, made.json()["photos"], made.json()["is_own"]) == (201, 0, True)
    assert api.post(f"{base}tags/", {"name": "rex"}, format="json").status_code == 200
    tag = made.json()["id"]
    told = api.post(f"{base}photos/{photo.pk}/tags/", {"tag": tag}, format="json").json()
    assert told["change"]["summary"] == "1 photo tagged “Rex”"
    (word,) = api.get(f"{base}tags/").json()["results"]
    assert (word["name"], word["photos"]) == ("Rex", 1)
    (listed,) = api.get(f"{base}photos/").json()["results"]
    assert [(row["name"], row["state"]) for row in listed["tags"]] == [("Rex", "accepted")]
    api.delete(f"{base}photos/{photo.pk}/tags/{tag}/")
    assert api.get(f"{base}photos/{photo.pk}/tags/").json() == []
    undone = api.post(f"{base}photo-changes/{told['change']['id']}/undo/")
    assert undone.status_code == 409  # it has been taken off since


def test_caption_and_stars_are_patched_and_favorites_are_ones_own(api, base, bob, add_photo):
    photo = add_photo()
    Favorite.objects.create(user=bob, photo=photo)
    address = f"{base}photos/{photo.pk}/"
    found = api.patch(address, {"caption": "At the lake", "stars": 4}, format="json").json()
    assert (found["caption"], found["stars"], found["is_favorite"]) == ("At the lake", 4, False)
    assert api.put(f"{address}favorite/").status_code == 204
    assert api.get(address).json()["is_favorite"] is True
    assert api.delete(f"{address}favorite/").status_code == 204
    assert list(Favorite.objects.values_list("user", flat=True)) == [bob.pk]
    assert api.patch(address, {"stars": 6}, format="json").status_code == 400


def test_many_photos_at_once(api, base, add_photo):
    photos = [add_photo().pk, add_photo().pk]
    api.post(f"{base}photos/tags/", {"photos": photos, "name": "Rex"}, format="json")
    assert PhotoTag.objects.filter(state="accepted").count() == 2
    api.post(f"{base}photos/tags/", {"photos": photos, "name": "Rex", "remove": True}, format="json")
    assert PhotoTag.objects.filter(state="refused").count() == 2
    api.post(f"{base}photos/stars/", {"photos": photos, "stars": 2}, format="json")
    assert set(Photo.objects.values_list("stars", flat=True)) == {2}
    found = api.post(f"{base}photos/favorites/", {"photos": photos}, format="json").json()
    assert found == {"photos": photos}


def test_the_review_is_answered(api, base, room, add_photo):
    tag = Tag.objects.create(key="dog", name="dog", kind="category")
    rows = [
        PhotoTag.objects.create(photo=add_photo(), room=room, tag=tag, state="proposed", score=score)
        for score in (0.9, 0.5)
    ]
    asked = api.get(f"{base}tags/review/?tag={tag.pk}").json()["results"]
    assert [row["id"] for row in asked] == [rows[1].pk, rows[0].pk]
    answers = {"right": [rows[0].pk], "wrong": [rows[1].pk]}
    assert api.post(f"{base}tags/review/", answers, format="json").json()["change"]["kind"] == "tags"
    assert api.get(f"{base}tags/review/").json()["results"] == []
    assert api.get(f"{base}tags/review/?tag=999999").status_code == 404


def test_what_makes_no_sense_is_refused_with_a_sentence(api, base, add_photo):
    photo = add_photo()
    both = api.post(f"{base}photos/{photo.pk}/tags/", {"name": "x", "tag": 1}, format="json")
    assert both.status_code == 400
    dog = Tag.objects.create(key="dog", name="dog", kind="category")
    assert "whole site" in api.delete(f"{base}tags/{dog.pk}/").json()["error"]["message"]
    assert api.post(f"{base}photos/{photo.pk}/tags/", {"tag": 999999}, format="json").status_code == 404


def test_a_list_with_many_tags_costs_no_more_queries(
    api, base, room, add_photo, django_assert_max_num_queries
):
    tags = [Tag.objects.create(key=f"t{n}", name=f"t{n}", kind="category") for n in range(5)]
    for n in range(6):
        photo = add_photo(data=picture(size=(64 + n, 48)))
        PhotoTag.objects.bulk_create(PhotoTag(photo=photo, room=room, tag=tag) for tag in tags)
    with django_assert_max_num_queries(9):
        assert len(api.get(f"{base}photos/").json()["results"]) == 6
