"""More or less color, the same for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.parameters import Number, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Saturation")
group = "color"
rank = 20
icon = "droplet"
is_in_browser = True
parameters = (Number("amount", _("Saturation"), -1.0, 1.0),)

RED, GREEN, BLUE = 0.2126, 0.7152, 0.0722  # luma of Rec. 709


def recolor(pixels: NDArray[np.float32], values: Values) -> NDArray[np.float32]:
    """Move colors away from their gray or towards it.

    Args:
        pixels: float32 of shape (n, 3), 0 to 1.
        values: `amount`, -1 (gray) to 1 (twice as far).

    Returns:
        float32 of shape (n, 3); may leave 0 to 1.

    Source: luma of ITU-R BT.709.
    """
    import numpy as np

    gray = pixels @ np.array([RED, GREEN, BLUE], np.float32)
    made: NDArray[np.float32] = gray[:, None] + (pixels - gray[:, None]) * np.float32(1 + values["amount"])
    return made
