"""Boxes that a detector draws: doubles, and boxes drawn on a photo that lies on its side."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

SAME_FACE_OVERLAP = 0.35


@dataclass(frozen=True, slots=True)
class Detection:
    """A box in pixels of the searched image, the detector's score and its sub-detector."""

    left: float
    top: float
    width: float
    height: float
    score: float
    pose: int


def without_doubles(found: list[Detection]) -> list[Detection]:
    """Keep the best of boxes that overlap, and drop a small one that lies inside a larger one.

    Args:
        found: any boxes of one image.

    Returns:
        Best first.
    """
    kept: list[Detection] = []
    for detection in sorted(found, key=lambda one: (-one.score, one.left, one.top, one.width)):
        if all(overlap(detection, other) < SAME_FACE_OVERLAP for other in kept):
            kept.append(detection)
    return kept


def overlap(first: Detection, second: Detection) -> float:
    """Compute the larger of intersection over union and two thirds of intersection over the smaller box, 0 to 1."""
    width = min(first.left + first.width, second.left + second.width) - max(first.left, second.left)
    height = min(first.top + first.height, second.top + second.height) - max(first.top, second.top)
    if width <= 0 or height <= 0:
        return 0.0
    areas = first.width * first.height, second.width * second.height
    common = width * height
    return max(common / (sum(areas) - common), 2 / 3 * common / min(areas))


def turned_back(one: Detection, turn: int, size: tuple[int, int]) -> Detection:
    """Move a box from a turned image to the image itself.

    Args:
        one: the box, in pixels of the turned image.
        turn: EXIF orientation that was applied: 1 (none), 8 (a quarter to the left) or 6 (to the right).
        size: width and height of the image itself.

    Returns:
        The box in pixels of the image itself.
    """
    if turn == 8:
        return replace(
            one, left=size[0] - one.top - one.height, top=one.left, width=one.height, height=one.width
        )
    if turn == 6:
        return replace(
            one, left=one.top, top=size[1] - one.left - one.width, width=one.height, height=one.width
        )
    return one


def point_back(point: tuple[int, int], turn: int, size: tuple[int, int]) -> tuple[int, int]:
    """Move a point from a turned image to the image itself; arguments as for `turned_back`."""
    box = turned_back(Detection(point[0], point[1], 0, 0, 0, 0), turn, size)
    return round(box.left), round(box.top)


def point_turned(
    point: tuple[float, float], degrees: float, center: tuple[float, float]
) -> tuple[float, float]:
    """Move a point of an image that `Image.rotate(degrees, center=center)` made to the image itself."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = point[0] - center[0], point[1] - center[1]
    return center[0] + x * cosine - y * sine, center[1] + x * sine + y * cosine
