"""When a photo was taken: the most trustworthy of what its file, its place, its room and its name say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from processing.name_times import NameTime, read_name

FIRST_YEAR, LAST_YEAR = 1839, 2200
# Clocks that were never set: the beginnings of Unix and of DOS.
UNSET = {datetime(1970, 1, 1, tzinfo=UTC), datetime(1980, 1, 1, tzinfo=UTC)}
FARTHEST = timedelta(hours=15)  # a wall clock from UTC
EXACT = timedelta(seconds=15)  # a clock that is right, beside the satellites' time
CLOSE = timedelta(minutes=5)
STALE = timedelta(hours=6)  # so old may the last fix be that a phone writes into a photo
STEP_MINUTES = 15  # between time zones
# Receivers older than 2019 may be 1,024 weeks back. Source: IS-GPS-200, 20.3.3.3.1.1 (week number of 10 bits).
ROLLOVER = timedelta(weeks=1024)

ZoneOf = Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class TimeClues:
    """What is known of one photo's time.

    Attributes:
        clock_at: the camera's wall clock, naive, or None.
        clock_offset_minutes: of that clock, if the file says it.
        satellite_at: aware, or None.
        shift_seconds: what people add to this camera's clock.
        is_video: a video's header has UTC where it says no other offset.
        filename: as on the uploader's device.
        modified_at: aware; the file's last change, or None.
        uploaded_at: aware.
    """

    uploaded_at: datetime
    clock_at: datetime | None = None
    clock_offset_minutes: int | None = None
    satellite_at: datetime | None = None
    shift_seconds: int = 0
    is_video: bool = False
    filename: str = ""
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TimeFound:
    """When a photo was taken.

    Attributes:
        at: aware, UTC; where the source is "file" or "upload" only its place in the order.
        offset_minutes: of the clock at that place, or None where nobody knows.
        source: "camera", "place", "room", "satellite", "filename", "file" or "upload".
        is_date_only: only the day is known.
    """

    at: datetime
    offset_minutes: int | None
    source: str
    is_date_only: bool = False

    @property
    def taken_at(self) -> datetime | None:
        """The moment if anybody knew it, else None."""
        return None if self.source in ("file", "upload") else self.at


def resolve(clues: TimeClues, *, room_zone: str, place_zone: ZoneOf = lambda: None) -> TimeFound:
    """Find out when a photo was taken.

    Args:
        clues: what is known.
        room_zone: the room's time zone, such as "Europe/Rome".
        place_zone: called at most once, and only if needed: the time zone of the place, or None.

    Returns:
        The first of: the camera's clock with its offset, the clock set right by the satellites, the clock in the time zone
        of the place, in that of the room, the satellites' time, the file's name, its last change, the upload.
    """
    zone = _once(place_zone)
    clock = _sane_clock(clues.clock_at)
    satellite_at = _sane_moment(clues.satellite_at)
    found = None
    if clock is not None:
        found = _by_clock(clues, clock, satellite_at, zone, room_zone)
    if found is None and satellite_at is not None:
        found = _found(satellite_at, zone() or room_zone, "satellite")
    return found or _by_name(clues, zone, room_zone) or _by_file(clues)


def _by_clock(
    clues: TimeClues, clock: datetime, satellite_at: datetime | None, zone: ZoneOf, room_zone: str
) -> TimeFound | None:
    """Read the clock; None where the satellites say that it is far off."""
    satellite_at = _believable(clock, satellite_at)
    if satellite_at and abs(clock.replace(tzinfo=UTC) - satellite_at) > FARTHEST:
        return None
    shift = timedelta(seconds=clues.shift_seconds)
    if clues.clock_offset_minutes is not None:
        return _with_offset(clues, clock, shift, satellite_at, zone, room_zone)
    place = zone()
    local = _in_zone(clock, place or room_zone)
    if satellite_at and not shift:
        corrected = _by_satellites(clock, satellite_at, local)
        if corrected:
            return _found(corrected, place or room_zone, "satellite")
    return _found(local + shift, place or room_zone, "place" if place else "room")


def _with_offset(
    clues: TimeClues,
    clock: datetime,
    shift: timedelta,
    satellite_at: datetime | None,
    zone: ZoneOf,
    room_zone: str,
) -> TimeFound:
    minutes = clues.clock_offset_minutes or 0
    at = clock.replace(tzinfo=timezone(timedelta(minutes=minutes))).astimezone(UTC) + shift
    if clues.is_video and not minutes:  # UTC, and nothing is said about the place's clock
        return _found(at, zone() or room_zone, "camera")
    if satellite_at and not shift and _is_zone_apart(at, satellite_at):
        # An hour too far, exactly: the zone was set wrong. Not so where the place's zone is the one that the file says, or
        # where the satellites' time is the wall clock itself: that is a phone that writes it in local time.
        place = zone()
        is_local = abs(clock.replace(tzinfo=UTC) - satellite_at) <= EXACT
        agrees = place is not None and _offset_in(place, at) == minutes
        if not is_local and not agrees:
            right = at - _nearest_zone(at - satellite_at)
            apart = round((clock.replace(tzinfo=UTC) - right).total_seconds() / 60)
            offset = _offset_in(place, right) if place else apart
            return TimeFound(right, offset, "satellite")
    return TimeFound(at, minutes, "camera")


def _by_satellites(clock: datetime, satellite_at: datetime, local: datetime) -> datetime | None:
    """Set a clock without a zone right; None where it agrees, or where the satellites' time is of an older fix."""
    apart = local - satellite_at
    if abs(apart) <= CLOSE:
        return None  # the same moment: the clock has the fractions of a second
    if abs(clock.replace(tzinfo=UTC) - satellite_at) <= EXACT:
        return None  # it is the wall clock that stands there, not UTC
    step = _nearest_zone(apart)
    if abs(apart - step) <= EXACT and step:
        return local - step
    return None if timedelta(0) < apart < STALE else satellite_at


def _by_name(clues: TimeClues, zone: ZoneOf, room_zone: str) -> TimeFound | None:
    named = read_name(clues.filename, latest=clues.uploaded_at)
    if named is None:
        return None
    name = zone() or room_zone
    if not named.is_date_only:
        at = named.at if named.at.tzinfo else _in_zone(named.at, name)
        return _found(at, name, "filename")
    return _found(_within_day(named, clues.modified_at, name), name, "filename", is_date_only=True)


def _within_day(named: NameTime, modified_at: datetime | None, zone: str) -> datetime:
    """A place in the order of that day: the file's own time if it is of that day, else noon and its number."""
    if modified_at and modified_at.astimezone(_zone(zone)).date() == named.at.date():
        return modified_at
    return _in_zone(named.at + timedelta(seconds=named.number), zone)


def _by_file(clues: TimeClues) -> TimeFound:
    if clues.modified_at:
        return TimeFound(clues.modified_at.astimezone(UTC), None, "file")
    return TimeFound(clues.uploaded_at.astimezone(UTC), None, "upload")


def _found(at: datetime, zone: str, source: str, *, is_date_only: bool = False) -> TimeFound:
    at = at.astimezone(UTC)
    return TimeFound(at, _offset_in(zone, at), source, is_date_only)


def _sane_clock(clock: datetime | None) -> datetime | None:
    if clock is None or not FIRST_YEAR < clock.year < LAST_YEAR:
        return None
    return None if clock.replace(tzinfo=UTC) in UNSET else clock


def _sane_moment(moment: datetime | None) -> datetime | None:
    return moment if moment and 1980 < moment.year < LAST_YEAR else None


def _believable(clock: datetime, satellite_at: datetime | None) -> datetime | None:
    """The satellites' time unless its week number has run over."""
    if satellite_at is None:
        return None
    behind = clock.replace(tzinfo=UTC) - satellite_at
    return None if any(abs(behind - count * ROLLOVER) < FARTHEST for count in (1, 2)) else satellite_at


def _is_zone_apart(at: datetime, satellite_at: datetime) -> bool:
    """Whether two moments differ by whole hours or half-hours, and by nothing else."""
    step = _nearest_zone(at - satellite_at)
    return (
        bool(step) and step % timedelta(minutes=30) == timedelta(0) and abs(at - satellite_at - step) <= EXACT
    )


def _nearest_zone(apart: timedelta) -> timedelta:
    return timedelta(minutes=STEP_MINUTES * round(apart.total_seconds() / 60 / STEP_MINUTES))


def _in_zone(clock: datetime, zone: str) -> datetime:
    return clock.replace(tzinfo=_zone(zone)).astimezone(UTC)


def _offset_in(zone: str, at: datetime) -> int:
    offset = at.astimezone(_zone(zone)).utcoffset() or timedelta(0)
    return round(offset.total_seconds() / 60)


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _once(ask: ZoneOf) -> ZoneOf:
    answers: list[str | None] = []

    def answer() -> str | None:
        if not answers:
            answers.append(ask())
        return answers[0]

    return answer


def zone_of(latitude: float | None, longitude: float | None) -> str | None:
    """Find the time zone of a position, offline. The first call of a process takes about 1.3 s and 32 MB.

    Args:
        latitude, longitude: degrees, WGS 84, or None.

    Returns:
        A name such as "Europe/Rome" ("Etc/GMT+3" at sea), or None without a position.

    Source: timezonefinder's data, made from OpenStreetMap (timezone-boundary-builder).
    """
    if latitude is None or longitude is None:
        return None
    name = _finder().timezone_at(lat=latitude, lng=longitude)
    return str(name) if name else None


@cache
def _finder() -> Any:
    from timezonefinder import TimezoneFinder

    return TimezoneFinder()
