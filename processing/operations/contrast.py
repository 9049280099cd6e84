"""Bright and dark further apart or closer together, softly towards both ends so that nothing is cut off."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from processing.parameters import Number, Values
from processing.toning import as_table, shown_levels
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Contrast")
group = "light"
rank = 20
icon = "contrast"
is_in_browser = True
parameters = (Number("amount", _("Contrast"), -1.0, 1.0),)

STEEPNESS = 1.25  # with an amount of 1 the middle is 1.47 times as steep, both ends 0.41 times


def table(values: Values) -> NDArray[np.float32]:
    """Make the table of a change in contrast.

    Args:
        values: `amount`, -1 to 1; -a undoes what a does.

    Returns:
        float32 of shape (3, 256), 0 to 255.

    Source: the sigmoid that photo editors use (ImageMagick's sigmoidal contrast) as a hyperbolic tangent; its inverse for less.
    """
    import numpy as np

    steepness = STEEPNESS * abs(values["amount"])
    centered = 2 * shown_levels() - 1
    if steepness < 1e-6:
        changed = centered
    elif values["amount"] > 0:
        changed = np.tanh(steepness * centered) / math.tanh(steepness)
    else:
        changed = np.arctanh(centered * math.tanh(steepness)) / steepness
    return as_table((changed + 1) / 2)
