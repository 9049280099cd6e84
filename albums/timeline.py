"""Where in a list of photos each hour, day, month or year begins, and how many photos it has: one grouped query."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Count, Func, Min
from django.utils.formats import date_format

from albums.models import Room
from albums.querysets import PhotoQuerySet

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FEW_DAYS, MOST_DAYS, MOST_MONTHS = 3, 62, 72
MOST_MARKED_DAYS = 14  # of so few each has its date beside the rail
A_YEAR = timedelta(days=365)
HEAVIEST = 12
UNKNOWN = "U"  # stands before an hour in UTC: of photos that know no clock of their own


class LocalHour(Func):
    """The hour on the clock of the photo's place as text, "2026-06-20 18"; where that is unknown in UTC, after a "U"."""

    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = (
            "CASE WHEN %(offset)s IS NULL THEN 'U' || substr(%(moment)s, 1, 13) "
            "ELSE substr(datetime(%(moment)s, %(offset)s || ' minutes'), 1, 13) END"
        )
        return self._fill(compiler, template)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = (
            "CASE WHEN %(offset)s IS NULL THEN 'U' || to_char(%(moment)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24') "
            "ELSE to_char(%(moment)s AT TIME ZONE 'UTC' + %(offset)s * interval '1 minute', 'YYYY-MM-DD HH24') END"
        )
        return self._fill(compiler, template)

    def _fill(self, compiler: Any, template: str) -> Any:
        columns = [compiler.compile(expression)[0] for expression in self.source_expressions]
        return template % {"moment": columns[0], "offset": columns[1]}, ()


@dataclass(slots=True)
class Stop:
    """An hour, a day, a month or a year of a list.

    `begins_at` is the moment of its first photo; `mark` is shown beside the rail: the day of its first hour, the month or year
    of its first day.
    """

    label: str
    count: int
    begins_at: datetime
    mark: str = ""

    @property
    def micros(self) -> int:
        return (self.begins_at - EPOCH) // timedelta(microseconds=1)

    @property
    def cursor(self) -> str:
        """The place in the list after which it begins."""
        return f"{self.micros}-0"

    @property
    def weight(self) -> int:
        """How much room it gets, 1 to 12: more for more photos, but not in proportion."""
        return min(HEAVIEST, self.count.bit_length())


@dataclass(frozen=True, slots=True)
class Hour:
    at: datetime  # naive, on the clock of the place
    count: int
    begins_at: datetime


def stops_of(photos: PhotoQuerySet, room: Room) -> list[Stop]:
    """The stops of a list: hours where it has few days, else days, months or years; never more than can be shown."""
    hours = hours_of(photos, room)
    days = {hour.at.date() for hour in hours}
    if len(days) <= FEW_DAYS:
        return _stops(hours, lambda at: at, _hour_label, lambda at: date_format(at, "D j"))
    if len(days) <= MOST_DAYS:
        return _stops(hours, lambda at: _noon(at.date()), _day_label, _day_mark(days))
    months = {(day.year, day.month) for day in days}
    if len(months) <= MOST_MONTHS:
        return _stops(
            hours,
            lambda at: _noon(at.date().replace(day=1)),
            lambda at: date_format(at, "YEAR_MONTH_FORMAT"),
            lambda at: f"{at:%Y}",
        )
    return _stops(
        hours, lambda at: _noon(date(at.year, 1, 1)), lambda at: f"{at:%Y}", lambda at: f"{at:%Y}"[:3] + "0s"
    )


def hours_of(photos: PhotoQuerySet, room: Room) -> list[Hour]:
    """How many photos each hour has, in order of time."""
    rows = photos.order_by().values_list(LocalHour("sort_at", "taken_offset_minutes"))
    zone = ZoneInfo(room.time_zone)
    found: dict[datetime, Hour] = {}
    for text, count, first in rows.annotate(count=Count("pk"), first=Min("sort_at")):
        at = _read(text, zone)
        known = found.get(at)
        if known is None:
            found[at] = Hour(at, count, first)
        else:
            found[at] = Hour(at, known.count + count, min(known.begins_at, first))
    return sorted(found.values(), key=lambda hour: hour.begins_at)


def _read(text: str, zone: ZoneInfo) -> datetime:
    if text.startswith(UNKNOWN):
        utc = datetime.strptime(f"{text[1:]}+0000", "%Y-%m-%d %H%z")
        return utc.astimezone(zone).replace(tzinfo=None, minute=0)
    return datetime.fromisoformat(f"{text}:00")


def _stops(
    hours: Sequence[Hour],
    key_of: Callable[[datetime], datetime],
    label: Callable[[datetime], str],
    mark: Callable[[datetime], str],
) -> list[Stop]:
    found: dict[datetime, Stop] = {}
    for hour in hours:
        key = key_of(hour.at)
        stop = found.get(key)
        if stop:
            stop.count += hour.count
            stop.begins_at = min(stop.begins_at, hour.begins_at)
        else:
            found[key] = Stop(label(key), hour.count, hour.begins_at, mark(key))
    ordered = sorted(found.values(), key=lambda stop: stop.begins_at)
    last = ""
    for stop in ordered:  # only the first of each mark carries it
        if stop.mark == last:
            stop.mark = ""
        else:
            last = stop.mark
    return ordered


def _day_mark(days: Collection[date]) -> Callable[[datetime], str]:
    """What stands beside the rail for a day: its date, of many its month, and its year where months come again."""
    if max(days) - min(days) >= A_YEAR:
        return lambda at: f"{at:%Y}"
    if len(days) <= MOST_MARKED_DAYS:
        return lambda at: date_format(at, "D j")
    return lambda at: date_format(at, "M")


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001 (a wall clock)


def _hour_label(at: datetime) -> str:
    return f"{date_format(at, 'l')} {date_format(at, 'MONTH_DAY_FORMAT')}, {date_format(at, 'TIME_FORMAT')}"


def _day_label(at: datetime) -> str:
    return f"{date_format(at, 'D')} {date_format(at, 'DATE_FORMAT')}"
