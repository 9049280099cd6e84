"""All colors turned round the color wheel; grays and brightness stay."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from processing.parameters import Number, Values
from processing.toning import LUMA
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Hue")
group = "color"
rank = 40
icon = "palette"
is_in_browser = True
parameters = (Number("degrees", _("Hue"), -180.0, 180.0, step=1, unit="°"),)

# How a quarter turn moves red, green and blue, beside what is gray.
QUARTER = ((-LUMA[0], -LUMA[1], 1 - LUMA[2]), (0.143, 0.140, -0.283), (LUMA[0] - 1, LUMA[1], LUMA[2]))


def recolor(pixels: NDArray[np.float32], values: Values) -> NDArray[np.float32]:
    """Turn the colors; gray and luma stay.

    Args:
        pixels: float32 of shape (n, 3), 0 to 1.
        values: `degrees`, -180 to 180.

    Returns:
        float32 of shape (n, 3); may leave 0 to 1.

    Source: hueRotate of the W3C's Filter Effects, section 8.6, with the luma of ITU-R BT.709.
    """
    import numpy as np

    angle = math.radians(values["degrees"])
    gray = np.tile(np.array(LUMA), (3, 1))
    turned = gray + math.cos(angle) * (np.eye(3) - gray) + math.sin(angle) * np.array(QUARTER)
    made: NDArray[np.float32] = (turned.astype(np.float32) @ pixels.T).T
    return made
