"""Dates as people type them: "June", "20 June", "20 de junio", "Saturday", "gestern", "2025", "2026-06-20"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from albums.days import DateRange, month_of, months_in, weekdays_in
from albums.search_words import SearchWords, words_now

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBERED = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?|(\d{1,2})[./](\d{1,2})[./]?(\d{4})?")
ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|e|o|º|\.)?")
SHORTEST_ALONE = 3  # letters: "so" is a German Sunday only beside a date
Changes = dict[str, Any]


def read_date(words: list[str], span: DateRange, today: date) -> Changes | None:
    """What the words say as fields of a Search; None where they are no date of the room's time.

    Without a year the latest one is meant in which the room has photos; "June" alone and "Saturday" mean every one.
    """
    known = words_now()
    if " ".join(words) in known.today | known.yesterday:
        return {"day": today if " ".join(words) in known.today else today - timedelta(days=1)}
    words = [word.removesuffix(".") if word[:-1] in known.weekdays else word for word in words]
    if len(words) == 1:
        return _one_word(words[0], span, known)
    if words and (words[0] in known.fillers or words[-1] in known.fillers):
        return None
    words = [word for word in words if word not in known.fillers]
    if 2 <= len(words) <= 4:
        return _words(words, span, known)
    return None


def _one_word(word: str, span: DateRange, known: SearchWords) -> Changes | None:
    if word in known.weekdays and len(word) >= SHORTEST_ALONE:
        return _weekday(known.weekdays[word], span)
    if word in known.months:
        return _month(known.months[word], span)
    if len(word) == 4 and word.isdecimal() and span.first.year <= int(word) <= span.last.year:
        return _range(DateRange(date(int(word), 1, 1), date(int(word), 12, 31)))
    if found := NUMBERED.fullmatch(word):
        year, month_text, day, day_first, month_second, year_last = found.groups()
        if month_text and not day:
            return _range_of_month(int(year), int(month_text))
        numbers = (year, month_text, day) if month_text else (year_last, month_second, day_first)
        return _day(numbers[0], int(numbers[1]), int(numbers[2]), span)
    return None


def _words(words: list[str], span: DateRange, known: SearchWords) -> Changes | None:
    """ "20 June", "June 20th", "June 2026", "20 June 2026", each also with the weekday in front."""
    if words[0] in known.weekdays:
        return _words(words[1:], span, known) if len(words) >= 3 else None
    at = next((at for at, word in enumerate(words[:2]) if word.removesuffix(".") in known.months), None)
    if at is None or len(words) > 3:
        return None
    month = known.months[words[at].removesuffix(".")]
    rest = words[:at] + words[at + 1 :]
    year = rest.pop() if len(rest[-1]) == 4 and rest[-1].isdecimal() else None
    if not rest:
        return _range_of_month(int(year or 0), month)
    day = ORDINAL.fullmatch(rest[0])
    return _day(year, month, int(day[1]), span) if day and len(rest) == 1 else None


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
