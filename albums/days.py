"""Days of a room as people mean them, on the clock of the place, as ranges of dates."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta, tzinfo
from datetime import timezone as fixed_zone
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from albums.models import Room

EARLIEST, LATEST = date(1800, 1, 1), date(9000, 12, 31)
MOST_RANGES = 160  # three years of Saturdays; beyond, the newest


class DateRange(NamedTuple):
    """From one day to another, both included."""

    first: date
    last: date


class Moments(NamedTuple):
    """From one moment to before another one."""

    start: datetime
    end: datetime


def moments_of(days: DateRange, zone: tzinfo) -> Moments:
    """The days on the clock of a time zone."""
    midnight = datetime.combine(days.first, time(), zone)
    return Moments(midnight, datetime.combine(days.last + timedelta(days=1), time(), zone))


def span_of(room: Room) -> DateRange | None:
    """The first and the last day of the photos in albums; None where there are none."""
    photos = room.photos.in_albums().order_by("sort_at", "id").values_list("sort_at", "taken_offset_minutes")
    first, last = photos.first(), photos.reverse().first()
    if first is None or last is None:
        return None
    return DateRange(_day_of(room, *first), _day_of(room, *last))


def _day_of(room: Room, moment: datetime, offset_minutes: int | None) -> date:
    own = None if offset_minutes is None else fixed_zone(timedelta(minutes=offset_minutes))
    return moment.astimezone(own or ZoneInfo(room.time_zone)).date()


def days_of(
    room: Room,
    *,
    day: date | None = None,
    since: date | None = None,
    until: date | None = None,
    month: int | None = None,
    weekday: int | None = None,
) -> list[DateRange]:
    """The days that all these allow, as ranges; empty where none of them is given."""
    if not any((day, since, until, month, weekday)):
        return []
    nothing = [DateRange(LATEST, LATEST)]
    first, last = max(since or EARLIEST, day or EARLIEST), min(until or LATEST, day or LATEST)
    if first > last:
        return nothing
    if not (month or weekday):
        return [DateRange(first, last)]
    span = span_of(room)
    if span is None:
        return nothing
    # a day more at both ends, for photos with a clock of their own
    within = DateRange(max(first, span.first - timedelta(days=1)), min(last, span.last + timedelta(days=1)))
    if within.first > within.last:
        return nothing
    ranges = months_in(within, month) if month else [within]
    if weekday:
        ranges = [single for days in ranges for single in weekdays_in(days, weekday)]
    return ranges[-MOST_RANGES:] or nothing


def month_of(year: int, month: int) -> DateRange:
    return DateRange(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def months_in(days: DateRange, month: int) -> list[DateRange]:
    """That month of every year, cut to the days."""
    years = range(days.first.year, days.last.year + 1)
    found = (month_of(year, month) for year in years)
    cut = (DateRange(max(one.first, days.first), min(one.last, days.last)) for one in found)
    return [one for one in cut if one.first <= one.last]


def weekdays_in(days: DateRange, weekday: int) -> list[DateRange]:
    """Every such day, 1 for Monday, of the last weeks that are searched at most."""
    latest = days.last - timedelta(days=(days.last.isoweekday() - weekday) % 7)
    weeks = min((latest - days.first).days // 7, MOST_RANGES - 1)
    dates = [latest - timedelta(weeks=back) for back in range(weeks, -1, -1)]
    return [DateRange(one, one) for one in dates if one >= days.first]
