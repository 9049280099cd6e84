"""Places of a room's photos: named, inferred, kept where people decided (arranging/places.py)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from albums.models import Photo, Place
from processing.arranging import places

NOON = datetime(2026, 6, 20, 12, tzinfo=UTC)
ROME, VATICAN, TOKYO, SEA = (41.8902, 12.4922), (41.9022, 12.4572), (35.6586, 139.7454), (30.0, -40.0)


@pytest.fixture
def add_at(room, add_photo):
    """A photo that was taken so many minutes after noon, maybe with a position."""

    def add(minutes: float, at: tuple[float, float] | None = None, **columns: object) -> Photo:
        photo = add_photo()
        values: dict[str, object] = {
            "state": "ready", "taken_at": NOON + timedelta(minutes=minutes), "taken_offset_minutes": 120,
            "time_source": "camera", "clock_offset_minutes": 120, "camera": "Phone",
            "clock_at": NOON + timedelta(minutes=minutes + 120),
            "latitude": at[0] if at else None, "longitude": at[1] if at else None,
        }  # fmt: skip
        values["sort_at"] = values["taken_at"]
        Photo.objects.filter(pk=photo.pk).update(**values | columns)
        photo.refresh_from_db()
        return photo

    return add


def arrange(room) -> None:
    places.arrange(room, frozenset(room.photos.values_list("pk", flat=True)))


def where(photo: Photo) -> tuple[str | None, str]:
    photo.refresh_from_db()
    return (str(photo.place) if photo.place else None, photo.place_source)


def test_a_photo_with_a_position_gets_its_place(room, add_at):
    photo = add_at(0, ROME)
    arrange(room)
    assert where(photo) == ("Rome", "gps")
    place = photo.place
    assert (place.country_code, place.region, place.time_zone) == ("IT", "Lazio", "Europe/Rome")


def test_photos_of_one_town_share_a_place(room, add_at):
    photos = [add_at(0, ROME), add_at(5, (41.8897, 12.4690)), add_at(9, VATICAN)]
    arrange(room)
    assert [where(photo)[0] for photo in photos] == ["Rome", "Rome", "Vatican City"]
    assert room.places.count() == 2


def test_at_sea_there_is_no_place(room, add_at):
    photo = add_at(0, SEA)
    arrange(room)
    assert where(photo) == (None, "")


def test_a_photo_without_a_position_takes_that_of_its_neighbor(room, add_at):
    add_at(0, ROME)
    photo = add_at(3)
    arrange(room)
    assert where(photo) == ("Rome", "near")


def test_nothing_is_inferred_from_far_away_in_time(room, add_at):
    add_at(0, ROME)
    photo = add_at(60 * 24)
    arrange(room)
    assert where(photo) == (None, "")


def test_running_it_again_changes_nothing(room, add_at):
    add_at(0, ROME)
    photo = add_at(3)
    arrange(room)
    before = list(Place.objects.values())
    arrange(room)
    assert list(Place.objects.values()) == before
    assert where(photo) == ("Rome", "near")


def test_what_a_person_said_stays(room, add_at):
    garden = Place.objects.create(room=room, city="Grandma's garden", is_own=True)
    photo = add_at(0, ROME, place=garden, place_source="person")
    gone = add_at(1, ROME, place=None, place_source="person")
    arrange(room)
    assert where(photo) == ("Grandma's garden", "person")
    assert where(gone) == (None, "person")


def test_a_correction_teaches_the_photos_near_it(room, add_at):
    garden = Place.objects.create(room=room, city="Garden", is_own=True, latitude=48.0, longitude=11.0)
    add_at(0, place=garden, place_source="person")
    photo = add_at(3)
    arrange(room)
    assert where(photo) == ("Garden", "near")


def test_a_new_position_changes_the_place(room, add_at):
    photo = add_at(0, ROME)
    arrange(room)
    Photo.objects.filter(pk=photo.pk).update(latitude=TOKYO[0], longitude=TOKYO[1])
    arrange(room)
    assert where(photo)[0] == "Tokyo"
    assert [str(place) for place in room.places.all()] == ["Tokyo"]  # nobody is in Rome any more


def test_an_inference_goes_when_its_reason_goes(room, add_at):
    anchor, photo = add_at(0, ROME), add_at(3)
    arrange(room)
    Photo.objects.filter(pk=anchor.pk).update(latitude=None, longitude=None, place=None, place_source="")
    arrange(room)
    assert where(photo) == (None, "")


def test_a_renamed_place_keeps_getting_photos(room, add_at):
    add_at(0, ROME)
    arrange(room)
    room.places.update(city="Roma!", is_own=True)
    photo = add_at(5, ROME)
    arrange(room)
    assert where(photo)[0] == "Roma!"


def test_photos_of_a_merged_place_go_where_it_went(room, add_at):
    into = Place.objects.create(room=room, key="VA||Vatican City", city="Vatican City")
    Place.objects.create(room=room, key="IT|Lazio|Rome", city="Rome", merged_into=into)
    photo = add_at(0, ROME)
    arrange(room)
    assert where(photo)[0] == "Vatican City"
    assert room.places.count() == 2


def test_unused_places_of_people_stay(room, add_at):
    Place.objects.create(room=room, city="Garden", is_own=True)
    Place.objects.create(room=room, city="Oslo", key="NO|Oslo|Oslo", is_chosen=True)
    Place.objects.create(room=room, city="Bergen", key="NO|Vestland|Bergen")
    arrange(room)
    assert {str(place) for place in room.places.all()} == {"Garden", "Oslo"}


def test_a_wall_clock_is_compared_with_the_wall_clocks_of_the_place(room, add_at):
    """A camera without an offset in Tokyo, in a room whose zone is UTC: its clock shows Tokyo's time."""
    add_at(0, TOKYO, taken_offset_minutes=540, clock_offset_minutes=540)  # 21:00 in Tokyo
    clock = NOON + timedelta(hours=9, minutes=4)
    photo = add_at(
        0,
        taken_at=clock,
        sort_at=clock,
        clock_at=clock,
        clock_offset_minutes=None,
        taken_offset_minutes=0,
        time_source="room",
    )
    arrange(room)
    assert where(photo) == ("Tokyo", "near")
    assert photo.taken_at == NOON + timedelta(minutes=4)  # on the clock of the place
    assert (photo.taken_offset_minutes, photo.time_source) == (540, "place")
    arrange(room)
    assert where(photo) == ("Tokyo", "near")


def test_a_broken_position_counts_as_none(room, add_at):
    add_at(0, ROME)
    photo = add_at(2, (0.0, 0.0))
    arrange(room)
    assert where(photo) == ("Rome", "near")


def test_other_rooms_are_left_alone(room, add_at, alice):
    from albums.services.rooms import create_room

    other = create_room(owner=alice, name="Other")
    photo = add_at(0, ROME)
    places.arrange(other, frozenset([photo.pk]))
    assert where(photo) == (None, "")


def test_queries_do_not_grow_with_the_photos(room, add_at, django_assert_max_num_queries):
    for number in range(12):
        add_at(number, ROME if number % 2 else None)
    with django_assert_max_num_queries(20):
        arrange(room)


def test_in_a_large_room_only_what_is_around_new_photos_is_looked_at(room, add_at, monkeypatch):
    monkeypatch.setattr(places, "WHOLE_ROOM", 2)
    far = [add_at(60 * 24 * 9 + number, ROME) for number in range(3)]
    add_at(0, ROME)
    photo = add_at(3)
    places.arrange(
        room, frozenset(room.photos.exclude(pk__in=[one.pk for one in far]).values_list("pk", flat=True))
    )
    assert where(photo) == ("Rome", "near")
    assert where(far[0]) == (None, "")
