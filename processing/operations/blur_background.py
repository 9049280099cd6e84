"""Blur what is behind the people, as a lens with a wide aperture does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.backgrounds import blurred
from processing.cutting import compose, cut
from processing.operation import Frame
from processing.parameters import Number, Strokes, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 2  # the network of people was trained further
label = _("Blur the background")
group = "background"
rank = 20
icon = "blur"
is_in_browser = False
parameters = (
    Number("strength", _("Strength"), 0.0, 1.0, 0.0),
    Number("depth", _("By distance"), 0.0, 1.0, 0.7),
    Strokes("brush", _("Brush")),
)


def is_neutral(values: Values) -> bool:
    """Whether nothing is blurred."""
    return bool(values["strength"] == 0)


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Blur the background.

    Args:
        frame: the photo; its transparency stays.
        values: `strength` 0 to 1, a disc of up to 3 % of the longer side; `depth` 0 to 1, how much it depends on the distance
            from the people; `brush`, what else is sharp, and what is not.

    Returns:
        uint8 of the same shape.

    Raises:
        ProcessingError: nobody was found and nothing painted.

    Source: processing.person_mask, processing.bokeh.
    """
    import numpy as np

    if is_neutral(values):
        return frame.pixels
    colors = Frame(np.ascontiguousarray(frame.pixels[:, :, :3]), frame.scene, frame.placement)
    found = cut(colors, values["brush"])
    frame.scene.progress(0.3)
    behind = blurred(found, colors, values["strength"], values["depth"])
    made = compose(found, behind, frame.scene.check, lambda share: frame.scene.progress(0.3 + 0.7 * share))
    return np.dstack([made, frame.pixels[:, :, 3]]) if frame.pixels.shape[2] == 4 else made
