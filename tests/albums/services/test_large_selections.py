"""Tags, times, places and events for as many photos as the grid can tick: all or none, few queries, one Undo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from albums.models import Photo
from albums.services import events, places, tags, times
from albums.services.photo_history import undo
from albums.services.places import PlaceChoice

pytestmark = pytest.mark.django_db
START = datetime(2026, 6, 20, 10, tzinfo=UTC)
MANY = 5_100  # more than were allowed once


@pytest.fixture
def many(room, alice):
    """Puts so many bare photos into the room; answers their ids."""

    def put(count: int) -> list[int]:
        photos = Photo.objects.bulk_create(
            Photo(
                room=room, uploader=alice, filename=f"IMG_{at}.jpg", sha256=f"{at:064x}", crc32=0, size_bytes=1,
                state="ready", sort_at=START + timedelta(minutes=at), taken_at=START + timedelta(minutes=at),
            )
            for at in range(count)
        )  # fmt: skip
        return [photo.pk for photo in photos]

    return put


def tag(user, room, keys):
    return tags.put_on(user=user, room=room, photo_ids=keys, name="Party").change


def untag(user, room, keys):
    tags.put_on(user=user, room=room, photo_ids=keys, name="Party")
    return tags.remove_by_name(user=user, room=room, photo_ids=keys, name="party").change


def date(user, room, keys):
    return times.set_time(user=user, room=room, photo_ids=keys, local_time=datetime(2026, 7, 1, 12))


def shift(user, room, keys):
    return times.shift_times(user=user, room=room, photo_ids=keys, seconds=3600)


def place(user, room, keys):
    return places.set_place(user=user, room=room, photo_ids=keys, choice=PlaceChoice(name="Garden"))


def move(user, room, keys):
    return events.move_to_event(user=user, room=room, photo_ids=keys, to=None, name="Party")[1]


def state() -> list[tuple[object, ...]]:
    rows = Photo.objects.order_by("pk")
    return list(
        rows.values_list(
            "pk", "sort_at", "time_source", "place", "place_source", "event", "photo_tags__tag__name"
        )
    )


@pytest.mark.parametrize("deed", [tag, date, shift, place, move])
def test_all_photos_of_a_large_selection_change_and_go_back_with_one_undo(alice, room, many, deed):
    keys = many(MANY)
    before = state()
    change = deed(alice, room, keys)
    changed = state()
    assert all(old != new for old, new in zip(before, changed, strict=True))
    assert f"{MANY:,} photos" in change.summary
    undo(user=alice, change=change)
    assert state() == before


@pytest.mark.parametrize("deed", [tag, untag, date, shift, place, move])
def test_a_photo_more_costs_no_query_more(alice, room, many, deed, django_assert_max_num_queries):
    keys = many(1_000)
    with django_assert_max_num_queries(110):  # two batches
        deed(alice, room, keys)


def test_what_fails_on_the_way_changes_no_photo(alice, room, many, monkeypatch):
    keys = many(1_200)
    before = state()

    def fail(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("albums.services.photo_history.settle", fail)
    with pytest.raises(RuntimeError):
        place(alice, room, keys)
    assert state() == before
