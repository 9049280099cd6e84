"""The grain of a film, strongest in the middle tones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.blocks import over_rows
from processing.parameters import Number, Values
from processing.toning import LUMA
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from processing.operation import Frame

version = 1
label = _("Grain")
group = "look"
rank = 50
icon = "grain"
is_in_browser = True
parameters = (
    Number("amount", _("Grain"), 0.0, 1.0),
    Number("size", _("Size of the grains"), 0.0, 1.0, 0.3),
)

FINEST, COARSEST = 2600, 700  # grains along the longer side, so that a preview shows those of the copy
DEEPEST = 28.0  # levels that one standard deviation of grain changes a middle gray with an amount of 1
LEAST_SHARE = 0.25  # of the grain that black and white still have


def is_neutral(values: Values) -> bool:
    """Whether nothing of it would be seen."""
    return values["amount"] == 0


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Add grain, the same for the same photo.

    Args:
        frame: the photo.
        values: `amount` and `size`, 0 to 1.

    Returns:
        uint8 of the frame's shape.

    Source: our own: a hash of each grain's place (lowbias32 of C. Wellons' hash-prospector), four bytes of it summed, made
    smooth by (1 2 1) and brought to the frame's size; weighted by 4 x (1 - x) of the luma x.
    """
    import cv2
    import numpy as np

    full = frame.full
    across, down = _grains(full.width, full.height, values["size"])
    lattice = _lattice(across, down, frame.scene.seed)
    shrinks = across > frame.width or down > frame.height
    noise = cv2.resize(
        lattice, (frame.width, frame.height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )
    levels = np.arange(256) / 255
    weights = LEAST_SHARE + (1 - LEAST_SHARE) * 4 * levels * (1 - levels)
    weights = (DEEPEST * values["amount"] * weights).astype(np.float32)
    luma = np.array([LUMA], np.float32)
    made = frame.pixels.copy()

    def work(top: int, bottom: int) -> None:
        colors = np.ascontiguousarray(frame.pixels[top:bottom, :, :3])
        change = weights[cv2.transform(colors, luma)] * noise[top:bottom]
        for c in range(3):
            made[top:bottom, :, c] = cv2.add(colors[:, :, c], change, dtype=cv2.CV_8U)

    over_rows(frame.height, frame.width, work, frame.scene.check)
    return made


def _grains(width: int, height: int, size: float) -> tuple[int, int]:
    along = FINEST * (COARSEST / FINEST) ** size
    longer = max(width, height)
    return max(1, round(along * width / longer)), max(1, round(along * height / longer))


def _lattice(across: int, down: int, seed: int) -> NDArray[np.float32]:
    """Noise of mean 0 and standard deviation 1, a little smooth."""
    import cv2
    import numpy as np

    x = np.arange(across, dtype=np.uint32) * np.uint32(0x9E3779B1)
    y = np.arange(down, dtype=np.uint32) * np.uint32(0x85EBCA77) + np.uint32(seed % 2**32)
    value = x[None, :] ^ y[:, None]
    value ^= value >> np.uint32(16)
    value *= np.uint32(0x7FEB352D)
    value ^= value >> np.uint32(15)
    value *= np.uint32(0x846CA68B)
    value ^= value >> np.uint32(16)
    sums = value.view(np.uint8).reshape(down, across, 4).sum(axis=2, dtype=np.uint16)
    noise = (sums.astype(np.float32) - np.float32(510)) * np.float32(NORMAL)
    kernel = np.array([0.25, 0.5, 0.25], np.float32)
    smooth = cv2.sepFilter2D(noise, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth, np.float32)


# Four bytes have a variance of 4 (256^2 - 1) / 12; (1 2 1) / 4 in both directions leaves (3 / 8)^2 of it.
NORMAL = 8 / 3 / (4 * (256**2 - 1) / 12) ** 0.5
