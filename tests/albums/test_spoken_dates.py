from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from albums.days import DateRange
from albums.search_words import fold, words_in
from albums.spoken_dates import days_in, read_date

WEEKEND = DateRange(date(2026, 6, 19), date(2026, 6, 22))
YEARS = DateRange(date(2023, 5, 1), date(2026, 6, 22))
TODAY = date(2026, 7, 1)


def day(text: str) -> dict[str, date]:
    return {"day": date.fromisoformat(text)}


def between(first: str, last: str) -> dict[str, date]:
    return {"since": date.fromisoformat(first), "until": date.fromisoformat(last)}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("june", between("2026-06-01", "2026-06-30")),
        ("jun", between("2026-06-01", "2026-06-30")),
        ("june 2025", between("2025-06-01", "2025-06-30")),
        ("february 2024", between("2024-02-01", "2024-02-29")),
        ("saturday", day("2026-06-20")),
        ("sat", day("2026-06-20")),
        ("20 june", day("2026-06-20")),
        ("june 20", day("2026-06-20")),
        ("june 20th", day("2026-06-20")),
        ("20th of june", day("2026-06-20")),
        ("20 june 2025", day("2025-06-20")),
        ("saturday 20 june", day("2026-06-20")),
        ("2026-06-20", day("2026-06-20")),
        ("2026-06", between("2026-06-01", "2026-06-30")),
        ("20.6.2026", day("2026-06-20")),
        ("20.6.", day("2026-06-20")),
        ("2026", between("2026-01-01", "2026-12-31")),
        ("today", day("2026-07-01")),
        ("yesterday", day("2026-06-30")),
        ("2019", None),  # not in the room's time: it may well stand in a file's name
        ("31 february", None),
        ("2026-13", None),
        ("2026-02-30", None),
        ("20 20", None),
        ("june june", None),
        ("anna", None),
        ("", None),
    ],
)
def test_dates_are_read_as_people_type_them(typed, expected):
    assert read_date(typed.split(), WEEKEND, TODAY) == expected


def test_what_comes_more_than_once_in_a_room_means_every_one():
    assert read_date(["june"], YEARS, TODAY) == {"month": 6}
    assert read_date(["saturday"], YEARS, TODAY) == {"weekday": 6}
    assert read_date(["april"], DateRange(date(2025, 1, 1), date(2026, 2, 1)), TODAY) == between(
        "2025-04-01", "2025-04-30"
    )


def test_a_day_without_a_year_is_the_latest_in_the_rooms_time():
    assert read_date(["20", "june"], YEARS, TODAY) == day("2026-06-20")
    assert read_date(["20", "july"], YEARS, TODAY) == day("2025-07-20")
    assert read_date(["29", "february"], YEARS, TODAY) == day("2024-02-29")


def test_days_come_newest_first_and_not_too_many():
    assert list(days_in(WEEKEND, 2)) == [date(2026, 6, 22), date(2026, 6, 21)]
    assert len(list(days_in(WEEKEND, 100))) == 4


@pytest.mark.parametrize(
    ("language", "typed", "expected"),
    [
        ("de", "juni 2024", between("2024-06-01", "2024-06-30")),
        ("de", "märz 2025", between("2025-03-01", "2025-03-31")),
        ("de", "20. juni 2025", day("2025-06-20")),
        ("de", "sa. 20. juni 2026", day("2026-06-20")),
        ("de", "samstag", {"weekday": 6}),
        ("de", "so", None),  # a word of every sentence
        ("de", "jänner 2026", between("2026-01-01", "2026-01-31")),
        ("de", "gestern", day("2026-06-30")),
        ("fr", "juin 2024", between("2024-06-01", "2024-06-30")),
        ("fr", "1er juin 2025", day("2025-06-01")),
        ("fr", "août 2025", between("2025-08-01", "2025-08-31")),
        ("fr", "févr. 2026", between("2026-02-01", "2026-02-28")),
        ("fr", "aujourd'hui", day("2026-07-01")),
        ("fr", "mar", {"weekday": 2}),  # mardi; in English March
        ("es", "mar 2025", between("2025-03-01", "2025-03-31")),
        ("es", "sábado", {"weekday": 6}),
        ("es", "hoy", day("2026-07-01")),
        ("hi", "जून 2024", between("2024-06-01", "2024-06-30")),
        ("hi", "20 फ़रवरी 2026", day("2026-02-20")),
        ("hi", "शनिवार", {"weekday": 6}),
        ("ar", "يونيو 2024", between("2024-06-01", "2024-06-30")),
        ("ar", "حزيران 2024", between("2024-06-01", "2024-06-30")),  # the same month in Damascus
        ("ar", "٢٠ أبريل ٢٠٢٦", day("2026-04-20")),
        ("ar", "السبت", {"weekday": 6}),
        ("ar", "june 2024", between("2024-06-01", "2024-06-30")),
    ],
)
def test_dates_are_read_in_the_readers_language_and_in_english(language, typed, expected):
    with override(language):
        assert read_date(fold(typed).split(), YEARS, TODAY) == expected


def test_words_inside_a_date_are_those_of_the_language(monkeypatch):
    words = replace(words_in("es"), fillers=frozenset({"de", "of"}))
    monkeypatch.setattr("albums.spoken_dates.words_now", lambda: words)
    assert read_date(["20", "de", "junio", "de", "2026"], YEARS, TODAY) == day("2026-06-20")
