"""Small words of a search in the reader's language and in English: months, weekdays, "and", "or", "without", "by".

Names of months and days and the words of lists are those of Unicode's locale data (Babel); the rest are translatable sentences.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language, gettext, override, pgettext

ENGLISH = "en"
# Countries that call months otherwise: Jänner, حزيران, غشت.
VARIANTS = {"de": ("de_AT",), "ar": ("ar_EG", "ar_SY", "ar_MA", "ar_DZ", "ar_MR"), "es": ("es_MX",)}
PREFIXES = (3, 4)  # letters of an English month or weekday that are enough
HOLE = "\x00"


def fold(text: str) -> str:
    """For comparing: without case, accents and commas, one blank between words, one kind of apostrophe."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)
    )
    return " ".join(re.sub("[,،]", " ", plain.casefold().replace("’", "'")).split())


@dataclass(frozen=True)
class SearchWords:
    """Everything folded; two languages at once."""

    months: dict[str, int]  # 1 is January
    weekdays: dict[str, int]  # 1 is Monday
    today: frozenset[str]
    yesterday: frozenset[str]
    fillers: frozenset[str]  # that may stand inside a date: 20 de junio
    either: frozenset[str]
    negations: frozenset[str]
    negations_after: tuple[tuple[str, ...], ...]  # that follow what they exclude, as in Hindi
    joints: frozenset[str]  # that mean nothing before something understood
    attached: tuple[str, ...]  # an "and" without a blank, as in Arabic
    by: tuple[str, ...]  # in front of who added photos

    @property
    def small(self) -> frozenset[str]:
        return self.either | self.negations | self.joints


def words_now() -> SearchWords:
    """Those of who is reading."""
    return words_in(get_language() or ENGLISH)


@cache
def words_in(language: str) -> SearchWords:
    english, own = _read(ENGLISH), _read(language)
    return SearchWords(
        months=_without(english.months, own.weekdays) | own.months,
        weekdays=_without(_without(english.weekdays, own.months) | own.weekdays, own.months),
        today=english.today | own.today,
        yesterday=english.yesterday | own.yesterday,
        fillers=english.fillers | own.fillers,
        either=english.either | own.either,
        negations=(english.negations | own.negations) - own.joints,
        negations_after=own.negations_after,
        joints=(english.joints | own.joints) - own.either - own.negations,
        attached=own.attached,
        by=tuple(dict.fromkeys((*english.by, *own.by))),
    )


def _read(language: str) -> SearchWords:
    with override(language):
        without = fold(gettext("Without %(what)s") % {"what": HOLE})
        before, _hole, after = without.partition(HOLE)
        ands, attached = _between("standard", language)
        return SearchWords(
            months=dict(_names(language, "months")),
            weekdays=dict(_names(language, "days")),
            today=frozenset({fold(gettext("Today"))}),
            yesterday=frozenset({fold(gettext("Yesterday"))}),
            fillers=_listed(pgettext("words inside a date, with commas: 20th of June", "of, the")),
            either=_between("or", language)[0]
            | _listed(pgettext("words in a search, with commas: Anna or Ben", "or")),
            negations=frozenset({before.strip()} - {""})
            | _listed(
                pgettext("words in a search, with commas: Anna without Ben", "without, not, no, but, -")
            ),
            negations_after=(tuple(after.split()),) if after.strip() else (),
            joints=ands
            | _listed(
                pgettext(
                    "words that mean nothing in a search, with commas: photos of Anna with Ben at the beach",
                    "and, with, in, on, at, of, the, photos, pictures, &, +",
                )
            ),
            attached=tuple(attached),
            by=tuple(
                _listed(
                    pgettext(
                        "words before who added photos, in a search, with commas: by Ben",
                        "by, from, added by",
                    )
                )
            ),
        )


def _names(language: str, kind: str) -> Iterator[tuple[str, int]]:
    """Months or weekdays by all their names, whole and short ones."""
    for locale in _locales(language):
        table = getattr(locale, kind)
        for form in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                for at, name in table[form][width].items():
                    number = at if kind == "months" else at + 1
                    word = fold(name).rstrip(".॰")
                    yield word, number
                    if language == ENGLISH:
                        yield from ((word[:length], number) for length in PREFIXES)


def _between(pattern: str, language: str) -> tuple[frozenset[str], set[str]]:
    """The word between two things of a list, and what is put in front of the second one without a blank."""
    words, attached = set(), set()
    for locale in _locales(language):
        patterns = locale.list_patterns.get(pattern, {})
        for key in ("2", "end"):
            found = re.fullmatch(r"\{0\}(.*)\{1\}", patterns.get(key, ""))
            word = fold(found[1]) if found else ""
            if word and found and found[1].endswith(" "):
                words.add(word)
            elif word:
                attached.add(word)
    return frozenset(words), attached


def _locales(language: str) -> list[Locale]:
    found = []
    for name in (language.replace("-", "_"), *VARIANTS.get(language, ())):
        try:
            found.append(Locale.parse(name))
        except (UnknownLocaleError, ValueError):
            continue
    return found


def _listed(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in re.split("[,،]", text) if word.strip())


def _without(names: dict[str, int], others: Iterable[str]) -> dict[str, int]:
    """A short name that means both a month and a weekday is read as the reader's language has it."""
    taken = set(others)
    return {name: number for name, number in names.items() if name not in taken}
