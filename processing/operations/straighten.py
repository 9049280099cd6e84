"""Turn the photo by a few degrees and keep the largest part that has no empty corners."""

from __future__ import annotations

from math import cos, floor, radians, sin
from typing import TYPE_CHECKING, Any

from processing.parameters import Number, Values
from processing.placing import Placement, multiplied, shifted
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    from processing.operation import Frame

version = 1
label = _("Straighten")
group = "geometry"
rank = 20
icon = "straighten"
is_in_browser = True
parameters = (Number("angle", _("Angle"), -45.0, 45.0, step=0.1, unit="°"),)

ROUNDING = 1e-9  # 4 / 3 of 3 is 4, whatever a float says


def place(values: Values, width: int, height: int) -> Placement:
    """Turn around the middle and cut the largest upright rectangle of the same ratio.

    Args:
        values: `angle`, degrees clockwise.
        width, height: of the frame in pixels.

    Returns:
        The placement; its size is rounded down, so that no corner is empty.

    Source: the four corners of a rectangle of s w by s h, turned back by a, stay inside of w by h as long as
    s (w cos a + h sin a) <= w and s (w sin a + h cos a) <= h.
    """
    turn = radians(values["angle"])
    c, s = cos(turn), abs(sin(turn))
    share = min(width / (width * c + height * s), height / (width * s + height * c))
    kept_width = max(1, floor(width * share + ROUNDING))
    kept_height = max(1, floor(height * share + ROUNDING))
    s = sin(turn)
    turned = (c, -s, 0, s, c, 0, 0, 0, 1)
    to_middle = multiplied(turned, shifted(-width / 2, -height / 2))
    return Placement(kept_width, kept_height, multiplied(shifted(kept_width / 2, kept_height / 2), to_middle))


def suggest(frame: Frame) -> dict[str, Any] | None:
    """Find the angle that makes the horizon level.

    Args:
        frame: the photo at any size.

    Returns:
        `{"angle": degrees}`, or None if it is level already or nothing on it says how it should be.
    """
    from processing.horizon import find_tilt

    tilt = find_tilt(frame.pixels)
    return None if tilt is None or not tilt.is_worth_mending else {"angle": round(-tilt.degrees, 1)}
