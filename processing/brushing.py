"""What somebody painted with a brush, on a mask: adds to it, takes away, or marks a thing that is grown to its edges.

Source: Rother, Kolmogorov and Blake, GrabCut, SIGGRAPH 2004, by OpenCV.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CORE = 0.6  # of a stroke's radius: what it covers is meant exactly, the rest moves to the picture's edges
GROW_PX = 384  # the longer side while growing
GROW_ROUNDS = 4


def painted(
    mask: NDArray[np.float32], strokes: Sequence[Mapping[str, Any]]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Paint strokes on a mask, in their order.

    Args:
        mask: float32 (h, w), 0 to 1; not changed.
        strokes: places are shares of the frame, radii of its longer side.

    Returns:
        The mask, and bounds that hold whatever a filter makes of it: 1 as the least in the middle of what was added, 0 as the
        most in the middle of what was taken away.
    """
    import numpy as np

    made, least, most = mask.copy(), np.zeros_like(mask), np.ones_like(mask)
    for stroke in strokes:
        value = 1.0 if stroke["adds"] else 0.0
        made[_covered(mask.shape, stroke, 1.0)] = value
        core = _covered(mask.shape, stroke, CORE)
        least[core], most[core] = value, value
        if stroke["adds"]:
            most[_covered(mask.shape, stroke, 1.0)] = 1.0
    return made, least, most


def grown(pixels: NDArray[np.uint8], strokes: Sequence[Mapping[str, Any]]) -> NDArray[np.float32]:
    """Find the thing that strokes mark.

    Args:
        pixels: uint8 (h, w, 3).
        strokes: those that add are on the thing, those that take away are not.

    Returns:
        float32 (h, w), 0 to 1; the same for the same picture.
    """
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    scale = min(1.0, GROW_PX / max(height, width))
    small = cv2.resize(
        pixels, (max(8, round(width * scale)), max(8, round(height * scale))), interpolation=cv2.INTER_AREA
    )
    shape = small.shape[:2]
    marks: Any = np.full(shape, cv2.GC_BGD, np.uint8)
    added = np.zeros(shape, bool)
    for stroke in strokes:
        if stroke["adds"]:
            added |= _covered(shape, stroke, CORE)
    if not added.any():
        return np.zeros((height, width), np.float32)
    rows, columns = np.flatnonzero(added.any(1)), np.flatnonzero(added.any(0))
    more = round(0.8 * max(rows[-1] - rows[0], columns[-1] - columns[0])) + 4
    near = (
        slice(max(0, rows[0] - more), rows[-1] + more),
        slice(max(0, columns[0] - more), columns[-1] + more),
    )
    marks[near] = cv2.GC_PR_BGD
    marks[cv2.dilate(added.astype(np.uint8), np.ones((2 * (more // 2) + 1,) * 2)) > 0] = cv2.GC_PR_FGD
    for stroke in strokes:
        marks[_covered(shape, stroke, CORE)] = cv2.GC_FGD if stroke["adds"] else cv2.GC_BGD
    if not (marks % 2).any():  # all that was added was taken away again
        return np.zeros((height, width), np.float32)
    if (marks % 2 == 0).any():  # GrabCut needs some of both
        cv2.setRNGSeed(0)
        nothing: Any = None
        cv2.grabCut(
            np.ascontiguousarray(small[:, :, ::-1]),
            marks,
            nothing,
            nothing,
            nothing,
            GROW_ROUNDS,
            cv2.GC_INIT_WITH_MASK,
        )
    inside = (marks % 2).astype(np.float32)
    made: NDArray[np.float32] = cv2.resize(inside, (width, height), interpolation=cv2.INTER_LINEAR)
    return made


def _covered(shape: tuple[int, ...], stroke: Mapping[str, Any], share: float) -> NDArray[np.bool_]:
    """What a stroke covers, with so much of its radius."""
    import cv2
    import numpy as np

    height, width = shape[:2]
    canvas = np.zeros((height, width), np.uint8)
    radius = max(0.5, stroke["radius"] * max(height, width) * share)
    points = np.rint(np.array(stroke["points"], np.float64) * (width, height) - 0.5).astype(np.int32)
    if len(points) > 1:
        cv2.polylines(canvas, [points.reshape(-1, 1, 2)], False, 1, max(1, round(2 * radius)))
    for x, y in (points[0], points[-1]):
        cv2.circle(canvas, (int(x), int(y)), round(radius), 1, -1)
    covered: NDArray[np.bool_] = canvas > 0
    return covered
