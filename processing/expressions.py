"""How open the eyes of a face are, and whether it smiles, from 68 landmarks.

The predictor comes with face_recognition_models; it was trained on the iBUG 300-W photos, which are licensed for research: see
docs/organizing.md. It draws the eyes of small faces open, so nothing is said of those.

Source: Soukupova and Cech, Real-Time Eye Blink Detection using Facial Landmarks, CVWW 2016 (the ratio); the limits were set by
eye on 506 faces of Labeled Faces in the Wild, of families and of a party (docs/organizing.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from processing import weights
from processing.detections import Detection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_EYE_DISTANCE_PX = 40
MOST_ASIDE = 0.35  # of the nose from the middle of the eyes, in eye distances: turned too far to tell
RIGHT_EYE, LEFT_EYE, NOSE, MOUTH = slice(36, 42), slice(42, 48), 33, slice(48, 68)
# The ratio of height and width of the eyes, closed and open; smiling narrows them.
CLOSED_RATIO, OPEN_RATIO, SMILE_NARROWS = 0.13, 0.23, 0.03
# Of the mouth, in eye distances: its width, and how much its corners are higher than where the lips meet; serious and smiling.
WIDTH_SERIOUS, WIDTH_SMILING = 0.92, 1.16
CORNERS_SERIOUS, CORNERS_SMILING = 0.04, 0.18


class Expression(NamedTuple):
    """Eyes from 0 (closed) to 1 (open), smile from 0 to 1; None where it can't be said."""

    eyes: float | None
    smile: float | None


UNKNOWN = Expression(None, None)


def read(pixels: NDArray[np.uint8], box: Detection) -> Expression:
    """Look at one face.

    Args:
        pixels: uint8 of shape (height, width, 3), RGB.
        box: the face in it, as `face_chips.align` fits it.

    Returns:
        Its expression; UNKNOWN if its eyes are less than 40 px apart or it is turned away.

    Raises:
        ModelUnavailable: the predictor is missing.
    """
    import dlib
    import numpy as np

    if box.width < 1.5 * LEAST_EYE_DISTANCE_PX:  # eyes are hardly half a face apart
        return UNKNOWN
    left, top = round(box.left), round(box.top)
    rectangle = dlib.rectangle(left, top, left + round(box.width) - 1, top + round(box.height) - 1)
    shape = weights.face_landmark_predictor()(pixels, rectangle)
    return measure(np.array([(point.x, point.y) for point in shape.parts()], np.float64))


def measure(points: NDArray[np.float64]) -> Expression:
    """Make sense of the landmarks of a face.

    Args:
        points: float64 of shape (68, 2), x and y in pixels.

    Returns:
        As `read`.
    """
    import numpy as np

    right, left = points[RIGHT_EYE].mean(axis=0), points[LEFT_EYE].mean(axis=0)
    between = float(np.linalg.norm(left - right))
    if between < LEAST_EYE_DISTANCE_PX:
        return UNKNOWN
    across = (left - right) / between
    up = np.array([across[1], -across[0]])
    if abs(float((points[NOSE] - (left + right) / 2) @ across)) > MOST_ASIDE * between:
        return UNKNOWN
    mouth = points[MOUTH]
    width = float(np.linalg.norm(mouth[0] - mouth[6])) / between
    corners = float(((mouth[0] + mouth[6]) / 2 - (mouth[14] + mouth[18]) / 2) @ up) / between
    smile = (
        _share(width, WIDTH_SERIOUS, WIDTH_SMILING) + _share(corners, CORNERS_SERIOUS, CORNERS_SMILING)
    ) / 2
    ratio = (_ratio(points[RIGHT_EYE]) + _ratio(points[LEFT_EYE])) / 2 + SMILE_NARROWS * smile
    return Expression(round(_share(ratio, CLOSED_RATIO, OPEN_RATIO), 3), round(smile, 3))


def _ratio(eye: NDArray[np.float64]) -> float:
    """Height by width of an eye: six points, from its outer or inner corner around it."""
    import numpy as np

    height = np.linalg.norm(eye[1] - eye[5]) + np.linalg.norm(eye[2] - eye[4])
    return float(height / (2 * max(float(np.linalg.norm(eye[0] - eye[3])), 1e-6)))


def _share(value: float, none: float, full: float) -> float:
    return min(1.0, max(0.0, (value - none) / (full - none)))
