"""Swap left and right, or top and bottom."""

from __future__ import annotations

from processing.parameters import Switch, Values
from processing.placing import Placement
from processing.words import gettext_noop as _

version = 1
label = _("Mirror")
group = "geometry"
rank = 15
icon = "mirror"
is_in_browser = True
parameters = (
    Switch("across", _("Swap left and right")),
    Switch("down", _("Swap top and bottom")),
)


def place(values: Values, width: int, height: int) -> Placement:
    """Mirror; no pixel is resampled.

    Args:
        values: `across` swaps left and right, `down` top and bottom; both together are half a turn.
        width, height: of the frame in pixels.
    """
    across, down = values["across"], values["down"]
    return Placement(
        width,
        height,
        (
            -1 if across else 1,
            0,
            width if across else 0,
            0,
            -1 if down else 1,
            height if down else 0,
            0,
            0,
            1,
        ),
    )
