"""Cuts faces out, upright and of one size, as the descriptor network wants them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from processing import weights
from processing.detections import Detection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Points = list[tuple[int, int]]

CHIP_PADDING = 0.25
# dlib's box of a face by its landmarks, in units of their spread (root of the sum of squared distances from their mean):
# mean of 154 faces of Labeled Faces in the Wild; the width's standard deviation is 9 %.
BOX_WIDTH, BOX_BELOW = 2.05, 0.257
PLAIN_CHANGE, MAX_CHANGE = (
    1.08,
    1.5,
)  # a box that differs less is good enough, one that differs more is not believed
TURNED_SHARE, TILTED_DEGREES = (
    0.22,
    15,
)  # of the nose from the middle of the eyes, in eye distances; of the eyes' line


def align(
    pixels: NDArray[np.uint8], found: Sequence[Detection]
) -> tuple[NDArray[np.uint8], list[Points], list[Detection]]:
    """Cut the faces out.

    Args:
        pixels: uint8 of shape (height, width, 3), RGB.
        found: boxes in the same pixels, up to a third too large or too small.

    Returns:
        Chips, uint8 of shape (n, 150, 150, 3), five landmarks (x, y) for each face, and the boxes that fit the landmarks.
    """
    import dlib
    import numpy as np

    from processing.face_network import CHIP_SIDE_PX

    chips, landmarks, boxes = [], [], []
    for one in found:
        shape, fitting = _fitted_shape(pixels, one)
        chips.append(dlib.get_face_chip(pixels, shape, size=CHIP_SIDE_PX, padding=CHIP_PADDING))
        landmarks.append(_points(shape))
        boxes.append(fitting)
    return np.stack(chips), landmarks, boxes


def landmarks_of(pixels: NDArray[np.uint8], found: Sequence[Detection]) -> list[Points]:
    """Find the corners of the eyes and the nose of each face.

    Args:
        pixels: uint8 of shape (height, width, 3), RGB.
        found: boxes in the same pixels, up to a third too large or too small.

    Returns:
        Five landmarks (x, y) for each face; none where they make no face.

    Raises:
        ModelUnavailable: the predictor is missing.
    """
    made = []
    for one in found:
        shape, fitting = _fitted_shape(pixels, one)
        points = _points(shape)
        made.append(points if is_plausible(points, fitting) else [])
    return made


def _fitted_shape(pixels: NDArray[np.uint8], one: Detection) -> tuple[Any, Detection]:
    """Landmarks in the box that fits them, and that box."""
    shape = _landmarks(pixels, one)
    fitting = fitted(one, _points(shape))
    return (shape, one) if fitting is one else (_landmarks(pixels, fitting), fitting)


def _landmarks(pixels: NDArray[np.uint8], box: Detection) -> Any:
    import dlib

    left, top = round(box.left), round(box.top)
    rectangle = dlib.rectangle(left, top, left + round(box.width) - 1, top + round(box.height) - 1)
    return weights.landmark_predictor()(pixels, rectangle)


def _points(shape: Any) -> Points:
    return [(point.x, point.y) for point in shape.parts()]


def fitted(box: Detection, points: Points) -> Detection:
    """Correct a box that came from a coarse scale by the landmarks found in it.

    Args:
        box: where the landmarks were looked for.
        points: five of them.

    Returns:
        The same object if it fits already, or if the landmarks make no face.
    """
    x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
    spread = math.sqrt(sum((px - x) ** 2 + (py - y) ** 2 for px, py in points))
    side = BOX_WIDTH * spread
    change = max(side / box.width, box.width / max(side, 1e-6))
    if not PLAIN_CHANGE < change <= MAX_CHANGE:
        return box
    angle = math.radians(roll(points))
    x, y = x - BOX_BELOW * spread * math.sin(angle), y + BOX_BELOW * spread * math.cos(angle)
    return replace(box, left=x - side / 2, top=y - side / 2, width=side, height=side)


def roll(points: Points) -> float:
    """Measure how far a face is tilted, in degrees clockwise in the image, from its five landmarks."""
    right, left = _eyes(points)
    return math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))


def pose(points: Points) -> int:
    """Say in dlib's numbers how a face is held: 0 frontal, 1 and 2 turned to the left and right, 3 and 4 tilted.

    Args:
        points: five landmarks.
    """
    right, left = _eyes(points)
    across, down = right[0] - left[0], right[1] - left[1]
    length = math.hypot(across, down) or 1.0
    x, y = points[4][0] - (right[0] + left[0]) / 2, points[4][1] - (right[1] + left[1]) / 2
    aside = (x * across + y * down) / length**2
    if abs(aside) > TURNED_SHARE:
        return 1 if aside < 0 else 2
    tilt = roll(points)
    return 0 if abs(tilt) <= TILTED_DEGREES else 3 if tilt < 0 else 4


def _eyes(points: Points) -> tuple[tuple[float, float], tuple[float, float]]:
    """The middle of the eye on the right of the image, and of the one on the left."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy), _ = points
    return ((ax + bx) / 2, (ay + by) / 2), ((cx + dx) / 2, (cy + dy) / 2)


def is_plausible(points: Points, box: Detection) -> bool:
    """Say whether five landmarks may be those of a face in this box: inside it, the nose below two separate eyes."""
    right, left = _eyes(points)
    between, slope = right[0] - left[0], abs(right[1] - left[1])
    nose = points[4][1] - (right[1] + left[1]) / 2
    is_within = all(
        -0.1 <= (x - box.left) / box.width <= 1.1 and -0.1 <= (y - box.top) / box.height <= 1.1
        for x, y in points
    )
    return is_within and 0.2 * box.width <= between and slope <= between and nose >= 0.1 * box.height


def sharpness(chip: NDArray[np.uint8]) -> float:
    """Measure how sharp an aligned face is, independent of its contrast.

    Args:
        chip: uint8 of shape (150, 150, 3).

    Returns:
        Mean ratio of the gradients at two scales on the strongest 3 % of the edges: about 1.2 (blurred) to 2.4 (sharp).
        Source: our measurement in docs/faces.md; the ratio is a no-reference estimate of the width of edges.
    """
    import numpy as np
    from scipy.ndimage import gaussian_gradient_magnitude

    gray = chip.astype(np.float32).mean(axis=2)
    fine = gaussian_gradient_magnitude(gray, 0.7)
    coarse = gaussian_gradient_magnitude(gray, 1.4)
    strongest = fine >= np.percentile(fine, 97)
    return float((fine[strongest] / (coarse[strongest] + 1e-6)).mean())
