"""When something was, in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

from albums.models import Event, Photo, Room
from albums.models.photos import TimeSource

register = template.Library()


@register.filter
def span(event: Event, room: Room) -> str:
    """From when to when, on the clock of its place: "20 June 2026, 18:30 to 01:10"."""
    zone = ZoneInfo(event.place.time_zone if event.place and event.place.time_zone else room.time_zone)
    first, last = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    if _minute(first) == _minute(last):
        return f"{_day(first)}, {first:%H:%M}"
    if first.date() == last.date() or (last - first).total_seconds() < 20 * 3600:
        return f"{_day(first)}, {first:%H:%M} to {last:%H:%M}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {_day(last)}"
    return f"{_day(first)} to {_day(last)}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y%m%d%H%M}"


@register.filter
def time_words(photo: Photo) -> str:
    """Where the time of a photo comes from, in words."""
    shift = photo.device.shift_seconds if photo.device_id and photo.device else 0
    return f"{_source(photo)}{', shifted' if shift and photo.time_source in BY_CLOCK else ''}"


BY_CLOCK = (TimeSource.CAMERA, TimeSource.PLACE, TimeSource.ROOM)
WORDS = {
    TimeSource.PERSON: "set by hand",
    TimeSource.CAMERA: "the camera’s clock, with its time zone",
    TimeSource.SATELLITE: "the time of satellites",
    TimeSource.FILENAME: "from the file’s name",
    TimeSource.FILE: "the file’s last change: the camera noted no time",
    TimeSource.UPLOAD: "when it was added: nothing says when it was taken",
}


def _source(photo: Photo) -> str:
    if photo.time_source == TimeSource.PLACE:
        where = photo.place.city or photo.place.country if photo.place else ""
        return f"the camera’s clock, in the time zone of {where or 'the place'}"
    if photo.time_source == TimeSource.ROOM:
        return f"the camera’s clock, in the time zone of the room ({_zone_name(photo.room.time_zone)})"
    if photo.time_source == TimeSource.CAMERA and photo.is_video:
        return "the video’s own clock"
    if not photo.time_source:
        return "" if photo.taken_at else "when it was added"
    return WORDS[TimeSource(photo.time_source)]


def _zone_name(name: str) -> str:
    return name.rsplit("/", 1)[-1].replace("_", " ")
