"""Brighter or darker bright parts: lowered, skies and white shirts show what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.parameters import Number, Values
from processing.toning import as_table, lifted, shown_levels
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Highlights")
group = "light"
rank = 30
icon = "highlights"
is_in_browser = True
parameters = (Number("amount", _("Highlights"), -1.0, 1.0),)

STRENGTH, POWER = 1.6, 3  # the most at three quarters of the scale


def table(values: Values) -> NDArray[np.float32]:
    """Make the table of a change in the highlights: that of the shadows upside down.

    Args:
        values: `amount`, -1 to 1.

    Returns:
        float32 of shape (3, 256), 0 to 255.

    Source: `processing.toning.lifted`, our own.
    """
    return as_table(1 - lifted(1 - shown_levels(), -values["amount"], strength=STRENGTH, power=POWER))
