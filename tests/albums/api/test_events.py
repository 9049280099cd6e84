"""Events, cameras and times in the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from albums.models import Device, Event, Photo
from tests.albums.api.conftest import error_of

START = datetime(2026, 6, 20, 18, tzinfo=UTC)


@pytest.fixture
def photos(add_photo) -> list[Photo]:
    made = [add_photo() for _ in range(4)]
    for number, photo in enumerate(made):
        moment = START + timedelta(hours=number)
        Photo.objects.filter(pk=photo.pk).update(
            state="ready", sort_at=moment, taken_at=moment, taken_offset_minutes=120, time_source="room"
        )
    return made


@pytest.fixture
def event(room, photos) -> Event:
    made = Event.objects.create(
        room=room, name="Saturday evening", starts_at=START, ends_at=START, photo_count=4
    )
    Photo.objects.update(event=made)
    return made


def test_events_are_listed_and_named(api, bob, vera, url, event):
    (row,) = api(vera).get(url("events/")).json()["results"]
    assert (row["id"], row["name"], row["photo_count"], row["is_named"]) == (
        event.pk,
        "Saturday evening",
        4,
        False,
    )
    answer = api(bob).patch(url(f"events/{event.pk}/"), {"name": "Dinner"}).json()
    assert (answer["event"]["name"], answer["event"]["is_named"]) == ("Dinner", True)
    undone = api(bob).post(url(f"photo-changes/{answer['changes'][0]['id']}/undo/"))
    assert undone.json()["undone_at"]
    assert api(vera).get(url(f"events/{event.pk}/")).json()["name"] == "Saturday evening"
    error_of(api(vera).patch(url(f"events/{event.pk}/"), {"name": "Dinner"}), 403)


def test_photos_move_to_a_new_event_and_events_are_merged(api, bob, url, event, photos):
    made = api(bob).post(url("events/"), {"photos": [photos[0].pk], "name": "Toast"}, format="json")
    assert made.status_code == 201, made.content
    toast = made.json()["event"]
    assert (toast["name"], toast["photo_count"]) == ("Toast", 1)
    moved = api(bob).post(url(f"events/{toast['id']}/photos/"), {"photos": [photos[1].pk]}, format="json")
    assert moved.json()["event"]["photo_count"] == 2
    merged = api(bob).post(url(f"events/{event.pk}/merge/"), {"events": [toast["id"]]}, format="json").json()
    assert (merged["event"]["name"], merged["event"]["photo_count"]) == ("Toast", 4)
    error_of(api(bob).post(url(f"events/{event.pk}/merge/"), {"events": [987]}, format="json"), 400)


def test_times_are_set_shifted_or_forgotten_but_one_at_a_time(api, bob, url, photos):
    keys = [photos[0].pk, photos[1].pk]
    times = url("photos/times/")
    done = api(bob).post(times, {"photos": keys, "local_time": "2026-06-01T12:00:00"}, format="json")
    assert done.json()["change"]["summary"] == "2 photos dated"
    photos[1].refresh_from_db()
    assert photos[1].taken_at == datetime(
        2026, 6, 1, 11, tzinfo=UTC
    )  # 12:00 there is 10:00 UTC, an hour later
    api(bob).post(times, {"photos": keys, "shift_seconds": -60}, format="json")
    photos[1].refresh_from_db()
    assert photos[1].taken_at == datetime(2026, 6, 1, 10, 59, tzinfo=UTC)
    assert api(bob).post(times, {"photos": keys, "forget": True}, format="json").status_code == 200
    error_of(api(bob).post(times, {"photos": keys, "shift_seconds": 1, "forget": True}, format="json"), 400)
    error_of(api(bob).post(times, {"photos": keys}, format="json"), 400)
    error_of(
        api(bob).post(times, {"photos": keys, "local_time": "2026-06-01T12:00:00+02:00"}, format="json"), 400
    )


def test_a_camera_is_shifted_by_seconds_by_a_photo_or_by_its_proposal(api, bob, vera, url, room, photos):
    device = Device.objects.create(room=room, camera="Canon", proposed_seconds=3600)
    Photo.objects.update(device=device)
    (row,) = api(vera).get(url("devices/")).json()["results"]
    assert (row["camera"], row["photo_count"], row["proposed_seconds"]) == ("Canon", 4, 3600)
    answer = api(bob).post(url(f"devices/{device.pk}/accept/")).json()
    assert (answer["device"]["shift_seconds"], answer["device"]["proposed_seconds"]) == (3600, None)
    error_of(api(bob).post(url(f"devices/{device.pk}/accept/")), 409)
    body = {"photo": photos[0].pk, "local_time": "2026-06-20T20:30:00"}  # it says 21:00 now
    answer = api(bob).patch(url(f"devices/{device.pk}/"), body, format="json").json()
    assert answer["device"]["shift_seconds"] == 1800
    assert (
        api(bob).patch(url(f"devices/{device.pk}/"), {"shift_seconds": 0}, format="json").status_code == 200
    )
    photos[0].refresh_from_db()
    assert photos[0].taken_at == START
    error_of(api(bob).patch(url(f"devices/{device.pk}/"), {}, format="json"), 400)
    error_of(
        api(bob).patch(url(f"devices/{device.pk}/"), {"shift_seconds": 2_000_000_000}, format="json"), 400
    )
