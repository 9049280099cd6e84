"""Words that people use for what a photo shows: the network's classes gathered into categories, and rules for what it can't see.

The table CATEGORIES says which of ImageNet's 1,000 classes make a category: its score is the sum of their probabilities,
calibrated. Rules on the picture itself name screenshots, documents, nights, sunsets, panoramas and black and white; faces say
portrait, couple and group (`name_people`). What ImageNet has no classes for and no rule can see is not named here: a room learns
it from people (tag_learning.py).

Source: the class numbers are those of ILSVRC 2012 as torchvision lists them; thresholds were set on the photos of
shared/data/coco, lowlight, exif and heif with `manage.py benchmark organize`, see docs/organizing.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from processing.contracts import Picture, Region, TagFinding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CATEGORY, OBJECT = "category", "object"
# What a score must reach to be shown without asking, and to be proposed; a category may ask for more.
SURE, PROPOSED = 0.6, 0.25
SURE_OBJECT, PROPOSED_OBJECT = 0.7, 0.3
MOST_OBJECTS = 3
DOGS, CATS, FISH = "151-268", "281-285", "0-6 389-397"
BIRDS = "7-24 80-100 127-146"
# Classes that are never named. Networks of this kind take people for apes and monkeys, which hurts; and some classes are
# clothes, bodies and devices that nobody wants to read beside a friend's photo.
UNSPOKEN = (
    "365-382 399 411 433 439 443 445 452 457-459 465 523 529 552 560 568 570 584 585 601 608 614 615 617 629 631 638-639 643"
    " 652 655 667-669 677-680 689 691 697 715 735 763-764 413 772 775 785 787 793 796 806 808 823-824 834 836-838 840-842 869"
    " 887 903 906 911"
)


@dataclass(frozen=True, slots=True)
class Category:
    """A word and the classes of ImageNet that stand for it.

    Attributes:
        name: as people read it.
        classes: numbers and ranges, separated by spaces.
        sure: the score from which it is shown without asking.
    """

    name: str
    classes: str
    sure: float = SURE


CATEGORIES = (
    Category("animal", "0-50 52-68 70-364 383-388 389-397", 0.7),
    Category("dog", DOGS),
    Category("cat", CATS),
    Category("bird", BIRDS),
    Category("horse", "339 603"),
    Category("fish", FISH),
    Category("insect", "300-326"),
    Category("food", "415 567 766 809 923-957 959-965 987 998"),
    Category("drink", "440 441 503 504 572 737 898 901 907 966-969"),
    Category("kitchen", "499 505 521 534 544 550 618 647 651 659 729 760 766 827 849 859 909 910"),
    Category("vehicle", "407 436 468 479 511 555 569 573 575 603 609 612 627 654 656 661 665 670-671 444 675 705 717 734 751"
             " 757 779 802 803 817 820 829 847 864-867 870 874 466 547 565 403-405 472 484 510 554 576 625 628 780 814 833 871"
             " 895 914"),
    Category("car", "436 468 475 479 511 581 609 627 656 661 717 734 751 817", 0.45),
    Category("bus", "654 779 874", 0.45),
    Category("truck", "555 569 675 864 867", 0.45),
    Category("motorcycle", "665 670", 0.45),
    Category("bicycle", "444 671", 0.45),
    Category("train", "466 547 565 705 820 829"),
    Category("airplane", "404 895 908"),
    Category("boat", "403 472 484 510 554 576 625 628 780 814 871 914"),
    Category("nature", "970 972-980 984-986 979 500 458"),
    Category("beach", "977 978 433 445 638 639 842"),
    Category("sea", "973 976-978 460 484 510 780 814 871 914 718 983"),
    Category("lake", "975 525 536"),
    Category("mountains", "970 972 979 980 350 349"),
    Category("snow", "450 537 795 802 803"),
    Category("flowers", "984-986 738 883"),
    Category("mushrooms", "947 991-997"),
    Category("city", "468 637 704 705 779 829 874 919 920 733 920 866", 0.7),
    Category("building", "410 425 437 442 449 483 497 498 538 580 663 668 682 698 727 743 832 858 873 900 915"),
    Category("church", "406 442 497 663 668"),
    Category("castle", "483 698"),
    Category("bridge", "821 839 888"),
    Category("shop", "415 424 454 467 509 582 788 860 865"),
    Category("restaurant", "762"),
    Category("sport", "416 422 429 430 522 543 574 602 610 702 722 736 746 747 752 768 795 805 852 890 981 983 781"),
    Category("swimming", "433 638 639 842 793 801 983 445"),
    Category("skiing", "795"),
    Category("camping", "672 797"),
    Category("music", "401 402 420 432 486 513 541 542 546 558 566 577 579 593 594 641 642 650 683 684 687 776 822 875 881 889"),
    Category("stage", "650 818 819 854", 0.7),
    Category("wedding", "982", 0.75),
    Category("party", "417 441 470 503 572 607", 0.9),
    Category("Christmas", "496"),
    Category("toys", "850 865 611 681 867 476", 0.75),
    Category("baby", "431 516 520 529 443 680"),
    Category("computer", "508 527 620 664 673 590 681 782"),
    Category("indoor", "423 424 453 454 493 495 508 520 526 527 532 548 556 564 579 598 624 648 651 660 664 673 736 742 750 760"
             " 762 765 789 794 799 827 831 846 851 861 876 435 894 896 897 905 904 861 999 721 804", 0.7),
    Category("bathroom", "435 794 804 861 876 896 999"),
    Category("bedroom", "520 564 750 721 669 697"),
    Category("books", "453 454 624 921"),
    Category("document", "549 916 917 918 921 922", 0.85),
)  # fmt: skip


def numbers_of(text: str) -> list[int]:
    """Read numbers and ranges ("3 7-9") as class numbers, each once."""
    found: dict[int, None] = {}
    for part in text.split():
        first, _, last = part.partition("-")
        found.update(dict.fromkeys(range(int(first), int(last or first) + 1)))
    return list(found)


@cache
def classes_of_categories() -> NDArray[np.float32]:
    """Make the table a matrix of shape (categories, 1000): 1 where a class belongs to a category."""
    import numpy as np

    matrix = np.zeros((len(CATEGORIES), 1000), np.float32)
    for row, category in enumerate(CATEGORIES):
        matrix[row, numbers_of(category.classes)] = 1
    return matrix


@cache
def spoken() -> NDArray[np.bool_]:
    """Say which of the 1,000 classes may be named, as an array of shape (1000,)."""
    import numpy as np

    allowed = np.ones(1000, bool)
    allowed[numbers_of(UNSPOKEN)] = False
    return allowed


def name_content(
    embedding: NDArray[np.float32], probabilities: NDArray[np.float32], picture: Picture
) -> list[TagFinding]:
    """Say what a photo shows.

    Args:
        embedding: the network's features, of shape (n,).
        probabilities: of ImageNet's classes, of shape (1000,), their sum is 1.
        picture: the photo, decoded at 256 px or more.

    Returns:
        Categories and objects, the surest first, each name once; the unsure ones only to be proposed.
    """
    from processing import picture_rules

    found = [*name_categories(probabilities), *name_objects(probabilities), *picture_rules.name_look(picture)]
    best: dict[str, TagFinding] = {}
    for tag in sorted(found, key=lambda tag: (-tag.score, tag.kind, tag.name)):
        best.setdefault(tag.name.casefold(), tag)
    return list(best.values())


def name_categories(probabilities: NDArray[np.float32]) -> Iterator[TagFinding]:
    """Gather classes into the categories of the table.

    Args:
        probabilities: of shape (1000,).
    """
    sums = classes_of_categories() @ probabilities
    for category, total in zip(CATEGORIES, sums.tolist(), strict=True):
        score = min(1.0, total)
        if score >= PROPOSED:
            yield TagFinding(category.name, round(score, 4), CATEGORY, score >= category.sure)


def name_objects(probabilities: NDArray[np.float32]) -> Iterator[TagFinding]:
    """Name the likeliest classes themselves.

    Args:
        probabilities: of shape (1000,).
    """
    import numpy as np

    from processing import weights

    allowed = np.where(spoken(), probabilities, 0)
    for index in np.argsort(-allowed, kind="stable")[:MOST_OBJECTS].tolist():
        score = float(allowed[index])
        if score >= PROPOSED_OBJECT:
            name = weights.class_names()[index]
            yield TagFinding(name, round(score, 4), OBJECT, score >= SURE_OBJECT)


def merged(tags: Iterable[TagFinding]) -> list[TagFinding]:
    """Put together what several analyzers see.

    Args:
        tags: of all of them.

    Returns:
        Each word once, the surest first: as certain as the surest says, found if one of them is sure, a category if one says so,
        with all places.
    """
    made: dict[str, TagFinding] = {}
    for tag in sorted(tags, key=lambda tag: -tag.score):
        surest = made.setdefault(tag.name.casefold(), tag)
        if surest is not tag:
            made[tag.name.casefold()] = replace(
                surest,
                kind=CATEGORY if CATEGORY in (surest.kind, tag.kind) else surest.kind,
                is_sure=surest.is_sure or tag.is_sure,
                regions=(*surest.regions, *tag.regions),
            )
    return list(made.values())


def sure_from(name: str) -> float:
    """The score from which a category or an object of this name is shown without asking."""
    return next((category.sure for category in CATEGORIES if category.name == name), SURE_OBJECT)


def name_people(faces: Sequence[Region], width: int, height: int) -> list[TagFinding]:
    """Say portrait, couple or group by the faces on a photo.

    Args:
        faces: in pixels of the photo as displayed.
        width, height: of the photo.

    Returns:
        At most one of the three. Small faces beside a large one are passers-by and do not count.
    """
    if not faces or not width or not height:
        return []
    sides = sorted((max(face.width, face.height) for face in faces), reverse=True)
    main = [side for side in sides if side >= SMALL_BESIDE * sides[0]]
    share = sides[0] / min(width, height)
    certainty = round(
        min(1.0, 0.8 + 0.4 * share), 4
    )  # also which photo stands for the word: the one with the largest face
    if len(main) == 1:
        return [TagFinding("portrait", certainty, CATEGORY)] if share >= PORTRAIT_SHARE else []
    if len(main) == 2:
        return [TagFinding("couple", certainty, CATEGORY)] if share >= COUPLE_SHARE else []
    return [TagFinding("group", round(1 - 0.3 / len(main), 4), CATEGORY)]


# A face's longer side as a part of the photo's shorter one, and of the largest face's; set by eye on shared/data/families
# and party: a portrait is of somebody, not of a place with somebody in it.
PORTRAIT_SHARE, COUPLE_SHARE, SMALL_BESIDE = 0.18, 0.1, 0.45
PEOPLE_WORDS = ("portrait", "couple", "group")
