"""Pages of events, cameras and times, and the rail of days beside the grid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from albums.models import Device, Event, Photo, Room
from albums.timeline import stops_of

START = datetime(2026, 6, 20, 18, tzinfo=UTC)


@pytest.fixture
def dinner(room, fill) -> Event:
    event = Event.objects.create(
        room=room, name="Saturday evening", starts_at=START, ends_at=START, photo_count=4
    )
    fill(4, start=START, event=event)
    return event


@pytest.fixture
def walk(room, fill) -> Event:
    later = START + timedelta(days=1)
    event = Event.objects.create(
        room=room, name="Sunday evening", starts_at=later, ends_at=later, photo_count=3
    )
    fill(3, start=later, event=event)
    return event


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_events_are_listed_with_their_covers_in_a_fixed_number_of_queries(
    open_page, vera, dinner, walk, django_assert_max_num_queries
):
    open_page(vera, "events/")
    with django_assert_max_num_queries(14):
        page = text_of(open_page(vera, "events/"))
    assert page.index("Saturday evening") < page.index("Sunday evening")
    assert "20 June 2026, 18:00" in page
    assert "4 photos" in page


def test_a_room_without_events_says_why(open_page, vera):
    assert "No events yet" in text_of(open_page(vera, "events/"))


def test_an_event_shows_its_photos_and_leads_to_the_next(open_page, vera, dinner, walk):
    page = text_of(open_page(vera, f"events/{dinner.pk}/"))
    assert page.count('class="tile ') == 4
    assert walk.get_absolute_url() in page
    assert 'name="name"' not in page  # a viewer changes nothing


def test_an_event_is_renamed_and_the_toast_undoes_it(press, bob, dinner, room):
    page = text_of(press(bob, f"events/{dinner.pk}/name/", name="Anna’s birthday"))
    dinner.refresh_from_db()
    assert (dinner.name, dinner.is_named) == ("Anna’s birthday", True)
    change = room.photo_changes.get()
    assert f"photo-changes/{change.pk}/undo/" in page
    press(bob, f"photo-changes/{change.pk}/undo/")
    dinner.refresh_from_db()
    assert (dinner.name, dinner.is_named) == ("Saturday evening", False)


def test_events_are_joined(press, bob, dinner, walk):
    press(bob, f"events/{dinner.pk}/merge/", other=walk.pk)
    assert Photo.objects.filter(event=dinner).count() == 7
    assert not Event.objects.shown().filter(pk=walk.pk).exists()


def test_chosen_photos_are_moved_to_another_event_or_a_new_one(press, bob, dinner, walk):
    pks = list(Photo.objects.filter(event=dinner).values_list("pk", flat=True))
    asked = text_of(press(bob, "photos/event/", photos=pks[:2]))
    assert "Sunday evening" in asked
    press(bob, "photos/event/move/", photos=pks[:2], event=walk.pk)
    assert Photo.objects.filter(event=walk, is_event_fixed=True).count() == 2
    press(bob, "photos/event/move/", photos=pks[2:], event="new", name="Toast")
    assert Event.objects.get(name="Toast").photo_count == 2
    assert "Choose an event" in text_of(press(bob, "photos/event/move/", photos=pks, event=""))


def test_an_event_of_another_room_is_no_place_for_photos(press, bob, alice, dinner):
    other = Event.objects.create(room=Room.objects.create(name="Other"), starts_at=START, ends_at=START)
    pk = dinner.photos.first().pk
    assert press(bob, "photos/event/move/", photos=[pk], event=other.pk).status_code == 404
    assert press(bob, f"events/{other.pk}/name/", name="Mine").status_code == 404


def test_the_time_of_photos_is_set_shifted_and_forgotten(press, bob, fill):
    first, second = fill(2, start=START, time_source="camera")
    asked = text_of(press(bob, "photos/times/", photos=[first.pk, second.pk]))
    assert 'value="2026-06-20"' in asked
    press(bob, "photos/times/set/", photos=[first.pk, second.pk], how="set", date="2026-06-01", time="12:00")
    second.refresh_from_db()
    assert second.taken_at == datetime(2026, 6, 1, 12, 1, tzinfo=UTC)
    press(bob, "photos/times/set/", photos=[second.pk], how="shift", sign="-", hours="1", minutes="1")
    second.refresh_from_db()
    assert second.taken_at == datetime(2026, 6, 1, 11, tzinfo=UTC)
    press(bob, "photos/times/set/", photos=[second.pk], how="forget")
    second.refresh_from_db()
    assert second.time_source == ""


@pytest.mark.parametrize(
    "answer",
    [
        {"how": "set", "date": "yesterday", "time": "12:00"},
        {"how": "set", "date": "2026-06-01"},
        {"how": "set", "date": "0001-01-01", "time": "12:00"},
        {"how": "shift", "sign": "+"},
        {"how": "shift", "sign": "+", "days": "99999"},
        {"how": "shift", "sign": "*", "hours": "1"},
    ],
)
def test_times_that_cannot_be_are_refused_with_a_sentence(press, bob, fill, answer):
    (photo,) = fill(1, start=START, time_source="camera")
    response = press(bob, "photos/times/set/", photos=[photo.pk], **answer)
    photo.refresh_from_db()
    assert (response.status_code, photo.taken_at) == (200, START)


def test_the_photo_says_where_its_time_comes_from(open_page, vera, fill, room):
    (photo,) = fill(1, time_source="room")
    assert "in the time zone of the room (UTC)" in text_of(open_page(vera, f"photos/{photo.pk}/"))
    Photo.objects.update(time_source="filename")
    assert "from the file’s name" in text_of(open_page(vera, f"photos/{photo.pk}/"))


@pytest.fixture
def canon(room, fill) -> Device:
    device = Device.objects.create(room=room, camera="Canon EOS", serial="42", proposed_seconds=3600)
    first, *_ = fill(3, start=START, device=device, camera="Canon EOS", time_source="room")
    (other,) = fill(1, start=START + timedelta(hours=1), camera="Phone")
    Device.objects.update(evidence=[[first.pk, other.pk]])
    return device


def test_cameras_show_what_is_proposed_side_by_side(open_page, bob, vera, canon):
    page = text_of(open_page(bob, "cameras/"))
    assert "Was the clock of Canon EOS 1 hour slow?" in page
    assert "Yes, shift its 3 photos" in page
    assert "Yes, shift" not in text_of(open_page(vera, "cameras/"))


def test_yes_shifts_the_camera_and_undo_shifts_it_back(press, bob, canon, room):
    press(bob, f"cameras/{canon.pk}/answer/", answer="yes")
    canon.refresh_from_db()
    assert (canon.shift_seconds, canon.proposed_seconds) == (3600, None)
    assert canon.photos.earliest("taken_at").taken_at == START + timedelta(hours=1)
    press(bob, f"photo-changes/{room.photo_changes.get().pk}/undo/")
    canon.refresh_from_db()
    assert (canon.shift_seconds, canon.proposed_seconds) == (0, 3600)


def test_no_is_remembered_and_asked_no_more(press, open_page, bob, canon):
    press(bob, f"cameras/{canon.pk}/answer/", answer="no")
    canon.refresh_from_db()
    assert (canon.shift_seconds, canon.declined_seconds) == (0, 3600)
    assert "Was the clock" not in text_of(open_page(bob, "cameras/"))
    assert "Nothing is proposed" in text_of(press(bob, f"cameras/{canon.pk}/answer/", answer="yes"))


def test_a_clock_is_set_by_hours_or_by_one_photo(press, bob, canon):
    press(bob, f"cameras/{canon.pk}/clock/", sign="-", hours="2", minutes="30")
    canon.refresh_from_db()
    assert canon.shift_seconds == -9000
    photo = canon.photos.earliest("taken_at")
    press(bob, f"cameras/{canon.pk}/clock/", photos=[photo.pk], date="2026-06-20", time="18:10")
    canon.refresh_from_db()
    assert canon.shift_seconds == 600
    press(bob, f"cameras/{canon.pk}/clock/", reset="1")
    canon.refresh_from_db()
    assert canon.shift_seconds == 0


def stops(room: Room) -> list[tuple[str, int]]:
    return [(stop.label, stop.count) for stop in stops_of(Photo.objects.filter(room=room).in_albums(), room)]


def test_a_short_list_stops_at_hours_a_longer_one_at_days_months_and_years(room, fill):
    fill(90, start=START)
    assert stops(room) == [("Saturday 20 June, 18:00", 60), ("Saturday 20 June, 19:00", 30)]
    for day in range(1, 5):
        fill(1, start=START + timedelta(days=day))
    assert stops(room)[:2] == [("Sat 20 June 2026", 90), ("Sun 21 June 2026", 1)]
    for day in range(20, 90):
        fill(1, start=START + timedelta(days=day))
    assert stops(room)[0] == ("June 2026", 94)
    for year in range(2000, 2026):
        for month in (1, 4, 9):
            fill(1, start=datetime(year, month, 1, tzinfo=UTC))
    assert stops(room)[0] == ("2000", 3)


def test_days_are_those_of_the_clock_of_each_place(room, fill):
    fill(1, start=datetime(2026, 6, 20, 19, tzinfo=UTC))
    Photo.objects.update(taken_offset_minutes=330)
    assert stops(room) == [("Sunday 21 June, 00:00", 1)]
    Room.objects.update(time_zone="Asia/Tokyo")
    room.refresh_from_db()
    Photo.objects.update(taken_offset_minutes=None)
    assert stops(room) == [("Sunday 21 June, 04:00", 1)]


def test_the_stops_are_a_page_with_one_query_for_them(
    client, room, vera, fill, django_assert_max_num_queries
):
    fill(80, start=START)
    client.force_login(vera)
    with django_assert_max_num_queries(8):
        page = client.get(f"/rooms/{room.pk}/timeline/").content.decode()
    assert "Jump to a day" in page
    assert page.count("after=") == 2
    assert "60 photos" in page


def test_days_of_many_years_are_marked_by_their_year(room, fill):
    for year in (2019, 2021, 2026):
        fill(1, start=START.replace(year=year))
        fill(1, start=START.replace(year=year) + timedelta(days=40))
    marks = [stop.mark for stop in stops_of(Photo.objects.filter(room=room), room)]
    assert marks == ["2019", "", "2021", "", "2026", ""]


def test_a_stop_opens_the_list_at_its_first_photo_and_leads_back(open_page, vera, room, fill):
    photos = fill(250, start=START)
    stop = stops_of(Photo.objects.filter(room=room), room)[2]
    page = text_of(open_page(vera, "", after=stop.cursor))
    assert f'data-photo="{photos[120].pk}"' in page
    assert f'data-photo="{photos[119].pk}"' not in page
    assert "Earlier photos" in page
    before = page.split("Earlier photos")[0].split("before=")[1].split('"')[0].split("&")[0]
    earlier = text_of(open_page(vera, "", before=before))
    assert f'data-photo="{photos[119].pk}"' in earlier
    assert f'data-photo="{photos[20].pk}"' in earlier
    assert f'data-photo="{photos[19].pk}"' not in earlier
