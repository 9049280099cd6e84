"""The words that the machine finds on photos, in the reader's language. They are stored in English, as the library says them.

Those of ImageNet's 1,000 classes (tags of kind object) stay English: names of breeds and tools that a dictionary would get wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:
    from albums.models import Tag

CATEGORY_WORDS = (
    _("animal"), _("dog"), _("cat"), _("bird"), _("horse"), _("fish"), _("insect"), _("food"), _("drink"), _("kitchen"),
    _("vehicle"), _("car"), _("bus"), _("truck"), _("motorcycle"), _("bicycle"), _("train"), _("airplane"), _("boat"),
    _("nature"), _("beach"), _("sea"), _("lake"), _("mountains"), _("snow"), _("flowers"), _("mushrooms"), _("city"),
    _("building"), _("church"), _("castle"), _("bridge"), _("shop"), _("restaurant"), _("sport"), _("swimming"), _("skiing"),
    _("camping"), _("music"), _("stage"), _("wedding"), _("party"), _("Christmas"), _("toys"), _("baby"), _("computer"),
    _("indoor"), _("bathroom"), _("bedroom"), _("books"), _("document"), _("screenshot"), _("night"), _("sunset"),
    _("panorama"), _("black and white"), _("portrait"), _("couple"), _("group"),
)  # fmt: skip


def word_of(tag: Tag) -> str:
    """A tag as its reader calls it; words of people stay theirs."""
    return gettext(tag.name) if tag.kind == "category" else tag.name


def stored_word(text: str) -> str:
    """What somebody typed, as it is stored: "Hund" is the dog that every room knows."""
    typed = text.strip().casefold()
    return next((word for word in CATEGORY_WORDS if gettext(word).casefold() == typed), text)
