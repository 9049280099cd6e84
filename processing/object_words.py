"""Words for the things that a detector finds: which of its labels are said, how certain it has to be, and where they are.

Source: the labels are COCO's, as torchvision lists them (`weights.object_labels`). Their names are those of the categories
(categories.py) where there is one; some are changed, because the same word means something else among ImageNet's classes or to
people. How certain a detector has to be was not measured, as no weights could be fetched: from 0.7 on its answers are shown,
from a half on they are proposed, as one usually draws them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from processing.categories import CATEGORIES, CATEGORY, OBJECT
from processing.contracts import Picture, Region, TagFinding

SURE, PROPOSED = 0.7, 0.5
MOST_BOXES = 30  # of one word on one photo
# People are found by their faces, and "person" says nothing among photos of a party; a tie is of the clothes that categories.py
# does not name either.
UNSPOKEN = ("__background__", "N/A", "person", "tie")
OTHERWISE = {
    "book": "books",
    "cell phone": "mobile phone",
    "donut": "doughnut",
    "hair drier": "hair dryer",
    "kite": "toy kite",  # ImageNet's kite is a bird
    "mouse": "computer mouse",
    "remote": "remote control",
    "sports ball": "ball",
    "tv": "television",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing on one photo.

    Attributes:
        label: its number among COCO's 91.
        score: how certain, 0 to 1.
        box: left, top, right, bottom in pixels of the picture that was looked at.
    """

    label: int
    score: float
    box: tuple[float, float, float, float]


def word_for(label: str) -> str | None:
    """The word that people read for one of COCO's labels; None: it is not said."""
    return None if label in UNSPOKEN else OTHERWISE.get(label, label)


def name_seen(seen: Iterable[Seen], labels: tuple[str, ...], picture: Picture) -> list[TagFinding]:
    """Gather what a detector found into one tag a word.

    Args:
        seen: in pixels of `picture.image`.
        labels: COCO's, by number.
        picture: the photo that was looked at.

    Returns:
        Each word once with the score of its surest thing and where all of them are, the most certain first.
    """
    found: dict[str, list[tuple[float, Region]]] = defaultdict(list)
    for one in sorted(seen, key=lambda one: -one.score):
        word = word_for(labels[one.label]) if 0 <= one.label < len(labels) else None
        region = region_of(one.box, picture)
        if word is not None and one.score >= PROPOSED and region is not None:
            found[word].append((one.score, region))
    tags = [
        TagFinding(
            word,
            round(min(1.0, places[0][0]), 4),
            CATEGORY if word in category_names() else OBJECT,
            places[0][0] >= SURE,
            tuple(region for _, region in places[:MOST_BOXES]),
        )
        for word, places in found.items()
    ]
    return sorted(tags, key=lambda tag: (-tag.score, tag.name))


def region_of(box: tuple[float, float, float, float], picture: Picture) -> Region | None:
    """A box as pixels of the whole photo, cut off at its edges; None where nothing of it is on the photo."""
    scale = picture.scale
    left, top = max(0, round(box[0] * scale)), max(0, round(box[1] * scale))
    right, bottom = min(picture.width, round(box[2] * scale)), min(picture.height, round(box[3] * scale))
    return Region(left, top, right - left, bottom - top) if right > left and bottom > top else None


@cache
def category_names() -> frozenset[str]:
    """The words that are categories as well: "dog" is one word, whoever has seen it."""
    return frozenset(category.name for category in CATEGORIES)
