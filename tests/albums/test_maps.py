"""Points of photos on a map: where they lie, how many are sent."""

from __future__ import annotations

import pytest

from albums import maps
from albums.maps import Box, bounds_of, in_box, placed, points_of, read_box, write_box
from albums.models import Photo, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def add_at(room):
    def add(latitude: float | None, longitude: float | None, **columns: object) -> Photo:
        number = Photo.objects.count()
        return Photo.objects.create(
            room=room,
            sha256=f"{number:064x}",
            crc32=0,
            size_bytes=1,
            latitude=latitude,
            longitude=longitude,
            **columns,
        )

    return add


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "a,b,c,d", "2,1,1,2", "1,2,1,200", "nan,0,1,1", "inf,0,1,1", "-91,0,0,1"]
)
def test_what_is_no_box_is_none(text):
    assert read_box(text) is None


def test_a_box_is_read_as_it_is_written():
    assert read_box(write_box(Box(41.5, -12.25, 42.0, 13.0))) == Box(41.5, -12.25, 42.0, 13.0)


def test_photos_lie_where_they_say_or_where_their_place_lies(room, add_at):
    town = Place.objects.create(room=room, city="Rome", latitude=41.89, longitude=12.48)
    own, near, person, nowhere = (
        add_at(48.0, 11.0),
        add_at(None, None, place=town, place_source="near"),
        add_at(48.0, 11.0, place=town, place_source="person"),
        add_at(None, None),
    )
    in_rome = in_box(room.photos.all(), Box(41, 12, 42, 13))
    assert set(in_rome) == {near, person}
    assert set(placed(room.photos.all())) == {own, near, person}
    assert nowhere not in placed(room.photos.all())
    assert bounds_of(room.photos.all()) == Box(41.89, 11.0, 48.0, 12.48)


def test_few_photos_are_sent_one_by_one(room, add_at):
    photo = add_at(48.0, 11.0)
    assert points_of(placed(room.photos.all()), 3) == (True, [(48.0, 11.0, 1, photo.pk, None)])


def test_many_photos_are_counted_by_squares(room, add_at, monkeypatch):
    monkeypatch.setattr(maps, "MOST_SINGLE", 3)
    rome = Place.objects.create(room=room, city="Rome", latitude=41.89, longitude=12.48)
    for number in range(4):
        add_at(41.89 + number / 1000, 12.48, place=rome, place_source="gps")
    add_at(-33.86, 151.2)
    is_single, points = points_of(placed(room.photos.all()), 3)
    assert not is_single
    assert [(point.photos, point.place) for point in points] == [(4, rome.pk), (1, None)]
    assert points[0].latitude == pytest.approx(41.8915)
    assert len(points_of(placed(room.photos.all()), 19)[1]) == 5


def test_the_answer_is_bounded(room, add_at, monkeypatch):
    monkeypatch.setattr(maps, "MOST_SINGLE", 2)
    monkeypatch.setattr(maps, "MOST_POINTS", 3)
    for number in range(6):
        add_at(number * 10.0, 0.0)
    assert len(points_of(placed(room.photos.all()), 5)[1]) == 3


def test_no_photos_no_bounds(room):
    assert bounds_of(room.photos.all()) is None
