"""What each brightness becomes, drawn as a smooth curve: for all channels and for red, green and blue by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.parameters import Points, Values
from processing.toning import as_table, shown_levels, smooth_curve
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Curves")
group = "light"
rank = 70
icon = "curve"
is_in_browser = True
# A point [x, y] makes y of x: [0, 0] is black that stays black, [1, 1] white that stays white.
parameters = (
    Points("master", _("All channels"), 2, 16, meaning="curve"),
    Points("red", _("Red"), 2, 16, meaning="curve"),
    Points("green", _("Green"), 2, 16, meaning="curve"),
    Points("blue", _("Blue"), 2, 16, meaning="curve"),
)


def is_neutral(values: Values) -> bool:
    """Whether all curves are the diagonal from corner to corner."""
    return all(_is_diagonal(values[parameter.name]) for parameter in parameters)


def _is_diagonal(points: tuple[tuple[float, float], ...]) -> bool:
    if not points:
        return True
    return all(x == y for x, y in points) and min(points)[0] == 0 and max(points)[0] == 1


def table(values: Values) -> NDArray[np.float32]:
    """Make the table of the curves: first that of the channel, then that of all channels.

    Args:
        values: `master`, `red`, `green`, `blue`: points (x, y), both 0 to 1; none: the diagonal.

    Returns:
        float32 of shape (3, 256), 0 to 255.

    Source: `processing.toning.smooth_curve`.
    """
    levels = shown_levels()
    single = (smooth_curve(values[name], levels) for name in ("red", "green", "blue"))
    return as_table(*(smooth_curve(values["master"], channel) for channel in single))
