"""Removes spots, scratches and small things: what the brush has covered is filled from around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from processing.operation import Frame
from processing.parameters import Strokes, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Remove spots")
group = "repair"
rank = 70
icon = "spot"
is_in_browser = False
parameters = (Strokes("strokes", _("What is to go")),)

MARGIN = 16  # pixels around a spot from which it is filled, at least
MARGIN_SHARE = 0.5  # of the brush's radius
MOST_AT_ONCE = 20_000  # pixels that are filled one by one; larger parts are filled on a smaller copy
REACH = 4.0  # pixels that inpainting looks around
FEATHER = 1.2  # pixels over which the filling fades in
GRAIN_RADIUS = 1.5  # finer than that is grain
FIXED_BITS = 4  # of a pixel's fraction, for OpenCV's drawing
THICKEST = 32_767  # pixels of a line that OpenCV draws

Box = tuple[int, int, int, int]  # left, top, right, bottom


def is_neutral(values: Values) -> bool:
    """Nothing was painted over."""
    return not any(stroke["adds"] for stroke in values["strokes"])


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Fill what the strokes cover, each group of touching ones on its own part of the photo.

    Args:
        frame: the photo.
        values: `strokes`; those that do not add take away from those before them.

    Returns:
        uint8 of the frame's shape; changed only under the strokes and at their soft edge.

    Source: Telea, "An Image Inpainting Technique Based on the Fast Marching Method", 2004 (OpenCV); what it leaves too smooth
    gets the grain of its surroundings.
    """
    made = frame.pixels.copy()
    for left, top, right, bottom in _parts(values["strokes"], frame):
        frame.scene.check()
        mask = _painted(values["strokes"], frame, (left, top, right, bottom))
        if mask.any():
            part = made[top:bottom, left:right]
            part[:, :, :3] = _filled(part[:, :, :3], mask, frame.scene.seed)
    return made


def _parts(strokes: Sequence[dict[str, Any]], frame: Frame) -> Iterator[Box]:
    """The rectangles that have to be looked at, inside the frame and none of them touching another."""
    boxes: list[Box] = []
    side = max(frame.width, frame.height)
    for stroke in strokes:
        if not stroke["adds"]:
            continue
        radius = stroke["radius"] * side
        around = int(radius + max(MARGIN, MARGIN_SHARE * radius)) + 1
        across = [x * frame.width for x, _y in stroke["points"]]
        down = [y * frame.height for _x, y in stroke["points"]]
        box = (
            max(0, int(min(across)) - around),
            max(0, int(min(down)) - around),
            min(frame.width, int(max(across)) + around + 1),
            min(frame.height, int(max(down)) + around + 1),
        )
        if box[0] < box[2] and box[1] < box[3]:
            boxes = _joined(boxes, box)
    yield from boxes


def _joined(boxes: Sequence[Box], box: Box) -> list[Box]:
    """Add a rectangle; those that it touches become one with it."""
    apart: list[Box] = []
    waiting = list(boxes)
    while waiting:
        other = waiting.pop()
        if box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]:
            box = (
                min(box[0], other[0]),
                min(box[1], other[1]),
                max(box[2], other[2]),
                max(box[3], other[3]),
            )
            waiting += apart
            apart = []
        else:
            apart.append(other)
    return [*apart, box]


def _painted(strokes: Sequence[dict[str, Any]], frame: Frame, part: Box) -> NDArray[np.uint8]:
    """What the strokes cover of a part: 0 or 255."""
    import cv2
    import numpy as np

    left, top, right, bottom = part
    mask = np.zeros((bottom - top, right - left), np.uint8)
    one = 1 << FIXED_BITS
    for stroke in strokes:
        radius = max(0.6, stroke["radius"] * max(frame.width, frame.height))
        color = 255 if stroke["adds"] else 0
        places = np.array(
            [
                ((x * frame.width - left - 0.5) * one, (y * frame.height - top - 0.5) * one)
                for x, y in stroke["points"]
            ]
        )
        whole = np.rint(places).astype(np.int32)
        for place in whole if len(whole) == 1 else ():
            cv2.circle(mask, (int(place[0]), int(place[1])), round(radius * one), color, -1, shift=FIXED_BITS)
        if len(whole) > 1:
            thick = min(THICKEST, max(1, round(2 * radius)))
            cv2.polylines(mask, [whole], False, color, thick, shift=FIXED_BITS)
    return mask


def _filled(part: NDArray[np.uint8], mask: NDArray[np.uint8], seed: int) -> NDArray[np.float32]:
    """A part with what is masked filled from around it."""
    import cv2
    import numpy as np

    part = np.ascontiguousarray(part)
    known = mask == 0
    if not known.any():
        return part.astype(np.float32)
    height, width = mask.shape
    shrink = min(1.0, (MOST_AT_ONCE / max(1, int(mask.size - known.sum()))) ** 0.5)
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small, small_mask = part, mask
    if shrink < 1:
        small = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
        small_mask = (cv2.resize(mask, size, interpolation=cv2.INTER_AREA) > 0).astype(np.uint8)
    if small_mask.all():
        return part.astype(np.float32)
    filling = cv2.inpaint(small, small_mask, REACH, cv2.INPAINT_TELEA)
    if shrink < 1:
        filling = cv2.resize(filling, (width, height), interpolation=cv2.INTER_CUBIC)
    grained = filling.astype(np.float32) + _grain(part, known, seed)
    share = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), FEATHER)
    share = np.maximum(share, (mask > 0).astype(np.float32))[:, :, None]
    made = part * (1 - share) + np.clip(grained, 0, 255) * share
    return np.asarray(np.rint(made), np.float32)


def _grain(part: NDArray[np.uint8], known: NDArray[np.bool_], seed: int) -> NDArray[np.float32]:
    """Noise as strong as the finest that is around, the same for all channels."""
    import cv2
    import numpy as np

    light = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).astype(np.float32).reshape(known.shape)
    fine = np.abs(light - cv2.GaussianBlur(light, (0, 0), GRAIN_RADIUS))[known]
    strength = float(np.median(fine)) * 1.4826  # of a Gaussian: deviation per median
    grain = np.random.default_rng(seed).normal(0, 1, (*known.shape, 1)).astype(np.float32)
    return grain * np.float32(strength)
