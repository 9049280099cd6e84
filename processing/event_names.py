"""Names of events out of local time and place, each only once in a room: "Saturday evening, Trastevere"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

NIGHT_ENDS_HOUR = 5  # whoever is up at 3 is still in the evening before
DAYPARTS = ((5, "morning"), (11, "midday"), (14, "afternoon"), (18, "evening"), (23, "night"))
WHOLE_DAY = timedelta(hours=9)
DAYS_LONG = timedelta(hours=20)
WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What a name is made of: start and end on the clock of the place (naive or aware), and the place's name or ""."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""


def name_events(events: Sequence[EventFacts], *, taken: Sequence[str] = ()) -> list[str]:
    """Name events so that no two of a room are called the same.

    Args:
        events: of one room.
        taken: names that people gave to other events of the room.

    Returns:
        A name for each, in the same order: as short as keeps them apart.
    """
    if not events:
        return []
    days = [_day(event.starts_at) for event in events]
    span = max(days) - min(days)
    first = 0 if span <= WEEK else 1 if min(days).year == max(days).year else 2
    names = [""] * len(events)
    level = dict.fromkeys(range(len(events)), first)
    while True:
        by_name: dict[str, list[int]] = defaultdict(list)
        for number, event in enumerate(events):
            names[number] = LEVELS[min(level[number], len(LEVELS) - 1)](event)
            by_name[names[number].casefold()].append(number)
        for name in taken:
            by_name[name.casefold()].append(-1)
        same = [
            number for numbers in by_name.values() if len(numbers) > 1 for number in numbers if number >= 0
        ]
        same = [number for number in same if level[number] < len(LEVELS) - 1]
        if not same:
            return _numbered(names, taken)
        for number in same:
            level[number] += 1


def _numbered(names: list[str], taken: Sequence[str]) -> list[str]:
    """What is still the same gets a number."""
    seen = {name.casefold() for name in taken}
    result = []
    for name in names:
        candidate, number = name, 1
        while candidate.casefold() in seen:
            number += 1
            candidate = f"{name} ({number})"
        seen.add(candidate.casefold())
        result.append(candidate)
    return result


def _weekday(event: EventFacts) -> str:
    """ "Saturday evening, Trastevere"."""
    first, last = _day(event.starts_at), _day(event.ends_at)
    if _is_long(event):
        return _with_place(f"{first:%A} to {last:%A}", event)
    return _with_place(f"{first:%A} {_part(event)}".strip(), event)


def _date(event: EventFacts) -> str:
    """ "Saturday 20 June, evening, Trastevere"."""
    return _dated(event, "")


def _year(event: EventFacts) -> str:
    return _dated(event, " %Y")


def _minute(event: EventFacts) -> str:
    """ "Saturday 20 June 2026, 18:30, Trastevere"."""
    first = _day(event.starts_at)
    return _with_place(f"{first:%A} {first.day} {first:%B %Y}, {event.starts_at:%H:%M}", event)


LEVELS: tuple[Callable[[EventFacts], str], ...] = (_weekday, _date, _year, _minute)


def _dated(event: EventFacts, year: str) -> str:
    first, last = _day(event.starts_at), _day(event.ends_at)
    if _is_long(event):
        from_text = (
            f"{first.day}"
            if (first.month, first.year) == (last.month, last.year)
            else f"{first.day} {first:%B}"
        )
        return _with_place(f"{from_text} to {last.day} {last:%B}{last.strftime(year)}", event)
    part = _part(event)
    day = f"{first:%A} {first.day} {first:%B}{first.strftime(year)}"
    return _with_place(f"{day}, {part}" if part else day, event)


def _with_place(text: str, event: EventFacts) -> str:
    return f"{text}, {event.place}" if event.place else text


def _day(moment: datetime) -> date:
    """The day as people count it: the night belongs to the day before."""
    return (moment - timedelta(hours=NIGHT_ENDS_HOUR)).date()


def _is_long(event: EventFacts) -> bool:
    """Whether it is a matter of days: a night until the morning is none."""
    return event.ends_at - event.starts_at >= DAYS_LONG and _day(event.ends_at) > _day(event.starts_at)


def _part(event: EventFacts) -> str:
    """Morning, midday, afternoon, evening or night; empty for what lasts the whole day."""
    length = event.ends_at - event.starts_at
    hour = (event.starts_at + length / 3).hour
    if length >= WHOLE_DAY and event.starts_at.hour < 14:
        return ""
    return next((word for start, word in reversed(DAYPARTS) if hour >= start), "night")
