"""The outline of a list: which photos each day has and how wide they are, all that a grid needs to lay itself out.

A grid of 50,000 photos asks for five pieces of it; what a tile shows is asked for when it comes near the screen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import pgettext

from albums.cursors import after, cursor_at
from albums.models import Room
from albums.querysets import PhotoQuerySet

PIECE = 10_000  # photos at once
STEPS = 20  # shapes are told in twentieths: 30 is one and a half times as wide as high
NARROWEST, WIDEST = 10, 64


@dataclass(slots=True)
class DayOutline:
    """The photos of a day in order; `hours` tells how many of them follow each other in the same hour of the day."""

    day: date
    photos: list[int] = field(default_factory=list)
    shapes: list[int] = field(default_factory=list)
    hours: list[tuple[int, int]] = field(default_factory=list)

    def add(self, photo_id: int, shape: int, hour: int) -> None:
        self.photos.append(photo_id)
        self.shapes.append(shape)
        count = self.hours.pop()[1] if self.hours and self.hours[-1][0] == hour else 0
        self.hours.append((hour, count + 1))


@dataclass(frozen=True, slots=True)
class Outline:
    """A piece of a list; `next` is the cursor of the piece after it, None at the end."""

    days: list[DayOutline]
    next: str | None


def title_of(day: date) -> str:
    """What stands over the photos of a day."""
    return date_format(day, pgettext("format of a day", "D, j F Y"))


def shape_of(width: int, height: int) -> int:
    """How wide a tile is, in twentieths of its height; a square where that is not known yet."""
    if not (width and height):
        return STEPS
    return min(max(round(STEPS * width / height), NARROWEST), WIDEST)


def outline_of(
    photos: PhotoQuerySet, room: Room, place: tuple[datetime, int] | None = None, size: int = PIECE
) -> Outline:
    """The piece of a list after a place, or its first one: one query, whatever the size."""
    rows = (after(photos, place) if place else photos).order_by("sort_at", "id")
    columns = ("pk", "sort_at", "taken_offset_minutes", "width", "height", "edited_width", "edited_height")
    found = list(rows.values_list(*columns)[: size + 1])
    rest = len(found) > size
    del found[size:]
    zone = ZoneInfo(room.time_zone)
    days: dict[date, DayOutline] = {}
    for pk, moment, offset_minutes, width, height, edited_width, edited_height in found:
        if offset_minutes is None:
            local = moment.astimezone(zone)
        else:
            local = moment + timedelta(minutes=offset_minutes)
        day = local.date()
        known = days.get(day)
        if known is None:
            known = days[day] = DayOutline(day)
        known.add(pk, shape_of(edited_width or width, edited_height or height), local.hour)
    return Outline(list(days.values()), cursor_at(found[-1][1], found[-1][0]) if rest else None)
