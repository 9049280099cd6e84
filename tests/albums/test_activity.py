from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from albums.activity import happenings_of, keys_of, read_keys
from albums.activity_texts import sentence
from albums.models import Comment, Favorite, Membership, Person, Photo, Room
from albums.services.people import name_person
from tests.conftest import picture

pytestmark = pytest.mark.django_db


def lines(room: Room, user) -> list[str]:
    return [sentence(line, user).text for line in happenings_of(room, read_keys(keys_of(room)), user)]


@pytest.fixture
def noon(room, alice):
    """Everybody joined long ago."""
    Membership.objects.update(joined_at=timezone.now() - timedelta(days=9))
    return timezone.now().replace(minute=10) - timedelta(days=1)


def test_photos_are_bundled_by_person_and_hour(room, alice, bob, add_photo, noon):
    Membership.objects.update(joined_at=noon - timedelta(days=9))
    for user, minutes in ((alice, 0), (alice, 20), (alice, 70), (bob, 5)):
        photo = add_photo(user)
        Photo.objects.filter(pk=photo.pk).update(state="ready", uploaded_at=noon + timedelta(minutes=minutes))
    found = happenings_of(room, read_keys(keys_of(room)), alice)
    assert [sentence(line, alice).text for line in found[:3]] == [
        "You added 1 photo",
        "You added 2 photos",
        "Bob added 1 photo",
    ]
    assert [len(line.photos) for line in found[:3]] == [1, 2, 1]


def test_comments_hearts_and_names_have_lines(room, alice, bob, add_photo, noon):
    photo = add_photo(alice)
    Photo.objects.filter(pk=photo.pk).update(state="ready")
    Comment.objects.create(room=room, photo=photo, author=bob, text="Great")
    Favorite.objects.create(photo=photo, user=bob)
    name_person(user=bob, person=Person.objects.create(room=room), name="Anna")
    found = lines(room, alice)
    for text in ("Bob wrote a comment", "Bob likes a photo", "Bob named people"):
        assert text in found


def test_who_does_not_want_to_be_shown_is_not(room, alice, bob, noon):
    person = Person.objects.create(room=room)
    name_person(user=bob, person=person, name="Anna")
    assert "Bob named people" in lines(room, alice)
    Person.objects.filter(pk=person.pk).update(is_concealed=True)
    assert "Bob named people" not in lines(room, alice)


def test_hearts_are_private_where_comments_are_off(room, alice, bob, add_photo, noon):
    Favorite.objects.create(photo=add_photo(alice), user=bob)
    room.allows_comments = False
    assert "Bob likes a photo" not in lines(room, alice)


@pytest.mark.parametrize("address", ["/rooms/{}/activity/", "/api/v1/rooms/{}/activity/"])
def test_the_lines_of_a_large_room_are_put_together_once(client, room, alice, add_photo, address):
    add_photo()
    client.force_login(alice)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address.format(room.pk)).status_code == 200
    assert sum("UNION ALL" in query["sql"] for query in queries) == 1


def test_a_page_costs_the_same_for_few_and_for_many(client, room, alice, bob, add_photo, noon):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/rooms/{room.pk}/activity/").status_code == 200
        return len(found)

    def happen(hours: int) -> None:
        photo = add_photo(bob, data=picture((40 * hours, 9, 9)))
        at = noon - timedelta(hours=hours)
        Photo.objects.filter(pk=photo.pk).update(state="ready", uploaded_at=at)
        Comment.objects.create(room=room, photo=photo, author=bob, text="Great", created_at=at)
        Favorite.objects.create(photo=photo, user=bob)
        name_person(user=bob, person=Person.objects.create(room=room), name=f"Anna {hours}")

    client.force_login(alice)
    happen(0)
    queries()
    few = queries()
    for hours in range(1, 6):
        happen(hours)
    assert queries() == few


class TestVisits:
    def test_after_an_absence_photos_of_others_are_new(self, client, room, alice, bob, add_photo):
        client.force_login(alice)
        client.get(f"/rooms/{room.pk}/")
        mine = Membership.objects.filter(room=room, user=alice)
        assert mine.get().new_since is None
        mine.update(seen_at=timezone.now() - timedelta(hours=2))
        add_photo(bob)
        add_photo(alice)
        assert "1 new" in client.get("/rooms/").content.decode()
        page = client.get(f"/rooms/{room.pk}/").content.decode()
        assert "1 new since your last visit" in page
        assert "1 new since your last visit" in client.get(f"/rooms/{room.pk}/").content.decode()
        assert "New since your last visit" in client.get(f"/rooms/{room.pk}/?new=1").content.decode()
        assert (
            client.get(f"/api/v1/rooms/{room.pk}/photos/?new=true").json()["results"][0]["uploader"]["id"]
            == bob.pk
        )

    def test_clicking_around_writes_nothing(self, client, room, alice):
        client.force_login(alice)
        client.get(f"/rooms/{room.pk}/")
        seen = Membership.objects.get(room=room, user=alice).seen_at
        client.get(f"/rooms/{room.pk}/")
        assert Membership.objects.get(room=room, user=alice).seen_at == seen


def test_many_rooms_are_found_by_name_and_cost_no_more_queries(client, alice, room):
    from albums.services.rooms import create_room

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    client.force_login(alice)
    queries("/rooms/")
    few = queries("/rooms/")
    for number in range(13):
        create_room(owner=alice, name=f"Trip {number}")
    assert queries("/rooms/") == few
    page = client.get("/rooms/?q=trip 7").content.decode()
    assert "Trip 7" in page
    assert "Trip 8" not in page
