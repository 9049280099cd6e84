"""Paints the photo in the style of a picture. The networks are ours or were trained on this machine (docs/editing.md, Style)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processing import painting, styles
from processing.operation import Frame
from processing.parameters import BadValue, Number, Switch, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 3  # what is transparent is not painted as if it were black
label = _("Style")
group = "style"
rank = 10
icon = "palette"
is_in_browser = False


@dataclass(frozen=True, slots=True)
class StyleChoice:
    """One of the styles that there are when it is asked: somebody may train another one at any time."""

    name: str
    label: str
    neutral: str = ""

    def clean(self, value: Any) -> str:
        if value != "" and (not isinstance(value, str) or value not in styles.found()):
            raise BadValue(
                _("There is no such style on this site. Choose one of those that are offered here.")
            )
        return value

    def describe(self) -> dict[str, Any]:
        offered = [{"value": name, "label": style.label} for name, style in styles.found().items()]
        return {"kind": "choice", "options": [{"value": "", "label": _("As it is")}, *offered]}


parameters = (
    StyleChoice("style", _("Style")),
    Number("strength", _("Strength"), 0.0, 1.0, 1.0),
    Number("brush", _("Size of the brush"), 0.0, 1.0, 0.5),
    Switch("keep_colors", _("Keep the photo's colors")),
    Switch("keep_faces", _("Keep faces")),
)


def is_neutral(values: Values) -> bool:
    """Without a style, or at no strength, the photo stays as it is."""
    return not values["style"] or values["strength"] == 0


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Paint the photo.

    Args:
        frame: the photo; transparency stays.
        values: `style`, a name of `styles.found`; `strength`, 0 to 1; `brush`, 0 fine to 1 broad; `keep_colors`; `keep_faces`.

    Returns:
        uint8 of the same shape.

    Raises:
        ModelUnavailable: the style was taken away or its file is damaged.
    """
    return painting.paint(
        frame,
        values["style"],
        strength=values["strength"],
        brush=values["brush"],
        has_own_colors=values["keep_colors"],
        has_own_faces=values["keep_faces"],
    )
