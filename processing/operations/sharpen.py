"""Makes edges crisper: what a blurred copy lacks is added once more, to the light only, so that no colored fringes come up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.bands import in_bands
from processing.operation import Frame
from processing.parameters import Number, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Sharpen")
group = "repair"
rank = 40
icon = "sharpen"
is_in_browser = False
parameters = (
    Number("amount", _("Amount"), 0.0, 3.0, step=0.05),
    Number("radius", _("Radius"), 0.3, 10.0, neutral=1.0, step=0.1, unit="px"),
    Number("threshold", _("Spare differences below"), 0.0, 50.0, step=1.0),
)

REACH = 4.0  # radii after which a Gaussian is over
LEAST_THRESHOLD = 1e-3  # levels; less spares nothing
LEAST_RADIUS = 0.15  # pixels of the frame: below, a preview shows nothing of it


def is_neutral(values: Values) -> bool:
    """Nothing happens without an amount."""
    return values["amount"] == 0


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Add an unsharp mask.

    Args:
        frame: the photo.
        values: `amount`, how many times the detail is added; `radius`, deviation of the blur in pixels of the full size;
            `threshold`, detail of fewer levels than it is added in part: its share is (detail / threshold) squared.

    Returns:
        uint8 of the frame's shape; the same number is added to red, green and blue.

    Source: unsharp masking; luma of ITU-R BT.601 as in OpenCV.
    """
    import cv2
    import numpy as np

    sigma = values["radius"] * frame.scale
    if sigma < LEAST_RADIUS:
        return frame.pixels
    amount, threshold = values["amount"], values["threshold"]

    def sharpen(rows: NDArray[np.uint8], top: int) -> NDArray[np.uint8]:
        rows = np.ascontiguousarray(rows)
        light = cv2.cvtColor(rows, cv2.COLOR_RGB2GRAY).astype(np.float32).reshape(rows.shape[:2])
        detail = np.asarray(cv2.subtract(light, cv2.GaussianBlur(light, (0, 0), sigma)), np.float32)
        if threshold > LEAST_THRESHOLD:
            share = np.minimum(np.abs(detail) / np.float32(threshold), 1)
            detail *= share * share
        detail *= np.float32(amount)
        return np.asarray(cv2.add(rows, cv2.merge([detail] * 3), dtype=cv2.CV_8U), np.uint8)

    return in_bands(frame.pixels, sharpen, halo=int(REACH * sigma) + 1, check=frame.scene.check)
