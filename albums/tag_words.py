"""The words that the machine finds on photos, in the reader's language. They are stored in English, as the library says them.

Those of ImageNet's 1,000 classes (tags of kind object) stay English: names of breeds and tools that a dictionary would get wrong.
The few dozen things of everyday life that a detector finds (processing/object_words.py) are translated, whoever has seen them.
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

OBJECT_WORDS = (
    _("traffic light"), _("fire hydrant"), _("stop sign"), _("parking meter"), _("bench"), _("sheep"), _("cow"),
    _("elephant"), _("bear"), _("zebra"), _("giraffe"), _("backpack"), _("umbrella"), _("handbag"), _("suitcase"),
    _("frisbee"), _("skis"), _("snowboard"), _("ball"), _("toy kite"), _("baseball bat"), _("baseball glove"),
    _("skateboard"), _("surfboard"), _("tennis racket"), _("bottle"), _("wine glass"), _("cup"), _("fork"), _("knife"),
    _("spoon"), _("bowl"), _("banana"), _("apple"), _("sandwich"), _("orange"), _("broccoli"), _("carrot"), _("hot dog"),
    _("pizza"), _("doughnut"), _("cake"), _("chair"), _("couch"), _("potted plant"), _("bed"), _("dining table"),
    _("toilet"), _("television"), _("laptop"), _("computer mouse"), _("remote control"), _("keyboard"), _("mobile phone"),
    _("microwave"), _("oven"), _("toaster"), _("sink"), _("refrigerator"), _("clock"), _("vase"), _("scissors"),
    _("teddy bear"), _("hair dryer"), _("toothbrush"),
)  # fmt: skip


def word_of(tag: Tag) -> str:
    """A tag as its reader calls it; words of people stay theirs."""
    is_known = tag.kind == "category" or (tag.kind == "object" and tag.name in OBJECT_WORDS)
    return gettext(tag.name) if is_known else tag.name


def stored_word(text: str) -> str:
    """What somebody typed, as it is stored: "Hund" is the dog that every room knows."""
    typed = text.strip().casefold()
    return next(
        (word for word in (*CATEGORY_WORDS, *OBJECT_WORDS) if gettext(word).casefold() == typed), text
    )
