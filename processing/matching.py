"""Which of the boxes found now is which of those known, also when another detector draws them otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence

from processing.contracts import Region

SAME_OVERLAP = 0.35  # intersection over union; research/faces.md §6.2
LEAST_SIDE_RATIO = 0.5  # of two boxes of one face, each with the other's center inside


def match_faces(known: Sequence[Region], found: Sequence[Region]) -> dict[int, int]:
    """Pair found with known boxes, each once, so that the overlaps together are as large as they can be.

    Args:
        known, found: boxes in the same pixels.

    Returns:
        Index in `known` by index in `found`, for those that may be the same face.
    """
    if not known or not found:
        return {}
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    weights = np.array([[old.overlap(new) if is_same(old, new) else 0.0 for old in known] for new in found])
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return {
        int(row): int(column) for row, column in zip(rows, columns, strict=True) if weights[row, column] > 0
    }


def is_same(a: Region, b: Region) -> bool:
    """Say whether two boxes may be one face: they overlap much, or share their middle and are about as large.

    Args:
        a, b: boxes in the same pixels.
    """
    if a.overlap(b) >= SAME_OVERLAP:
        return True
    sides = sorted(math.sqrt(box.width * box.height) for box in (a, b))
    return has_center_of(a, b) and has_center_of(b, a) and sides[0] >= LEAST_SIDE_RATIO * sides[1]


def has_center_of(box: Region, other: Region) -> bool:
    """Say whether the middle of `other` is inside `box`."""
    x, y = other.x + other.width / 2, other.y + other.height / 2
    return box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
