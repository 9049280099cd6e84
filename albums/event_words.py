"""Names that events get by themselves, in the reader's language: they are stored as "Saturday 20 June, evening, Rome"."""

from __future__ import annotations

import re
from datetime import date

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

LEAP_YEAR = 2024  # in which every day of a month is found
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYPARTS = (_("morning"), _("midday"), _("afternoon"), _("evening"), _("night"))
MONTH = "|".join(ENGLISH_MONTHS)
WORDS = re.compile(
    rf"\b(?P<day>\d{{1,2}}) (?P<month>{MONTH})\b|\b(?P<alone>{MONTH})\b|\b(?P<weekday>{'|'.join(ENGLISH_WEEKDAYS)})\b"
    rf"|(?:(?<=, )|(?<=day ))(?P<part>{'|'.join(DAYPARTS)})(?=,|$)|(?<=[\w.]) (?P<to>to) (?=\d)"
)


def event_in_words(name: str) -> str:
    """The name of an event that nobody named."""
    return name if get_language() in (None, "en") else WORDS.sub(_word, name)


def _word(match: re.Match[str]) -> str:
    if match["month"]:
        return date_format(
            date(LEAP_YEAR, ENGLISH_MONTHS.index(match["month"]) + 1, int(match["day"])), "MONTH_DAY_FORMAT"
        )
    if match["alone"]:
        return str(MONTHS[ENGLISH_MONTHS.index(match["alone"]) + 1])
    if match["weekday"]:
        return str(WEEKDAYS[ENGLISH_WEEKDAYS.index(match["weekday"])])
    return gettext(match["part"]) if match["part"] else " – "
