"""Curves of light and color that several operations share; static/js/editor/tables.js has the same formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEVELS = 256
FINE = 1025  # samples where a curve is turned round
LUMA = (0.2126, 0.7152, 0.0722)  # of red, green, blue; ITU-R BT.709


def shown_levels() -> Floats:
    """The 256 levels of a channel, 0 to 1."""
    import numpy as np

    return np.linspace(0, 1, LEVELS)


def as_table(*channels: Floats) -> NDArray[np.float32]:
    """Make a table of what the levels become.

    Args:
        channels: one array of 256 for all channels, or three of them, 0 to 1.

    Returns:
        float32 of shape (3, 256), 0 to 255.
    """
    import numpy as np

    rows = channels if len(channels) == 3 else channels * 3
    table: NDArray[np.float32] = (255 * np.clip(np.stack(rows), 0, 1)).astype(np.float32)
    return table


def to_light(shown: Floats) -> Floats:
    """Say how much light a shown value stands for, both 0 to 1.

    Source: the transfer function of sRGB, IEC 61966-2-1.
    """
    import numpy as np

    return np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)


def to_shown(light: Floats) -> Floats:
    """Say how light is shown, both 0 to 1: the other way round than `to_light`."""
    import numpy as np

    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055)


def lifted(shown: Floats, amount: float, *, strength: float, power: int) -> Floats:
    """Raise the dark end of a scale or lower it; black stays black, white stays white, the order of tones stays.

    Args:
        shown: 0 to 1.
        amount: -1 to 1; -a undoes what a does.
        strength: how much steeper it becomes at black with an amount of 1, at most about 4.
        power: the higher, the nearer to black is what is lifted; the most at 1 / (power + 1).

    Returns:
        x + amount * strength * x * (1 - x)^power, or for a negative amount the same turned round.

    Source: our own. The derivative is at least 1 - strength * ((power - 1) / (power + 1))^(power - 1), above 0 for what is used.
    """
    import numpy as np

    grid = np.linspace(0, 1, FINE)
    raised = grid + abs(amount) * strength * grid * (1 - grid) ** power
    return np.interp(shown, grid, raised) if amount >= 0 else np.interp(shown, raised, grid)


def smooth_curve(points: Sequence[tuple[float, float]], at: Floats) -> Floats:
    """Draw a smooth curve through points that never overshoots them.

    Args:
        points: pairs (x, y) in any order; of several with the same x the last counts. None: the diagonal.
        at: where it is asked for.

    Returns:
        Its values; flat before the first point and after the last one.

    Source: F. N. Fritsch and R. E. Carlson, Monotone Piecewise Cubic Interpolation, SIAM J. Numer. Anal. 17 (1980); slopes by
    the harmonic mean of Fritsch and Butland (1984).
    """
    import numpy as np

    if not points:
        return at
    x, y = np.array(sorted(dict(points).items()), float).T
    if len(x) == 1:
        return np.full_like(at, y[0])
    gaps, rises = np.diff(x), np.diff(y) / np.diff(x)
    slopes = np.concatenate([rises[:1], np.zeros(len(x) - 2), rises[-1:]])
    for i in range(1, len(x) - 1):
        if rises[i - 1] * rises[i] > 0:
            before, after = gaps[i] * 2 + gaps[i - 1], gaps[i] + 2 * gaps[i - 1]
            slopes[i] = (before + after) / (before / rises[i - 1] + after / rises[i])
    inside = np.clip(at, x[0], x[-1])
    part = np.clip(np.searchsorted(x, inside, side="right") - 1, 0, len(x) - 2)
    gap, t = gaps[part], (inside - x[part]) / gaps[part]
    return (
        y[part] * (1 + 2 * t) * (1 - t) ** 2
        + gap * slopes[part] * t * (1 - t) ** 2
        + y[part + 1] * t**2 * (3 - 2 * t)
        + gap * slopes[part + 1] * t**2 * (t - 1)
    )
