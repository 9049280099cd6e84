"""The color of the light: warmer or cooler, more magenta or greener, so that what is gray looks gray."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.casts import gains_of, light_cast
from processing.parameters import Number, Values
from processing.toning import as_table, shown_levels, to_light, to_shown
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from processing.operation import Frame

version = 1
label = _("White balance")
group = "color"
rank = 10
icon = "thermometer"
is_in_browser = True
parameters = (
    Number("temperature", _("Temperature"), -1.0, 1.0),
    Number("tint", _("Tint"), -1.0, 1.0),
)

KNEE = 0.8  # light above it rolls off towards white


def table(values: Values) -> NDArray[np.float32]:
    """Make the table of a white balance: each channel's light times its gain.

    Args:
        values: `temperature`, 1 warmest, -1 coolest; `tint`, 1 most magenta, -1 greenest.

    Returns:
        float32 of shape (3, 256), 0 to 255.

    Source: von Kries' rule in linear light; a gain above 1 rolls off above `KNEE` and reaches white at white.
    """
    light = to_light(shown_levels())
    gains = gains_of(values["temperature"], values["tint"])
    return as_table(*(to_shown(_rolled_off(light, gain)) for gain in gains))


def _rolled_off(light: NDArray[np.float64], gain: float) -> NDArray[np.float64]:
    import numpy as np

    changed = gain * light
    if gain <= 1:
        return changed
    most = (gain - KNEE) / (1 - KNEE)
    over = np.maximum(changed - KNEE, 0) / (1 - KNEE)
    return np.where(changed <= KNEE, changed, KNEE + (1 - KNEE) * over / (1 + over * (1 - 1 / most)))


def suggest(frame: Frame) -> dict[str, float] | None:
    """Say how the color of the light can be taken out of a photo.

    Args:
        frame: the photo.

    Returns:
        `temperature` and `tint`; None if its light looks white, or nothing on it can be trusted to be gray.
    """
    found = light_cast(frame.pixels)
    return {"temperature": found[0], "tint": found[1]} if found else None
