"""More color where there is little of it: what is colorful already and skin change least."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.parameters import Number, Values
from processing.toning import LUMA
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Vibrance")
group = "color"
rank = 15
icon = "rainbow"
is_in_browser = True
parameters = (Number("amount", _("Vibrance"), -1.0, 1.0),)

SKIN = 0.42  # where skin lies from red (0) to yellow (1), 25 degrees; our own, on the faces of families/ and party/
PROTECTED = 0.65  # share of the change that skin is spared


def recolor(pixels: NDArray[np.float32], values: Values) -> NDArray[np.float32]:
    """Move pale colors away from their gray, or towards it.

    Args:
        pixels: float32 of shape (n, 3), 0 to 1.
        values: `amount`, -1 to 1.

    Returns:
        float32 of shape (n, 3); may leave 0 to 1.

    Source: our own: the change of `saturation`, times (1 - chroma)^2, less for hues from red to yellow.
    """
    import numpy as np

    red, green, blue = pixels[:, 0], pixels[:, 1], pixels[:, 2]
    highest, lowest = np.maximum(red, green), np.minimum(red, green)
    np.maximum(highest, blue, out=highest)
    np.minimum(lowest, blue, out=lowest)
    pale = 1 - np.clip(highest - lowest, 0, 1)
    # Orange: red is highest, blue is lowest. Elsewhere green - blue or red - blue leaves what gives a positive weight.
    towards = (green - blue) / np.maximum(red - blue, np.float32(1e-6))
    skin = np.clip(1 - np.abs(towards - np.float32(SKIN)) / np.float32(SKIN), 0, 1)
    skin *= red > blue
    factor = np.float32(values["amount"]) * pale * pale * (1 - np.float32(PROTECTED) * skin)
    gray = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    made: NDArray[np.float32] = pixels + (pixels - gray[:, None]) * factor[:, None]
    return made
