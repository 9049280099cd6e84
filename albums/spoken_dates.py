"""Dates as people type them: "June", "20 June", "Saturday", "yesterday", "2025", "2026-06-20"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from albums.days import DateRange, month_of, months_in, weekdays_in

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBERED = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?|(\d{1,2})[./](\d{1,2})[./]?(\d{4})?")
ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
Changes = dict[str, Any]


def read_date(words: list[str], span: DateRange, today: date) -> Changes | None:
    """What the words say as fields of a Search; None where they are no date of the room's time.

    Without a year the latest one is meant in which the room has photos; "June" alone and "Saturday" mean every one.
    """
    words = [word for word in words if word != "of"]
    if len(words) == 1:
        return _one_word(words[0], span, today)
    if 2 <= len(words) <= 3:
        return _words(words, span)
    return None


def _one_word(word: str, span: DateRange, today: date) -> Changes | None:
    if word in ("today", "yesterday"):
        return {"day": today if word == "today" else today - timedelta(days=1)}
    if (weekday := index_of(word, WEEKDAYS)) is not None:
        return _weekday(weekday + 1, span)
    if (month := index_of(word, MONTHS)) is not None:
        return _month(month + 1, span)
    if len(word) == 4 and word.isdecimal() and span.first.year <= int(word) <= span.last.year:
        return _range(DateRange(date(int(word), 1, 1), date(int(word), 12, 31)))
    if found := NUMBERED.fullmatch(word):
        year, month_text, day, day_first, month_second, year_last = found.groups()
        if month_text and not day:
            return _range_of_month(int(year), int(month_text))
        numbers = (year, month_text, day) if month_text else (year_last, month_second, day_first)
        return _day(numbers[0], int(numbers[1]), int(numbers[2]), span)
    return None


def _words(words: list[str], span: DateRange) -> Changes | None:
    """ "20 June", "June 20th", "June 2026", "20 June 2026", each also with the weekday in front."""
    if index_of(words[0], WEEKDAYS) is not None:
        return _words(words[1:], span) if len(words) == 3 else None
    at = next((at for at, word in enumerate(words[:2]) if index_of(word, MONTHS) is not None), None)
    if at is None:
        return None
    month = (index_of(words[at], MONTHS) or 0) + 1
    rest = words[:at] + words[at + 1 :]
    year = rest.pop() if len(rest[-1]) == 4 and rest[-1].isdecimal() else None
    if not rest:
        return _range_of_month(int(year or 0), month)
    day = ORDINAL.fullmatch(rest[0])
    return _day(year, month, int(day[1]), span) if day and len(rest) == 1 else None


def index_of(word: str, names: tuple[str, ...]) -> int | None:
    """Also by its first three letters, or four of September."""
    for at, name in enumerate(names):
        if word == name or (len(word) in (3, 4) and name.startswith(word)):
            return at
    return None


def _range(days: DateRange) -> Changes:
    return {"since": days.first, "until": days.last}


def _range_of_month(year: int, month: int) -> Changes | None:
    return _range(month_of(year, month)) if 1 <= month <= 12 and 1800 <= year <= 9000 else None


def _month(month: int, span: DateRange) -> Changes:
    found = months_in(span, month)
    return _range(month_of(found[0].first.year, month)) if len(found) == 1 else {"month": month}


def _weekday(weekday: int, span: DateRange) -> Changes:
    found = weekdays_in(span, weekday)
    return {"day": found[0].first} if len(found) == 1 else {"weekday": weekday}


def _day(year: str | None, month: int, day: int, span: DateRange) -> Changes | None:
    years = [int(year)] if year else range(span.last.year, span.first.year - 1, -1)
    found = [one for one in (_date(number, month, day) for number in years) if one]
    within = [one for one in found if span.first <= one <= span.last]
    return {"day": (within or found)[0]} if found else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def days_in(span: DateRange, most: int) -> Iterator[date]:
    """The newest days, newest first."""
    for back in range(min((span.last - span.first).days + 1, most)):
        yield span.last - timedelta(days=back)
