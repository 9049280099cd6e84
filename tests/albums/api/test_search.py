from __future__ import annotations

import pytest

from albums.models import Event, Favorite, Photo, PhotoTag, Place, Tag
from tests.albums.api.conftest import error_of


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [photo["id"] for photo in answer.json()["results"]]


@pytest.fixture
def photos(room, add_photo) -> list[Photo]:
    return [add_photo(name=f"IMG_{number}.jpg") for number in range(3)]


def test_typed_words_become_filters_of_the_list(api, bob, url, room, photos, add_face, make_person):
    anna = make_person(0, name="Anna")
    add_face(photos[0], anna)
    Tag.objects.create(key="beach", name="beach", kind="category")
    PhotoTag.objects.create(photo=photos[0], room=room, tag=Tag.objects.get())
    answer = api(bob).get(url("search/"), {"q": "Anna beach IMG"}).json()
    assert answer["filters"] == {"person": str(anna.pk), "tag": str(Tag.objects.get().pk), "q": "IMG"}
    assert answer["url"].startswith(f"/rooms/{room.pk}/?person=")
    assert ids(api(bob).get(url("photos/"), answer["filters"])) == [photos[0].pk]


def test_suggestions_come_with_faces_and_filters(api, bob, url, make_person):
    anna = make_person(2, name="Anna")
    [first, *_] = api(bob).get(url("search/?q=an")).json()["suggestions"]
    assert first == {
        "kind": "person",
        "name": "Anna",
        "detail": "2 photos",
        "face": f"/rooms/{anna.room_id}/faces/{anna.cover_id}/crop",
        "filters": {"person": str(anna.pk)},
    }
    assert api(bob).get(url("search/")).json() == {
        "filters": {},
        "url": f"/rooms/{anna.room_id}/",
        "suggestions": [],
    }


def test_too_much_is_refused(api, bob, url, room):
    error_of(api(bob).get(url("search/"), {"q": "x" * 201}), 400)
    error_of(api(bob).get(url("search/"), {"q": "\x00"}), 400)


@pytest.mark.parametrize(
    "query",
    [
        "tag=beach", "not_tag=0", "not_person=-1", "event=x", "place=1.5", "country=ITA", "country=1", "day=20.6.2026",
        "day=2026-02-30", "since=0001-01-01", "until=tomorrow", "month=13", "month=0", "weekday=8", "stars=6", "stars=0",
        "quality=good", "exposure=x", "best=2", "blurred=maybe", "favorite=x", "left_out=yes", "has_place=x",
        "has_people=perhaps", "device=x", "q=" + "x" * 101, "tag=" + ",".join("1" * 60),
    ],
)  # fmt: skip
def test_filters_that_mean_nothing_are_answered_with_400(api, bob, url, room, query):
    error_of(api(bob).get(url(f"photos/?{query}")), 400)


def test_lists_hold_what_albums_hold(api, bob, alice, url, photos):
    Photo.objects.filter(pk=photos[0].pk).update(left_out="blurred", quality="blurred")
    Photo.objects.filter(pk=photos[1].pk).update(left_out="duplicate", stars=4)
    client = api(bob)
    assert ids(client.get(url("photos/"))) == [photos[2].pk]
    assert ids(client.get(url("photos/?blurred=true&ordering=sort_at"))) == [photos[0].pk, photos[2].pk]
    assert ids(client.get(url("photos/?quality=blurred"))) == [photos[0].pk]
    assert ids(client.get(url("photos/?left_out=duplicate"))) == [photos[1].pk]
    assert len(ids(client.get(url("photos/?left_out=any")))) == 2
    assert ids(client.get(url("photos/?left_out=any&stars=4"))) == [photos[1].pk]
    assert client.get(url(f"photos/{photos[0].pk}/")).status_code == 200
    Photo.objects.filter(pk=photos[1].pk).update(deleted_at="2026-06-20T00:00:00Z")
    assert ids(api(alice).get(url("photos/?trash=true"))) == [photos[1].pk]


def test_false_is_another_answer_than_none_where_both_make_sense(api, bob, url, room, photos):
    Photo.objects.filter(pk=photos[0].pk).update(place=Place.objects.create(room=room, city="Rome"))
    assert ids(api(bob).get(url("photos/?has_place=true"))) == [photos[0].pk]
    assert len(ids(api(bob).get(url("photos/?has_place=false")))) == 2
    assert len(ids(api(bob).get(url("photos/?favorite=false")))) == 3
    Favorite.objects.create(user=bob, photo=photos[1])
    assert ids(api(bob).get(url("photos/?favorite=true"))) == [photos[1].pk]


def test_albums_are_of_every_kind_with_true_numbers(
    api, bob, url, room, photos, django_assert_max_num_queries
):
    place = Place.objects.create(room=room, city="Rome")
    event = Event.objects.create(
        room=room, name="Dinner", starts_at=photos[0].sort_at, ends_at=photos[0].sort_at, photo_count=2
    )
    tag = Tag.objects.create(key="beach", name="beach", kind="category")
    Photo.objects.update(place=place, state="ready")
    Photo.objects.filter(pk__in=[photos[0].pk, photos[1].pk]).update(event=event)
    Photo.objects.filter(pk=photos[2].pk).update(left_out="duplicate")
    for photo in photos:
        PhotoTag.objects.create(photo=photo, room=room, tag=tag)
    client = api(bob)
    with django_assert_max_num_queries(22):
        albums = {album["id"]: album for album in client.get(url("albums/")).json()}
    assert set(albums) == {
        "room",
        "mine",
        "favorites",
        "best",
        f"event-{event.pk}",
        f"place-{place.pk}",
        f"tag-{tag.pk}",
    }
    assert (albums[f"tag-{tag.pk}"]["photos"], albums[f"tag-{tag.pk}"]["size_bytes"]) == (2, None)
    for name in ("room", "best", f"event-{event.pk}", f"place-{place.pk}"):
        assert (albums[name]["photos"], albums[name]["size_bytes"] > 0) == (2, True), name
        assert albums[name]["cover"] == f"/rooms/{room.pk}/photos/{photos[0].pk}/320?v=now"
    assert albums["mine"]["photos"] == albums["favorites"]["photos"] == 0
    assert albums[f"tag-{tag.pk}"]["kind"] == "tag"
