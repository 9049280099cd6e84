"""Brighter or darker dark parts; black stays black, bright parts stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.parameters import Number, Values
from processing.toning import as_table, lifted, shown_levels
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Shadows")
group = "light"
rank = 40
icon = "shadows"
is_in_browser = True
parameters = (Number("amount", _("Shadows"), -1.0, 1.0),)

STRENGTH, POWER = 1.6, 3  # the most at a quarter of the scale


def table(values: Values) -> NDArray[np.float32]:
    """Make the table of a change in the shadows.

    Args:
        values: `amount`, -1 to 1.

    Returns:
        float32 of shape (3, 256), 0 to 255.

    Source: `processing.toning.lifted`, our own.
    """
    return as_table(lifted(shown_levels(), values["amount"], strength=STRENGTH, power=POWER))
