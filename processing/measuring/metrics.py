"""How good a sorting into people is, compared with the truth or with another sorting.

A sorting is a list of labels, one a face; faces with the same label are one person. A face that belongs to nobody needs a
label of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

Labels = Sequence[Hashable]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall, 0 to 1."""

    precision: float
    recall: float

    @property
    def f(self) -> float:
        """Harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pairwise(labels: Labels, truth: Labels) -> Score:
    """Compare two sortings by pairs of faces.

    Args:
        labels: the sorting to judge.
        truth: the right one, in the same order.

    Returns:
        Precision: share of the pairs that are together which belong together. Recall: share of the pairs that belong together
        which are. No pairs at all count as 1: nothing is wrong.

    Raises:
        ValueError: different lengths.
    """
    both = Counter(zip(labels, truth, strict=True))
    right = sum(map(_pairs, both.values()))
    given, true = (sum(map(_pairs, Counter(one).values())) for one in (labels, truth))
    return Score(right / given if given else 1.0, right / true if true else 1.0)


def bcubed(labels: Labels, truth: Labels) -> Score:
    """Compare two sortings face by face, so that a person with many photos does not outweigh all others.

    Args:
        labels: the sorting to judge.
        truth: the right one, in the same order.

    Returns:
        Means over all faces of the share of its group that is the same person (precision), and of the share of its person
        that is in its group (recall). Source: Bagga and Baldwin (1998); Amigo et al. (2009). No faces count as 1.

    Raises:
        ValueError: different lengths.
    """
    both = Counter(zip(labels, truth, strict=True))
    if not both:
        return Score(1.0, 1.0)
    given, true = Counter(labels), Counter(truth)
    precision = sum(count**2 / given[label] for (label, _), count in both.items())
    recall = sum(count**2 / true[name] for (_, name), count in both.items())
    return Score(precision / len(labels), recall / len(labels))


def same_photo_pairs(labels: Labels, photos: Labels) -> int:
    """Count the pairs of faces of one photo that are in one person: nearly all of them are errors, whoever it is.

    Args:
        labels: a sorting.
        photos: the photo of each face, in the same order.

    Returns:
        Number of pairs.
    """
    return sum(map(_pairs, Counter(zip(labels, photos, strict=True)).values()))


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
