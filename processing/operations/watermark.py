"""Marks the photo with a line of text: in a corner, in the middle, or all over."""

from __future__ import annotations

from math import ceil, cos, floor, radians, sin
from typing import TYPE_CHECKING

from processing.inking import ink, rgb_of, turned
from processing.lettering import draw_within
from processing.operation import Frame
from processing.parameters import Choice, Color, Number, Text, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 2  # narrow photos have marks that can be read
label = _("Watermark")
group = "finish"
rank = 20
icon = "watermark"
is_in_browser = False
parameters = (
    Text("text", _("Text")),
    Choice(
        "where",
        _("Where"),
        (
            ("bottom-right", _("Bottom right")),
            ("bottom-left", _("Bottom left")),
            ("top-right", _("Top right")),
            ("top-left", _("Top left")),
            ("middle", _("In the middle")),
            ("tiled", _("All over")),
        ),
        neutral="bottom-right",
    ),
    Number("size", _("Size"), 0.01, 0.3, neutral=0.035, step=0.005),
    Color("color", _("Color")),
    Number("opacity", _("Opacity"), 0.0, 1.0, neutral=0.6),
)

TILT = -30.0  # degrees, of a mark that is all over
GAP = 2.0  # letters' sizes between such marks
MARGIN = 0.6  # letters' sizes to the edge


def is_neutral(values: Values) -> bool:
    """Nothing is written, or nobody sees it."""
    return not values["text"] or values["opacity"] == 0


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Mark the photo.

    Args:
        frame: the photo.
        values: `text`; `where`; `size` of the letters, a share of the frame's longer side, less where the line would be wider
            or higher than the frame; `color`; `opacity`.

    Returns:
        uint8 of the frame's shape.

    Raises:
        ProcessingError: there is no font for some letter.
    """
    mask, size = _drawn(values, frame.width, frame.height)
    made = frame.pixels.copy()
    is_tiled = values["where"] == "tiled"
    stamp = turned(mask, TILT if is_tiled else 0.0, _edge(size))
    middles = _tiles(frame, values, stamp.shape, size) if is_tiled else [_middle(frame, values, mask, size)]
    for middle in middles:
        frame.scene.check()
        ink(
            made,
            stamp,
            middle,
            rgb_of(values["color"]),
            size=size,
            opacity=values["opacity"],
            around="shadow",
        )
    return made


def _drawn(values: Values, width: int, height: int) -> tuple[NDArray[np.uint8], float]:
    """The text as a mask for a frame of this size, and the size of its letters in pixels."""
    size = min(values["size"] * max(width, height), height)
    return draw_within(values["text"], size, width, MARGIN)


def _edge(size: float) -> int:
    return int(size / 4) + 2


def _tiles(frame: Frame, values: Values, stamp: tuple[int, ...], size: float) -> list[tuple[float, float]]:
    """Where marks go that are all over: decided at full size, for what is rounded in a small preview would add up."""
    full = frame.full
    high, wide = stamp[:2]
    if frame.width != full.width:
        mask, size = _drawn(values, full.width, full.height)
        high, wide = _turned_shape(*(side + 2 * _edge(size) for side in mask.shape))
    across, down = wide + GAP * size, high + GAP * size / 2
    rows, columns = int(full.height / down) + 2, int(full.width / across) + 2
    x, y = frame.width / full.width, frame.height / full.height
    return [
        ((column + 0.5 * (row % 2)) * across * x, (row + 0.5) * down * y)
        for row in range(rows)
        for column in range(columns)
    ]


def _turned_shape(height: int, width: int) -> tuple[int, int]:
    """The shape of a mask that was turned by TILT, as Pillow rounds it."""
    c, s = cos(radians(TILT)), abs(sin(radians(TILT)))
    sides = ((height, width * s + height * c), (width, width * c + height * s))
    high, wide = (ceil((before + after) / 2) - floor((before - after) / 2) for before, after in sides)
    return high, wide


def _middle(frame: Frame, values: Values, mask: NDArray[np.uint8], size: float) -> tuple[float, float]:
    """Where a single mark goes."""
    where = values["where"]
    if where == "middle":
        return frame.width / 2, frame.height / 2
    x, y = MARGIN * size + mask.shape[1] / 2, MARGIN * size + mask.shape[0] / 2
    return x if "left" in where else frame.width - x, y if "top" in where else frame.height - y
