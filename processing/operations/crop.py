"""Keep a rectangle of the photo."""

from __future__ import annotations

from processing.parameters import BadValue, Number, Values
from processing.placing import Placement, shifted
from processing.words import gettext_noop as _

version = 1
label = _("Crop")
group = "geometry"
rank = 50
icon = "crop"
is_in_browser = True
parameters = (
    Number("left", _("Left edge"), 0.0, 1.0, 0.0, step=0.0001),
    Number("top", _("Top edge"), 0.0, 1.0, 0.0, step=0.0001),
    Number("right", _("Right edge"), 0.0, 1.0, 1.0, step=0.0001),
    Number("bottom", _("Bottom edge"), 0.0, 1.0, 1.0, step=0.0001),
)


def place(values: Values, width: int, height: int) -> Placement:
    """Cut at whole pixels.

    Args:
        values: `left`, `top`, `right`, `bottom`, shares of the frame.
        width, height: of the frame in pixels.

    Raises:
        BadValue: the edges are in the wrong order, or nothing is left between them.
    """
    left, right = round(values["left"] * width), round(values["right"] * width)
    top, bottom = round(values["top"] * height), round(values["bottom"] * height)
    if right <= left or bottom <= top:
        raise BadValue(_("Nothing would be left of the photo. Choose a larger part of it."))
    return Placement(right - left, bottom - top, shifted(-left, -top))
