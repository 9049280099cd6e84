"""Writes a line of text onto the photo, in any script for which there is a font."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.inking import ink, rgb_of, turned
from processing.lettering import draw_within
from processing.operation import Frame
from processing.parameters import Choice, Color, Number, Points, Text, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 2  # letters on what is transparent have no dark edges
label = _("Text")
group = "finish"
rank = 10
icon = "text"
is_in_browser = False
parameters = (
    Text("text", _("Text")),
    Points("place", _("Its middle"), 1, 1, neutral=((0.5, 0.88),)),
    Number("size", _("Size"), 0.01, 0.5, neutral=0.07, step=0.005),
    Color("color", _("Color")),
    Choice(
        "around",
        _("Around the letters"),
        (("shadow", _("Shadow")), ("outline", _("Outline")), ("none", _("Nothing"))),
        neutral="shadow",
    ),
    Number("angle", _("Angle"), -180.0, 180.0, step=1.0, unit="°"),
    Number("opacity", _("Opacity"), 0.0, 1.0, neutral=1.0),
)


def is_neutral(values: Values) -> bool:
    """Nothing is written, or nobody sees it."""
    return not values["text"] or values["opacity"] == 0


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Write.

    Args:
        frame: the photo.
        values: `text`; `place`, of its middle, shares of the frame; `size` of the letters, a share of the frame's height, less
            where the line would be wider than the frame; `color`; `around`; `angle`, clockwise; `opacity`.

    Returns:
        uint8 of the frame's shape.

    Raises:
        ProcessingError: there is no font for some letter.
    """
    mask, size = draw_within(values["text"], values["size"] * frame.height, frame.width)
    made = frame.pixels.copy()
    x, y = values["place"][0]
    ink(
        made,
        turned(mask, values["angle"], int(size / 4) + 2),
        (x * frame.width, y * frame.height),
        rgb_of(values["color"]),
        size=size,
        opacity=values["opacity"],
        around=values["around"],
    )
    return made
