"""Takes noise away: grain of light and specks of color, while edges and what stands out of the noise stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processing.bands import in_bands
from processing.noise import HALO, clean_colors, noise_by_level
from processing.operation import Frame
from processing.parameters import Number, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 2  # little of it no longer halves the resolution of colors
label = _("Denoise")
group = "repair"
rank = 20
icon = "denoise"
is_in_browser = False
parameters = (
    Number("light", _("Grain"), 0.0, 1.0),
    Number("color", _("Specks of color"), 0.0, 1.0),
)

FULL = 3.0  # times the measured noise that strength 1 takes away; by the square of the strength. Our own choice by eye.
ALL_FINEST = 0.5  # from this strength on colors have half of the resolution
NOISY = 9.0  # variance in levels squared from which on `suggest` speaks up: 3 levels of deviation
SEEN = slice(32, 192)  # brightness at which noise is seen


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Measure the noise by brightness and take it away.

    Args:
        frame: the photo.
        values: `light` and `color`, 0 to 1; at a half as much as was measured.

    Returns:
        uint8 of the frame's shape.

    Source: processing/noise.py.
    """
    import cv2
    import numpy as np

    noise = noise_by_level(_gray(frame.pixels))
    light = noise * np.float32(FULL * values["light"] ** 2)
    color = noise * np.float32(FULL * values["color"] ** 2)
    finest = min(1.0, values["color"] / ALL_FINEST)

    def clean(rows: NDArray[np.uint8], top: int) -> NDArray[np.uint8]:
        cleaned = clean_colors(rows, light, color, finest)
        return np.asarray(cv2.convertScaleAbs(np.maximum(cleaned, 0, out=cleaned)), np.uint8)

    return in_bands(frame.pixels, clean, halo=HALO, check=frame.scene.check)


def suggest(frame: Frame) -> dict[str, Any] | None:
    """Half of the way for a photo on which noise is seen; None for others."""
    noise = float(noise_by_level(_gray(frame.pixels))[SEEN].mean())
    return {"light": 0.5, "color": 0.5} if noise >= NOISY else None


def _gray(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import cv2
    import numpy as np

    gray = cv2.cvtColor(np.ascontiguousarray(pixels[:, :, :3]), cv2.COLOR_RGB2GRAY)
    return np.asarray(gray, np.uint8).reshape(pixels.shape[:2])
