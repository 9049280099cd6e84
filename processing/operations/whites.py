"""How bright the brightest tones are: raised they come near white without being cut off there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.parameters import Number, Values
from processing.toning import as_table, lifted, shown_levels
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Whites")
group = "light"
rank = 50
icon = "whites"
is_in_browser = True
parameters = (Number("amount", _("Whites"), -1.0, 1.0),)

STRENGTH, POWER = 2.0, 8  # the most at eight ninths of the scale


def table(values: Values) -> NDArray[np.float32]:
    """Make the table of a change near white: that of the blacks upside down.

    Args:
        values: `amount`, -1 to 1.

    Returns:
        float32 of shape (3, 256), 0 to 255.

    Source: `processing.toning.lifted`, our own.
    """
    return as_table(1 - lifted(1 - shown_levels(), -values["amount"], strength=STRENGTH, power=POWER))
