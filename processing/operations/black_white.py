"""Without color: how bright each color becomes can be chosen, like with filters before the lens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.parameters import Number, Values
from processing.toning import LUMA
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Black and white")
group = "look"
rank = 20
icon = "monochrome"
is_in_browser = True
parameters = (
    Number("strength", _("Strength"), 0.0, 1.0),
    Number("red", _("Red"), -1.0, 1.0),
    Number("yellow", _("Yellow"), -1.0, 1.0),
    Number("green", _("Green"), -1.0, 1.0),
    Number("cyan", _("Cyan"), -1.0, 1.0),
    Number("blue", _("Blue"), -1.0, 1.0),
    Number("magenta", _("Magenta"), -1.0, 1.0),
)

REACH = 0.5  # how much of a pure color an amount of 1 adds
MIXED = {"yellow": (0, 1, 2), "cyan": (1, 2, 0), "magenta": (0, 2, 1)}  # of which two, without which
PURE = {"red": (0, 1, 2), "green": (1, 0, 2), "blue": (2, 0, 1)}  # of which one, without which two


def is_neutral(values: Values) -> bool:
    """Whether nothing of it would be seen."""
    return values["strength"] == 0


def recolor(pixels: NDArray[np.float32], values: Values) -> NDArray[np.float32]:
    """Mix the channels to one gray.

    Args:
        pixels: float32 of shape (n, 3), 0 to 1.
        values: `strength`, 0 to 1; `red`, `yellow`, `green`, `cyan`, `blue`, `magenta`: how much brighter they become.

    Returns:
        float32 of shape (n, 3); may leave 0 to 1.

    Source: luma of ITU-R BT.709; a color is its gray, its mixed part (middle - lowest) and its pure part (highest - middle).
    """
    import numpy as np

    channels = [pixels[:, number] for number in range(3)]
    gray = LUMA[0] * channels[0] + LUMA[1] * channels[1] + LUMA[2] * channels[2]
    for name, (one, other, without) in MIXED.items():
        if values[name]:
            part = np.minimum(channels[one], channels[other]) - channels[without]
            gray += np.float32(REACH * values[name]) * np.maximum(part, 0)
    for name, (one, other, without) in PURE.items():
        if values[name]:
            part = channels[one] - np.maximum(channels[other], channels[without])
            gray += np.float32(REACH * values[name]) * np.maximum(part, 0)
    np.clip(gray, 0, 1, out=gray)
    made: NDArray[np.float32] = pixels + np.float32(values["strength"]) * (gray[:, None] - pixels)
    return made
