"""More or less contrast between neighbouring parts of a photo, without touching how bright it is as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.bands import in_bands
from processing.guided import SMALL_SIDE, find_base
from processing.operation import Frame
from processing.parameters import Number, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Clarity")
group = "repair"
rank = 50
icon = "clarity"
is_in_browser = False
parameters = (
    Number("amount", _("Clarity"), -1.0, 1.0),
    Number("radius", _("Radius"), 0.005, 0.1, neutral=0.02, step=0.005),
)

CONTRAST = 0.25  # differences in light that are left alone, so that no halo shines around the horizon
STRENGTH = 1.5  # times the local contrast that is added at amount 1


def is_neutral(values: Values) -> bool:
    """Nothing happens without an amount."""
    return values["amount"] == 0


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Strengthen or weaken what a photo has beyond its smoothed copy, most of all in its middle tones.

    Args:
        frame: the photo.
        values: `amount`, -1 to 1; `radius` of what counts as local, a share of the longer side.

    Returns:
        uint8 of the frame's shape; the same number is added to red, green and blue.

    Source: base and detail as in Durand and Dorsey, "Fast Bilateral Filtering for the Display of High-Dynamic-Range Images",
    2002, with the guided filter.
    """
    import cv2
    import numpy as np

    height, width = frame.height, frame.width
    shrink = min(1.0, 2 * SMALL_SIDE / max(height, width))
    less = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    colors = np.ascontiguousarray(frame.pixels[:, :, :3])
    small = cv2.cvtColor(cv2.resize(colors, less, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    light: NDArray[np.float32] = small.reshape(less[::-1]).astype(np.float32) / np.float32(255)
    base = find_base(light, (width, height), values["radius"], CONTRAST)
    strength = np.float32((STRENGTH if values["amount"] > 0 else 1.0) * values["amount"])

    def clarify(rows: NDArray[np.uint8], top: int) -> NDArray[np.uint8]:
        rows = np.ascontiguousarray(rows)
        gray = cv2.cvtColor(rows, cv2.COLOR_RGB2GRAY).reshape(rows.shape[:2])
        plane = np.asarray(gray, np.float32) / np.float32(255)
        smooth = base.of_rows(plane, top)
        middle = 4 * strength * smooth * (1 - smooth)  # most in the middle tones, none at black and white
        added = cv2.multiply(plane - smooth, middle, scale=255)
        return np.asarray(cv2.add(rows, cv2.merge([added] * 3), dtype=cv2.CV_8U), np.uint8)

    return in_bands(frame.pixels, clarify, check=frame.scene.check)
