"""Marks the photo with a line of text: in a corner, in the middle, or all over."""

from __future__ import annotations

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
    size = min(values["size"] * max(frame.width, frame.height), frame.height)
    mask, size = draw_within(values["text"], size, frame.width, MARGIN)
    made = frame.pixels.copy()
    edge = int(size / 4) + 2
    is_tiled = values["where"] == "tiled"
    stamp = turned(mask, TILT if is_tiled else 0.0, edge)
    for middle in _middles(frame, values["where"], mask.shape, stamp.shape, size):
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


def _middles(
    frame: Frame, where: str, mask: tuple[int, ...], stamp: tuple[int, ...], size: float
) -> list[tuple[float, float]]:
    """Where marks go."""
    if where == "tiled":
        across, down = stamp[1] + GAP * size, stamp[0] + GAP * size / 2
        rows, columns = int(frame.height / down) + 2, int(frame.width / across) + 2
        return [
            ((column + 0.5 * (row % 2)) * across, (row + 0.5) * down)
            for row in range(rows)
            for column in range(columns)
        ]
    if where == "middle":
        return [(frame.width / 2, frame.height / 2)]
    x, y = MARGIN * size + mask[1] / 2, MARGIN * size + mask[0] / 2
    return [(x if "left" in where else frame.width - x, y if "top" in where else frame.height - y)]
