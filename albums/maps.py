"""Where photos lie on a map: each by itself while they are few, else counted by squares of about the size of a thumbnail."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from django.db.models import Avg, Case, Count, F, FloatField, Max, Min, Q, Value, When
from django.db.models.functions import Floor

from albums.querysets import PhotoQuerySet

MOST_SINGLE = 800  # so many photos are sent one by one
MOST_POINTS = 800  # so many squares, the fullest first
SQUARE_PX = 56
TILE_PX = 256
DEEPEST_ZOOM = 19
OF_PLACE = ("near", "person")  # these lie where their place lies, all others where they say themselves


class Box(NamedTuple):
    """A part of the map, in degrees."""

    south: float
    west: float
    north: float
    east: float


class Point(NamedTuple):
    """One photo, or some with one of them to show."""

    latitude: float
    longitude: float
    photos: int
    photo: int
    place: int | None  # where all of them are


def read_box(text: str) -> Box | None:
    """A box as addresses have it, "south,west,north,east"; None for what can't be one."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        return None
    south, west, north, east = numbers
    if not (-90 <= south <= north <= 90 and -180 <= west <= east <= 180):
        return None
    return Box(south, west, north, east)


def write_box(box: Box) -> str:
    return ",".join(f"{number:.5f}".rstrip("0").rstrip(".") for number in box)


def with_position(photos: PhotoQuerySet) -> PhotoQuerySet:
    """Adds `on_map_latitude` and `on_map_longitude`: the photo's own, or of the place that somebody or other photos gave it."""

    def position(column: str) -> Case:
        of_place = When(place_source__in=OF_PLACE, then=F(f"place__{column}"))
        return Case(of_place, default=F(column), output_field=FloatField())

    return photos.annotate(on_map_latitude=position("latitude"), on_map_longitude=position("longitude"))


def in_box(photos: PhotoQuerySet, box: Box) -> PhotoQuerySet:
    """Those that lie in a part of the map."""

    def inside(prefix: str) -> Q:
        return Q(
            **{
                f"{prefix}latitude__range": (box.south, box.north),
                f"{prefix}longitude__range": (box.west, box.east),
            }
        )

    of_place = Q(place_source__in=OF_PLACE)
    return photos.filter((of_place & inside("place__")) | (~of_place & inside("")))


def placed(photos: PhotoQuerySet) -> PhotoQuerySet:
    """Those that lie anywhere on the map."""
    of_place = Q(place_source__in=OF_PLACE)
    return photos.filter(
        (of_place & Q(place__latitude__isnull=False)) | (~of_place & Q(latitude__isnull=False))
    )


def points_of(photos: PhotoQuerySet, zoom: int) -> tuple[bool, list[Point]]:
    """The points of photos that lie on the map, and whether each of them is one photo."""
    columns = ("on_map_latitude", "on_map_longitude")
    rows = with_position(photos).order_by()
    single = list(rows.values_list(*columns, "pk", "place")[: MOST_SINGLE + 1])
    if len(single) <= MOST_SINGLE:
        return True, [Point(latitude, longitude, 1, *row) for latitude, longitude, *row in single]
    degrees = 360.0 * SQUARE_PX / TILE_PX / 2**zoom
    squares: Any = rows.annotate(
        row=Floor(F("on_map_latitude") / Value(degrees)), column=Floor(F("on_map_longitude") / Value(degrees))
    ).values("row", "column")
    counted = squares.annotate(
        n=Count("pk"),
        y=Avg("on_map_latitude"),
        x=Avg("on_map_longitude"),
        shown=Max("pk"),
        first=Min("place"),
        last=Max("place"),
    )
    rows = counted.order_by("-n", "row", "column").values_list("y", "x", "n", "shown", "first", "last")
    return False, [
        Point(y, x, n, pk, first if first == last else None)
        for y, x, n, pk, first, last in rows[:MOST_POINTS]
    ]


def bounds_of(photos: PhotoQuerySet) -> Box | None:
    """The part of the map that shows them all."""
    found = with_position(placed(photos)).aggregate(
        south=Min("on_map_latitude"),
        west=Min("on_map_longitude"),
        north=Max("on_map_latitude"),
        east=Max("on_map_longitude"),
    )
    return None if found["south"] is None else Box(**found)
