"""Turn the photo by quarters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processing.parameters import Number, Values
from processing.placing import Matrix, Placement
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    from processing.operation import Frame

version = 1
label = _("Rotate")
group = "geometry"
rank = 10
icon = "rotate-cw"
is_in_browser = True
parameters = (Number("quarters", _("Quarter turns to the right"), 0, 3, step=1, is_whole=True),)


def place(values: Values, width: int, height: int) -> Placement:
    """Turn clockwise; no pixel is resampled.

    Args:
        values: `quarters`, 0 to 3 turns of 90 degrees.
        width, height: of the frame in pixels.
    """
    turned: dict[int, Matrix] = {
        0: (1, 0, 0, 0, 1, 0, 0, 0, 1),
        1: (0, -1, height, 1, 0, 0, 0, 0, 1),
        2: (-1, 0, width, 0, -1, height, 0, 0, 1),
        3: (0, 1, 0, -1, 0, width, 0, 0, 1),
    }
    quarters = values["quarters"]
    size = (height, width) if quarters % 2 else (width, height)
    return Placement(*size, turned[quarters])


def suggest(frame: Frame) -> dict[str, Any] | None:
    """Find the turn that makes a photo upright that lies on its side or stands on its head.

    Args:
        frame: the photo at any size.

    Returns:
        `{"quarters": 1 to 3}`, or None if it is upright or nothing on it says so for sure.
    """
    from PIL import Image

    from processing.uprightness import find_turn

    found = find_turn(Image.fromarray(frame.pixels[:, :, :3]))
    return {"quarters": found.quarters} if found.is_sure and found.quarters else None
