"""Takes the red out of pupils that a flash has lit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processing.operation import FaceShape, Frame
from processing.parameters import Number, Points, Switch, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Red eyes")
group = "repair"
rank = 60
icon = "red-eye"
is_in_browser = False
needs_landmarks = True  # of the eyes' corners
parameters = (
    Switch("auto", _("Find red eyes on all faces")),
    Points("eyes", _("Eyes that you point at"), 0, 40),
    Number("size", _("Size of these eyes"), 0.003, 0.1, neutral=0.015, step=0.001),
)

EYE_PER_CORNERS = 0.75  # radius that is searched around an eye, in distances of its corners
EYES_PER_BOX = ((0.31, 0.4), (0.69, 0.4))  # where eyes are in a face's box without landmarks
EYE_PER_BOX = 0.13  # radius that is searched there, in widths of the box
# Red has this much less green and blue than red, as a share of red and in levels, and no more of green than of blue, as skin
# in a shadow has; and it must be that much redder than what is around it.
# Source: our own choices: of 1,301 faces of faces_lfw/, none of which has red eyes, with boxes and landmarks where they usually
# are, 10 are taken for red; tests/processing/operations/test_red_eye.py has the pupils that must be found.
RED = 0.5
RED_LEVELS = 60
GREENER = 0.08
REDDER = 0.2
SMALLEST, LARGEST = 0.015, 0.4  # share of the searched circle that a pupil covers
ROUND = 0.55  # share of its box that it fills, at least
LONG = 2.0  # times as wide as high, or the other way round, at most
LEAST_RADIUS = 1.5  # pixels; smaller eyes can't be told
LEAST_PIXELS = 5
DARKENED = 0.9


@dataclass(frozen=True, slots=True)
class _Eye:
    x: float
    y: float
    radius: float


def is_neutral(values: Values) -> bool:
    """No eye was named and none is to be found."""
    return not values["auto"] and not values["eyes"]


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Make red pupils dark gray; what shines white in them stays.

    Args:
        frame: the photo; eyes are found by the landmarks of the scene's faces.
        values: `auto`: look into all faces; `eyes`: places as shares of the frame; `size`: radius that is searched around
            them, a share of the longer side.

    Returns:
        uint8 of the frame's shape; changed only in pupils that are red.
    """
    radius = values["size"] * max(frame.width, frame.height)
    eyes = [_Eye(x * frame.width, y * frame.height, radius) for x, y in values["eyes"]]
    if values["auto"]:
        eyes += list(_eyes(frame))
    made = None
    for eye in eyes:
        found = _pupil(frame.pixels, eye)
        if found is not None:
            made = frame.pixels.copy() if made is None else made
            _darken(made, *found)
    return frame.pixels if made is None else made


def suggest(frame: Frame) -> dict[str, Any] | None:
    """Look for red pupils in the faces."""
    is_any = any(_pupil(frame.pixels, eye) is not None for eye in _eyes(frame))
    return {"auto": True} if is_any else None


def _eyes(frame: Frame) -> Iterator[_Eye]:
    for face in frame.faces():
        yield from _eyes_of(face)


def _eyes_of(face: FaceShape) -> Iterator[_Eye]:
    """By the corners of the eyes; without landmarks by where they usually are in the box."""
    if len(face.landmarks) >= 4:
        for one, other in (face.landmarks[0:2], face.landmarks[2:4]):
            apart = ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5
            if apart < max(face.region.width, face.region.height):
                yield _Eye((one[0] + other[0]) / 2, (one[1] + other[1]) / 2, EYE_PER_CORNERS * apart)
        return
    box = face.region
    for x, y in EYES_PER_BOX:
        yield _Eye(box.x + x * box.width, box.y + y * box.height, EYE_PER_BOX * box.width)


def _pupil(pixels: NDArray[np.uint8], eye: _Eye) -> tuple[int, int, NDArray[np.float32]] | None:
    """Where a pupil is red: left, top, and a soft mask; None without any."""
    import cv2
    import numpy as np

    left, top = max(0, int(eye.x - eye.radius)), max(0, int(eye.y - eye.radius))
    right = min(pixels.shape[1], int(eye.x + eye.radius) + 1)
    bottom = min(pixels.shape[0], int(eye.y + eye.radius) + 1)
    if eye.radius < LEAST_RADIUS or right - left < 2 or bottom - top < 2:
        return None
    part = pixels[top:bottom, left:right, :3].astype(np.float32)
    rows, columns = np.mgrid[top:bottom, left:right] + 0.5
    away = np.hypot(columns - eye.x, rows - eye.y)
    lacking = part[:, :, 0] - part[:, :, 1:].max(axis=2)
    redness = lacking / np.maximum(part[:, :, 0], 1)
    is_pure = part[:, :, 1] - part[:, :, 2] <= GREENER * part[:, :, 0]
    limit = max(RED, float(np.median(redness)) + REDDER)
    red = (redness >= limit) & (lacking >= RED_LEVELS) & is_pure & (away <= eye.radius)
    count, labels, boxes, _middles = cv2.connectedComponentsWithStats(red.astype(np.uint8), connectivity=8)
    circle = 3.1416 * eye.radius**2
    best = max(
        (one for one in range(1, count) if _is_pupil(boxes[one], circle)),
        key=lambda one: boxes[one][cv2.CC_STAT_AREA],
        default=0,
    )
    if not best:
        return None
    pupil = (labels == best).astype(np.uint8)
    outlines, _order = cv2.findContours(pupil, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(pupil, outlines, -1, 1, thickness=cv2.FILLED)  # what shines in the pupil belongs to it
    soft = max(0.6, 0.08 * eye.radius)
    grown = cv2.dilate(pupil, np.ones((3, 3), np.uint8), iterations=max(1, round(soft)))
    mask = cv2.GaussianBlur(grown.astype(np.float32), (0, 0), soft)
    return left, top, np.asarray(mask, np.float32)


def _is_pupil(box: NDArray[np.int32], circle: float) -> bool:
    """Whether a red part has about the size and shape of a pupil."""
    _left, _top, width, height, area = (int(one) for one in box)
    is_sized = max(LEAST_PIXELS, SMALLEST * circle) <= area <= LARGEST * circle
    return is_sized and area >= ROUND * width * height and max(width, height) <= LONG * min(width, height)


def _darken(pixels: NDArray[np.uint8], left: int, top: int, mask: NDArray[np.float32]) -> None:
    """Give red what green and blue have, in place."""
    import numpy as np

    height, width = mask.shape
    part = pixels[top : top + height, left : left + width, :3]
    values = part.astype(np.float32)
    gray = values[:, :, 1:].mean(axis=2, keepdims=True)
    is_redder = (values[:, :, :1] > gray * 1.15).astype(np.float32)  # white stays as it is
    share = mask[:, :, None] * is_redder
    part[:] = np.rint(values * (1 - share) + np.minimum(gray * DARKENED, values) * share)
