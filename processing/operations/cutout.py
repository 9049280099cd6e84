"""Keep the people, and put something else behind them: nothing, a color, a blur, another photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing import backgrounds
from processing.cutting import compose, cut
from processing.operation import Frame
from processing.parameters import Choice, Color, Ids, Number, Strokes, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 3  # the network of people was trained further
label = _("Background")
group = "background"
rank = 10
icon = "cutout"
is_in_browser = False
parameters = (
    Choice(
        "background",
        _("Background"),
        (
            ("keep", _("As it is")),
            ("transparent", _("Transparent")),
            ("color", _("A color")),
            ("blur", _("Blur")),
            ("photo", _("Another photo")),
        ),
        "keep",
    ),
    Color("color", _("Color")),
    Number("blur", _("Strength of the blur"), 0.0, 1.0, 0.5),
    Ids("photo", _("Photo"), of="photos", most=1),
    Number("feather", _("Soft edge"), 0.0, 1.0, 0.0),
    Strokes("brush", _("Brush")),
)


def is_neutral(values: Values) -> bool:
    """Whether the background stays; what was painted then has nothing to do."""
    return bool(values["background"] == "keep")


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Cut the people out.

    Args:
        frame: the photo.
        values: `background`; `color` "#rrggbb"; `blur` 0 to 1; `photo`, the key of one of the room; `feather` 0 to 1; `brush`,
            what to add and take away.

    Returns:
        uint8 (h, w, 3), or (h, w, 4) with a transparent background. The edge has the color that it would have without the old
        background.

    Raises:
        ProcessingError: nobody was found and nothing painted; or there is no photo to put behind.

    Source: processing.person_mask, processing.cutting.
    """
    if is_neutral(values):
        return frame.pixels
    behind = backgrounds.prepared(frame, values)  # what is missing is said before the work
    found = cut(frame, values["brush"], values["feather"])
    frame.scene.progress(0.3)
    return compose(
        found, behind(found), frame.scene.check, lambda share: frame.scene.progress(0.3 + 0.7 * share)
    )
