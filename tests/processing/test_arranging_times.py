"""Times, cameras and events of a room, put in order by a run over it; what people decided stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from albums.models import Device, Event, Feature, Photo, Place, Room
from albums.services import clocks as clock_services
from albums.services import events as event_services
from albums.services import photo_history
from albums.services import times as time_services
from albums.services.photos import trash_photos
from processing.arranging import clocks, devices, events, times

pytestmark = pytest.mark.django_db
START = datetime(2026, 6, 20, 18, tzinfo=UTC)


@pytest.fixture
def take(room, alice) -> Callable[..., list[Photo]]:
    """Photos of a camera whose clock shows these times, ready and not yet in order."""

    def make(
        start: datetime = START, count: int = 5, *, minutes: float = 3, **columns: object
    ) -> list[Photo]:
        first = Photo.objects.count()
        values = {
            "uploader": alice,
            "format": "JPEG",
            "state": "ready",
            "crc32": 0,
            "size_bytes": 1,
        } | columns
        photos = []
        for number in range(count):
            clock = start + timedelta(minutes=minutes * number)
            named = {"filename": f"IMG_{first + number}.jpg"} | values
            clocked = {"clock_at": clock, "sort_at": clock} | named
            photos.append(Photo(room=room, sha256=f"{first + number:064x}", **clocked))
        return Photo.objects.bulk_create(photos)

    return make


def run(room: Room) -> None:
    room.refresh_from_db()
    new = frozenset(Photo.objects.filter(room=room).to_arrange().values_list("pk", flat=True))
    for step in (times, events):
        step.arrange(room, new)
    Photo.objects.update(arrange_requests=0)


def events_of(room: Room) -> dict[str, int]:
    return {event.name: event.photo_count for event in Event.objects.filter(room=room)}


def test_a_camera_is_a_body_with_a_number_or_a_model_of_somebody(take, room, alice, bob):
    take(camera="Canon", serial="42", uploader=alice)
    take(camera="Canon", serial="42", uploader=bob)
    take(camera="iPhone", uploader=alice)
    take(camera="iPhone", uploader=bob)
    take(camera="")
    run(room)
    assert Device.objects.count() == 3
    assert Photo.objects.filter(device__camera="Canon").count() == 10
    assert Photo.objects.filter(device=None).count() == 5
    run(room)
    assert Device.objects.count() == 3


def test_cameras_without_photos_are_forgotten_unless_somebody_set_their_clock(take, room):
    Device.objects.create(room=room, camera="Old")
    Device.objects.create(room=room, camera="Set", shift_seconds=60)
    devices.drop_unused(room)
    assert [device.camera for device in Device.objects.all()] == ["Set"]


def test_times_follow_the_place_and_the_room(take, room):
    photo = take(count=1)[0]
    Room.objects.update(time_zone="Europe/Rome")
    run(room)
    photo.refresh_from_db()
    assert (photo.taken_at, photo.time_source) == (START - timedelta(hours=2), "room")
    york = Place.objects.create(room=room, city="New York", time_zone="America/New_York")
    Photo.objects.update(place=york, place_source="person", arrange_requests=1)
    run(room)
    photo.refresh_from_db()
    assert (photo.taken_at, photo.taken_offset_minutes, photo.time_source) == (
        START + timedelta(hours=4),
        -240,
        "place",
    )


def test_a_shift_of_the_camera_moves_its_photos_and_undo_moves_them_back(take, room, alice):
    photo = take(count=3, camera="Canon")[0]
    run(room)
    device = Device.objects.get()
    change = clock_services.shift_camera(user=alice, device=device, seconds=3600)
    photo.refresh_from_db()
    assert photo.taken_at == START + timedelta(hours=1)
    run(room)
    photo.refresh_from_db()
    assert photo.taken_at == START + timedelta(hours=1)
    photo_history.undo(user=alice, change=change)
    photo.refresh_from_db()
    assert photo.taken_at == START  # at once: the page shows it before the next run over the room
    run(room)
    photo.refresh_from_db()
    assert photo.taken_at == START


def test_one_photo_tells_by_how_much_its_camera_is_off(take, room, alice):
    first, second = take(count=2, camera="Canon", minutes=10)
    run(room)
    first.refresh_from_db()
    local = datetime(2026, 6, 20, 19, 30)
    clock_services.shift_by_photo(user=alice, device=first.device, photo=first, local_time=local)
    assert Device.objects.get().shift_seconds == 5400
    second.refresh_from_db()
    assert second.taken_at == START + timedelta(minutes=100)


def test_the_time_that_somebody_set_survives_runs_and_can_be_taken_back(take, room, alice):
    first, second, _ = take(count=3, minutes=10)
    run(room)
    when = datetime(2026, 6, 1, 12)
    change = time_services.set_time(user=alice, room=room, photo_ids=[second.pk, first.pk], local_time=when)
    run(room)
    first.refresh_from_db(), second.refresh_from_db()
    assert first.taken_at == first.sort_at == datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert second.taken_at == datetime(2026, 6, 1, 12, 10, tzinfo=UTC)
    assert first.time_source == "person"
    photo_history.undo(user=alice, change=change)
    run(room)
    first.refresh_from_db()
    assert (first.taken_at, first.time_source) == (START, "room")
    time_services.shift_times(user=alice, room=room, photo_ids=[first.pk], seconds=-60)
    time_services.forget_times(user=alice, room=room, photo_ids=[first.pk])
    run(room)
    first.refresh_from_db()
    assert (first.taken_at, first.time_source) == (START, "room")


def test_events_keep_their_ids_while_photos_come(take, room):
    take()
    run(room)
    event = Event.objects.get()
    assert (event.name, event.photo_count) == ("Saturday evening", 5)
    take(START + timedelta(minutes=20))
    take(START + timedelta(days=1), count=20)
    run(room)
    assert events_of(room) == {"Saturday evening": 10, "Sunday evening": 20}
    assert Event.objects.get(name="Saturday evening").pk == event.pk


def test_a_second_run_changes_nothing(take, room):
    take(), take(START + timedelta(days=1))
    run(room)
    before = list(Event.objects.values())
    Photo.objects.update(arrange_requests=1)
    run(room)
    assert list(Event.objects.values()) == before


def test_a_name_stays_and_an_empty_one_brings_day_and_place_back(take, room, alice):
    take()
    run(room)
    event = Event.objects.get()
    event_services.rename_event(user=alice, event=event, name="Anna’s birthday")
    take(START + timedelta(minutes=20))
    run(room)
    assert events_of(room) == {"Anna’s birthday": 10}
    event_services.rename_event(user=alice, event=event, name="")
    run(room)
    assert events_of(room) == {"Saturday evening": 10}


def test_two_events_with_names_are_never_made_one_by_new_photos(take, room, alice):
    take(count=10), take(START + timedelta(hours=3), count=10)
    run(room)
    for number, event in enumerate(Event.objects.order_by("starts_at")):
        event_services.rename_event(user=alice, event=event, name=f"Part {number + 1}")
    take(START + timedelta(minutes=30), count=30, minutes=5)
    run(room)
    assert events_of(room) == {"Part 1": 25, "Part 2": 25}


def test_moved_photos_stay_where_they_were_put(take, room, alice):
    first = take()
    take(START + timedelta(days=1))
    run(room)
    sunday = Event.objects.order_by("starts_at").last()
    starts_at = sunday.starts_at
    event_services.move_to_event(user=alice, room=room, photo_ids=[first[0].pk], to=sunday)
    assert events_of(room) == {"Saturday evening": 4, "Sunday evening": 6}
    run(room)
    assert events_of(room) == {"Saturday evening": 4, "Sunday evening": 6}
    sunday.refresh_from_db()
    assert sunday.starts_at == starts_at
    event_services.release_photos(user=alice, room=room, photo_ids=[first[0].pk])
    run(room)
    assert events_of(room) == {"Saturday evening": 5, "Sunday evening": 5}


def test_merged_events_stay_one_also_for_new_photos(take, room, alice):
    take(count=10), take(START + timedelta(hours=3), count=6)
    run(room)
    into, other = Event.objects.order_by("starts_at")
    change = event_services.merge_events(user=alice, into=into, others=[other])
    run(room)
    take(START + timedelta(hours=3, minutes=5), count=3)
    run(room)
    assert list(events_of(room).values()) == [19]
    photo_history.undo(user=alice, change=change)
    run(room)
    assert sorted(events_of(room).values()) == [9, 10]


def test_a_new_event_holds_chosen_photos(take, room, alice):
    pks = [photo.pk for photo in take()]
    run(room)
    event, _ = event_services.move_to_event(user=alice, room=room, photo_ids=pks[:2], to=None, name="Toast")
    run(room)
    assert events_of(room) == {"Toast": 2, "Saturday evening": 3}
    assert Photo.objects.filter(event=event, is_event_fixed=True).count() == 2


def test_the_trash_is_not_counted_and_empty_events_go(take, room, alice):
    pks = [photo.pk for photo in take()]
    run(room)
    trash_photos(user=alice, room=room, photo_ids=pks[:2])
    assert list(events_of(room).values()) == [3]
    Photo.objects.filter(pk__in=pks).delete()
    run(room)
    assert events_of(room) == {}


def test_events_are_named_by_their_place(take, room):
    place = Place.objects.create(room=room, city="Trastevere", country="Italy", time_zone="UTC")
    take(place=place, latitude=41.889, longitude=12.47, clock_offset_minutes=0)
    run(room)
    assert events_of(room) == {"Saturday evening, Trastevere": 5}
    assert Event.objects.get().place == place


def test_a_run_over_many_events_asks_a_fixed_number_of_questions(take, room, django_assert_max_num_queries):
    for day in range(12):
        take(START + timedelta(days=day))
    run(room)
    with django_assert_max_num_queries(16):
        events.arrange(room, frozenset())


def features(room: Room) -> None:
    """Photos of the same quarter of an hour look alike, whoever took them."""
    rows = []
    for photo in Photo.objects.filter(room=room):
        scene = np.random.default_rng(int(photo.filename.split("_")[1].split(".")[0]) % 100).normal(size=64)
        rows.append(Feature(photo=photo, name="embedding", data=scene.astype("<f2").tobytes()))
    Feature.objects.bulk_create(rows)


@pytest.fixture
def two_cameras(take, room, alice, bob) -> Device:
    """Bob's camera shows an hour less than Alice's phone; both took the same 12 scenes."""
    for number in range(12):
        moment = START + timedelta(minutes=13 * number)
        columns = {"filename": f"IMG_{number}.jpg", "count": 1}
        take(moment, camera="Phone", uploader=alice, clock_offset_minutes=0, **columns)
        take(moment - timedelta(hours=1), camera="Canon", uploader=bob, **columns)
    features(room)
    run(room)
    clocks.arrange(room, frozenset(Photo.objects.values_list("pk", flat=True)))
    return Device.objects.get(camera="Canon")


def test_a_shift_is_proposed_with_pairs_of_photos(two_cameras, room):
    assert two_cameras.proposed_seconds == 3600
    assert len(two_cameras.evidence) >= 3
    assert Device.objects.get(camera="Phone").proposed_seconds is None
    assert two_cameras.shift_seconds == 0


def test_a_declined_shift_is_not_proposed_again(two_cameras, room, alice):
    clock_services.decline_proposal(user=alice, device=two_cameras)
    clocks.arrange(room, frozenset(Photo.objects.values_list("pk", flat=True)))
    two_cameras.refresh_from_db()
    assert (two_cameras.proposed_seconds, two_cameras.declined_seconds) == (None, 3600)


def test_an_accepted_shift_is_done_and_nothing_more_is_proposed(two_cameras, room, alice):
    clock_services.accept_proposal(user=alice, device=two_cameras)
    run(room)
    clocks.arrange(room, frozenset(Photo.objects.values_list("pk", flat=True)))
    two_cameras.refresh_from_db()
    assert (two_cameras.shift_seconds, two_cameras.proposed_seconds) == (3600, None)
