"""Sentences that are stored in English, and said in the reader's language when they are shown.

Workers have no reader: why a photo or a download failed is kept as it was raised. What people did is kept as one English
line, which the API tells as well. Each pattern below is a sentence with what varies in it, so that a stored one is known again;
one that is not known is shown as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import translation
from django.utils.translation import get_language

from albums.sayings import NAMED_OTHERWISE, PLURALS, SENTENCES
from processing import registry

PLACE = re.compile(r"%\((\w+)\)s")
NUMBER = re.compile(r"[\d,]+")
MARKS = {"count": r"([\d,]+)"}  # numbers; everything else may be any text


@dataclass(frozen=True)
class Pattern:
    expression: re.Pattern[str]
    names: tuple[str, ...]
    one: str
    many: str = ""


def in_words(said: str) -> str:
    """The stored sentence in the reader's language; several of them, one after the other, too."""
    if not said or get_language() in (None, "en"):
        return said
    known = _known(said)
    if known is not None:
        return known
    label, colon, sentence = said.partition(": ")
    if colon and label in {operation.label for operation in registry.operations().values()}:
        return f"{translation.gettext(label)}: {in_words(sentence)}"  # why a step of an edit failed
    parts = re.split(r"(?<=[.!?]) (?=[A-Z])", said)
    return " ".join(_known(part) or part for part in parts) if len(parts) > 1 else said


def _known(said: str) -> str | None:
    whole = translation.gettext(said)
    if whole != said:
        return whole
    for pattern in patterns():
        match = pattern.expression.fullmatch(said)
        if match:
            return _filled(pattern, match)
    return None


def _filled(pattern: Pattern, match: re.Match[str]) -> str:
    values = {
        name: translation.gettext(match[at]) if name == "operation" else _value(match[at])
        for at, name in enumerate(pattern.names, 1)
    }
    if not pattern.many:
        return translation.gettext(pattern.one) % values
    count = int(match[pattern.names.index("count") + 1].replace(",", ""))
    return translation.ngettext(pattern.one, pattern.many, count) % values


def _value(text: str) -> str:
    if NUMBER.fullmatch(text):
        return str(intcomma(int(text.replace(",", "")))) if text.strip(",") else text
    return translation.gettext(text) if text in NAMED_OTHERWISE else text


@cache
def patterns() -> list[Pattern]:
    """Those of sentences with places in them; where two fit, the one with fewer free places is tried first."""
    found = [_pattern(one, one) for one in SENTENCES if PLACE.search(one)]
    for one, many in PLURALS:
        found += [_pattern(one, one, many), _pattern(many, one, many)]
    return sorted(found, key=lambda pattern: (len(pattern.names), -len(pattern.one)))


def _pattern(text: str, one: str, many: str = "") -> Pattern:
    parts = PLACE.split(text)
    names = tuple(parts[1::2])
    expression = "".join(
        MARKS.get(part, "(.+?)") if at % 2 else re.escape(part.replace("%%", "%"))
        for at, part in enumerate(parts)
    )
    return Pattern(re.compile(expression, re.DOTALL), names, one, many)
