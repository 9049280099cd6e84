"""When a photo was taken, as far as its file's name says: phones, messengers and screenshots write it there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FIRST_YEAR = 1990  # before that no file had such a name
NOON_HOUR = 12
# Words that may stand right before or after the digits; any other letter there makes it no date.
WORDS = "IMG|VID|DSC|PANO|MVIMG|PXL|WP|CIMG|BURST|SAVE|PIC|MOV|TRIM|SL_MO_VID|COVER|LIVE|Photo|Video|Image|Screenshot"
DAY = r"(?P<year>(?:19|20)\d\d)(?P<gap>[-_.:]?)(?P<month>\d\d)(?P=gap)(?P<day>\d\d)"
BETWEEN = r"(?:[-_ T.]|,\s|\s?-\s|\s(?:at|um|à|a las|alle|om|kl\.?)\s)"
CLOCK = (
    r"(?P<hour>\d{1,2})(?P<dot>[-_.:h\s]?)(?P<minute>\d\d)(?P=dot)(?P<second>\d\d)"
    r"(?:[.,_-]?(?P<fraction>\d{3}))?(?![0-9])(?:\s?(?P<half>[AaPp])\.?[Mm]\b)?"
)
START = rf"(?:(?<![0-9A-Za-z])|(?<=[_.-])|(?:{WORDS}))"
MOMENT = re.compile(START + DAY + f"{BETWEEN}?" + CLOCK, re.IGNORECASE)
DATE = re.compile(START + DAY + r"(?![0-9])(?:[-_ ]?WA(?P<number>\d{4}))?", re.IGNORECASE)
# Milliseconds since 1970: Facebook, WeChat, some camera apps.
EPOCH = re.compile(
    r"^(?:FB_IMG_|FB_VID_|mmexport|wx_camera_|IMG_|VID_|beauty_|cam_)?(\d{13})(?:[-_.( ].*)?$",
    re.IGNORECASE,
)
IN_UTC = re.compile(r"^PXL_", re.IGNORECASE)  # Google's camera writes UTC into the name


@dataclass(frozen=True, slots=True)
class NameTime:
    """A time out of a file's name.

    Attributes:
        at: aware (UTC) where the name is written in UTC, else the naive wall clock; noon if only a date is known.
        is_date_only: the name says the day and not the hour.
        number: where a name says a day and a number of that day (WhatsApp's), the number; else 0.
    """

    at: datetime
    is_date_only: bool = False
    number: int = 0


def read_name(filename: str, *, latest: datetime | None = None) -> NameTime | None:
    """Read the time out of a file's name.

    Args:
        filename: as on the uploader's device, with or without folders.
        latest: aware; a name that says more than a day later than this is no time (it was uploaded then at the latest).

    Returns:
        What it says, or None: also for impossible dates and for numbers that only look like dates.
    """
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    stem = name.rpartition(".")[0] or name
    found = _milliseconds(stem) or _moment(stem, is_utc=bool(IN_UTC.match(stem))) or _date(stem)
    if found is None:
        return None
    last = latest or datetime.now(UTC)
    at = found.at if found.at.tzinfo else found.at.replace(tzinfo=UTC)
    return found if at <= last + timedelta(days=1) else None


def is_date_only(filename: str) -> bool:
    """Say whether a file's name tells the day and not the hour."""
    named = read_name(filename)
    return named is not None and named.is_date_only


def _milliseconds(stem: str) -> NameTime | None:
    found = EPOCH.match(stem)
    if not found:
        return None
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found[1]))
    return NameTime(at) if at.year >= 2000 else None


def _moment(stem: str, *, is_utc: bool) -> NameTime | None:
    for found in MOMENT.finditer(stem):
        part = found.groupdict()
        # "20260620180311" needs no dots; "2026-06-20-1803 11" is nothing.
        hour = int(part["hour"])
        if part["half"]:
            if not 1 <= hour <= 12:
                continue
            hour = hour % 12 + (12 if part["half"].lower() == "p" else 0)
        elif len(part["hour"]) == 1 and not part["dot"]:
            continue
        try:
            at = datetime(
                int(part["year"]), int(part["month"]), int(part["day"]), hour, int(part["minute"]), int(part["second"]),
                int(part["fraction"] or 0) * 1000, tzinfo=UTC if is_utc else None,
            )  # fmt: skip
        except ValueError:
            continue
        if at.year >= FIRST_YEAR:
            return NameTime(at)
    return None


def _date(stem: str) -> NameTime | None:
    for found in DATE.finditer(stem):
        try:
            day = date(int(found["year"]), int(found["month"]), int(found["day"]))
        except ValueError:
            continue
        if day.year >= FIRST_YEAR:
            noon = datetime(day.year, day.month, day.day, NOON_HOUR)  # noqa: DTZ001 (a wall clock)
            return NameTime(noon, is_date_only=True, number=int(found["number"] or 0))
    return None
