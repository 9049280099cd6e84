"""Darker or brighter corners, which lead the eye to the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.blocks import over_rows
from processing.parameters import Number, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from processing.operation import Frame

version = 1
label = _("Vignette")
group = "look"
rank = 40
icon = "vignette"
is_in_browser = True
parameters = (
    Number("amount", _("Vignette"), -1.0, 1.0),
    Number("midpoint", _("Midpoint"), 0.0, 1.0, 0.5),
    Number("roundness", _("Roundness"), -1.0, 1.0),
    Number("feather", _("Feather"), 0.0, 1.0, 0.5),
)

MOST = 0.9  # of the light that the corners lose with an amount of -1
STEPS = 4096  # at which the fall of light is counted


def is_neutral(values: Values) -> bool:
    """Whether nothing of it would be seen."""
    return values["amount"] == 0


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Darken or brighten towards the corners.

    Args:
        frame: the photo.
        values: `amount`, -1 darkest to 1 brightest; `midpoint`, how far out it begins; `roundness`, from a rectangle (-1)
            over an ellipse that fits the frame (0) to a circle (1); `feather`, how soft it begins.

    Returns:
        uint8 of the frame's shape.

    Source: our own: a smoothstep of the distance (|x|^n + |y|^n)^(1/n), which is 1 in the corners.
    """
    import cv2
    import numpy as np

    across, down = _distances(frame.width, frame.height, values["roundness"])
    keeps = _kept(values)
    brightens = values["amount"] > 0
    made = frame.pixels.copy()

    def work(top: int, bottom: int) -> None:
        places = down[top:bottom, None] + across[None, :]
        gain = keeps[places.astype(np.uint16)]
        for c in range(3):
            channel = np.ascontiguousarray(frame.pixels[top:bottom, :, c])
            if brightens:
                made[top:bottom, :, c] = 255 - cv2.multiply(255 - channel, gain, dtype=cv2.CV_8U)
            else:
                made[top:bottom, :, c] = cv2.multiply(channel, gain, dtype=cv2.CV_8U)

    over_rows(frame.height, frame.width, work, frame.scene.check)
    return made


def _exponent(roundness: float) -> float:
    return 2.0 + 6.0 * max(0.0, -roundness)


def _distances(width: int, height: int, roundness: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What columns and rows add to the distance^n, counted in `STEPS`; both together reach the last one in the corners."""
    import numpy as np

    exponent, longer = _exponent(roundness), max(width, height)
    sides = []
    for side in (width, height):
        reach = 1 + max(0.0, roundness) * (side / longer - 1)
        sides.append((np.abs((np.arange(side) + 0.5) / side * 2 - 1) * reach) ** exponent)
    whole = sum((1 + max(0.0, roundness) * (side / longer - 1)) ** exponent for side in (width, height))
    across, down = ((one / whole * (STEPS - 1)).astype(np.float32) for one in sides)
    return across, down


def _kept(values: Values) -> NDArray[np.float32]:
    """The share of light that is kept by distance^n."""
    import numpy as np

    distance = np.linspace(0, 1, STEPS) ** (1 / _exponent(values["roundness"]))
    outer = 0.35 + 0.65 * values["midpoint"]
    begins = outer * (1 - values["feather"])
    ends = outer + (1.1 - outer) * values["feather"] + 0.01
    t = np.clip((distance - begins) / (ends - begins), 0, 1)
    kept: NDArray[np.float32] = (1 - MOST * abs(values["amount"]) * t * t * (3 - 2 * t)).astype(np.float32)
    return kept
