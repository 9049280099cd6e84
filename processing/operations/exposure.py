"""Brighter or darker, as if the shutter had been open longer: light is multiplied, bright parts roll off softly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.parameters import Number, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Exposure")
group = "light"
rank = 10
icon = "sun"
is_in_browser = True
parameters = (Number("stops", _("Exposure"), -3.0, 3.0, step=0.05, unit="EV"),)


def table(values: Values) -> NDArray[np.float32]:
    """Make the table of a change in exposure.

    Args:
        values: `stops`, doublings of the light.

    Returns:
        float32 of shape (3, 256), 0 to 255.

    Source: the transfer function of sRGB, IEC 61966-2-1; the shoulder keeps white at white: a gain g maps light x to
    g x / (1 + (g - 1) x), which is g x in the shadows and 1 at 1.
    """
    import numpy as np

    shown = np.linspace(0, 1, 256)
    light = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    gain = 2.0 ** values["stops"]
    light = gain * light / (1 + (gain - 1) * light)
    back = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.tile((255 * back).astype(np.float32), (3, 1))
