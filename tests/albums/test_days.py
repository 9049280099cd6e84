from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from albums.days import LATEST, MOST_RANGES, DateRange, days_of, moments_of, months_in, span_of, weekdays_in


def day(text: str) -> date:
    return date.fromisoformat(text)


def days(first: str, last: str) -> DateRange:
    return DateRange(day(first), day(last))


def test_a_day_of_the_place_begins_at_its_midnight():
    moments = moments_of(days("2026-06-20", "2026-06-20"), ZoneInfo("Europe/Rome"))
    assert moments.start == datetime(2026, 6, 19, 22, tzinfo=UTC)
    assert moments.end == datetime(2026, 6, 20, 22, tzinfo=UTC)


def test_the_day_of_the_change_to_winter_time_has_25_hours():
    moments = moments_of(days("2026-10-25", "2026-10-25"), ZoneInfo("Europe/Rome"))
    assert (moments.end.astimezone(UTC) - moments.start.astimezone(UTC)).total_seconds() == 25 * 3600


def test_months_are_cut_to_the_days():
    found = months_in(days("2025-06-10", "2026-06-05"), 6)
    assert found == [days("2025-06-10", "2025-06-30"), days("2026-06-01", "2026-06-05")]
    assert months_in(days("2025-07-01", "2026-05-31"), 6) == []


def test_weekdays_are_those_within():
    assert weekdays_in(days("2026-06-20", "2026-07-04"), 6) == [
        days(one, one) for one in ("2026-06-20", "2026-06-27", "2026-07-04")
    ]
    assert weekdays_in(days("2026-06-21", "2026-06-26"), 6) == []
    assert len(weekdays_in(days("1970-01-01", "2026-07-04"), 6)) == MOST_RANGES


def test_the_span_is_on_the_clocks_of_the_photos(room, add_photo):
    assert span_of(room) is None
    first, last = add_photo(), add_photo()
    for photo, moment, offset in ((first, "2026-06-20T23:30:00Z", 120), (last, "2026-06-21T23:30:00Z", None)):
        photo.sort_at = photo.taken_at = datetime.fromisoformat(moment)
        photo.taken_offset_minutes = offset
        photo.save()
    assert span_of(room) == days("2026-06-21", "2026-06-21")


def test_nothing_asked_is_no_range_and_what_can_not_be_is_none_of_the_days(room, add_photo):
    assert days_of(room) == []
    impossible = days_of(room, since=day("2026-06-21"), until=day("2026-06-20"))
    assert impossible == [DateRange(LATEST, LATEST)]
    assert days_of(room, month=6) == [DateRange(LATEST, LATEST)]
    assert days_of(room, day=day("2026-06-20")) == [days("2026-06-20", "2026-06-20")]
    assert days_of(room, since=day("2026-06-20"), until=day("2026-06-21")) == [
        days("2026-06-20", "2026-06-21")
    ]


@pytest.mark.parametrize(("weekday", "expected"), [(6, 2), (1, 1)])
def test_weekdays_of_a_room_are_those_of_its_time(room, add_photo, weekday, expected):
    for moment in ("2026-06-20T12:00:00Z", "2026-06-27T12:00:00Z"):
        photo = add_photo()
        photo.sort_at = datetime.fromisoformat(moment)
        photo.save()
    assert len(days_of(room, weekday=weekday)) == expected
