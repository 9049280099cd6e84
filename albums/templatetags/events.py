"""When something was, in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from albums.models import Event, Photo, Room
from albums.models.photos import TimeSource

register = template.Library()


@register.filter
def span(event: Event, room: Room) -> str:
    """From when to when, on the clock of its place: "20 June 2026, 18:30 to 01:10"."""
    zone = ZoneInfo(event.place.time_zone if event.place and event.place.time_zone else room.time_zone)
    first, last = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    if _minute(first) == _minute(last):
        return f"{_day(first)}, {_clock(first)}"
    if first.date() == last.date() or (last - first).total_seconds() < 20 * 3600:
        return gettext("%(day)s, %(start)s to %(end)s") % {
            "day": _day(first),
            "start": _clock(first),
            "end": _clock(last),
        }
    start = date_format(first, "MONTH_DAY_FORMAT") if first.year == last.year else _day(first)
    return gettext("%(start)s to %(end)s") % {"start": start, "end": _day(last)}


def _day(moment: datetime) -> str:
    return date_format(moment, "DATE_FORMAT")


def _clock(moment: datetime) -> str:
    return date_format(moment, "TIME_FORMAT")


def _minute(moment: datetime) -> str:
    return f"{moment:%Y%m%d%H%M}"


@register.filter
def time_words(photo: Photo) -> str:
    """Where the time of a photo comes from, in words."""
    shift = photo.device.shift_seconds if photo.device_id and photo.device else 0
    source = _source(photo)
    return (
        gettext("%(source)s, shifted") % {"source": source}
        if shift and photo.time_source in BY_CLOCK
        else source
    )


BY_CLOCK = (TimeSource.CAMERA, TimeSource.PLACE, TimeSource.ROOM)
WORDS = {
    TimeSource.PERSON: gettext_lazy("set by hand"),
    TimeSource.CAMERA: gettext_lazy("the camera’s clock, with its time zone"),
    TimeSource.SATELLITE: gettext_lazy("the time of satellites"),
    TimeSource.FILENAME: gettext_lazy("from the file’s name"),
    TimeSource.FILE: gettext_lazy("the file’s last change: the camera noted no time"),
    TimeSource.UPLOAD: gettext_lazy("when it was added: nothing says when it was taken"),
}


def _source(photo: Photo) -> str:
    if photo.time_source == TimeSource.PLACE:
        where = photo.place.city or photo.place.country if photo.place else ""
        if not where:
            return gettext("the camera’s clock, in the time zone of the place")
        return gettext("the camera’s clock, in the time zone of %(place)s") % {"place": where}
    if photo.time_source == TimeSource.ROOM:
        return gettext("the camera’s clock, in the time zone of the room (%(zone)s)") % {
            "zone": _zone_name(photo.room.time_zone)
        }
    if photo.time_source == TimeSource.CAMERA and photo.is_video:
        return gettext("the video’s own clock")
    if not photo.time_source:
        return "" if photo.taken_at else gettext("when it was added")
    return str(WORDS[TimeSource(photo.time_source)])


def _zone_name(name: str) -> str:
    return name.rsplit("/", 1)[-1].replace("_", " ")
