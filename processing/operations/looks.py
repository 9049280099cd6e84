"""A finished look from one touch, as strong as one likes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from processing.look_book import FINE, LOOKS, curves_of, mix_of
from processing.parameters import Choice, Number, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Looks")
group = "look"
rank = 10
icon = "look"
is_in_browser = True
parameters = (
    Choice("look", _("Looks"), (("", _("As it is")), *((name, look.label) for name, look in LOOKS.items()))),
    Number("strength", _("Strength"), 0.0, 1.0, 1.0),
)


def is_neutral(values: Values) -> bool:
    """Whether nothing of it would be seen."""
    return not values["look"] or values["strength"] == 0


def recolor(pixels: NDArray[np.float32], values: Values) -> NDArray[np.float32]:
    """Mix the channels of a look and follow its curves.

    Args:
        pixels: float32 of shape (n, 3), 0 to 1.
        values: `look`, a name of `processing.look_book.LOOKS`; `strength`, 0 to 1.

    Returns:
        float32 of shape (n, 3).
    """
    import numpy as np

    if is_neutral(values):
        return pixels
    mix, curves = _prepared(values["look"])
    mixed = mix @ pixels.T
    strength = np.float32(values["strength"])
    made = np.empty_like(pixels)
    for c in range(3):
        places = np.clip(mixed[c] * np.float32(FINE - 1) + np.float32(0.5), 0, FINE - 1)
        looked_up = curves[c][places.astype(np.uint16)]
        made[:, c] = pixels[:, c] + strength * (looked_up - pixels[:, c])
    return made


@cache
def _prepared(name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The matrix and the curves of a look, made once."""
    return mix_of(LOOKS[name]), curves_of(LOOKS[name])
