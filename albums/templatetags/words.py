from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.template.defaultfilters import filesizeformat as django_filesizeformat
from django.templatetags.static import static
from django.utils.translation import get_language, get_language_bidi

from albums.said import in_words as said_in_words

register = template.Library()
RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufefc]")
START, END = "\u2068", "\u2069"  # the signs around what has a direction of its own


@register.simple_tag
def words_script() -> str:
    """The address of the sentences that scripts say in the page's language; empty where that is English."""
    language = get_language() or ""
    return static(f"words/{language}.js") if has_script(language) else ""


@cache
def has_script(language: str) -> bool:
    """Whether `scripts/compile_words.py` has made one."""
    names = dict(settings.LANGUAGES)
    return language in names and (Path(settings.BASE_DIR) / "static/words" / f"{language}.js").exists()


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Code and own name of each language of the site."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]


@register.filter(is_safe=True)
def filesizeformat(size_bytes: int | str) -> str:
    """Django's, except that the French write Mo and not Mio, which nobody there knows."""
    text = str(django_filesizeformat(size_bytes))
    return re.sub(r"io$", "o", text) if (get_language() or "").startswith("fr") else text


@register.filter
def isolated(value: object) -> str:
    """A name for the middle of a sentence: where it may run the other way, it does not turn the sentence around."""
    text = str(value)
    return f"{START}{text}{END}" if get_language_bidi() or RIGHT_TO_LEFT.search(text) else text


@register.filter
def in_words(said: str) -> str:
    """What was stored as an English sentence, in the reader's language; see albums/said.py."""
    return said_in_words(said)
