"""Brown like a photo in an old album."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.parameters import Number, Values
from processing.toning import LUMA
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Sepia")
group = "look"
rank = 30
icon = "sepia"
is_in_browser = True
parameters = (Number("strength", _("Sepia"), 0.0, 1.0),)

PAPER = (1.0, 0.975, 0.90)  # what white becomes
TONE = (0.36, 0.06, -0.40)  # what is added to gray x, times x * (1 - x)


def recolor(pixels: NDArray[np.float32], values: Values) -> NDArray[np.float32]:
    """Tone the gray of the photo brown.

    Args:
        pixels: float32 of shape (n, 3), 0 to 1.
        values: `strength`, 0 to 1.

    Returns:
        float32 of shape (n, 3); may leave 0 to 1.

    Source: our own, by eye after prints toned with sulfide.
    """
    import numpy as np

    gray = LUMA[0] * pixels[:, 0] + LUMA[1] * pixels[:, 1] + LUMA[2] * pixels[:, 2]
    middle = gray * (1 - gray)
    made = np.empty_like(pixels)
    strength = np.float32(values["strength"])
    for number in range(3):
        toned = gray * np.float32(PAPER[number]) + np.float32(TONE[number]) * middle
        made[:, number] = pixels[:, number] + strength * (toned - pixels[:, number])
    return made
