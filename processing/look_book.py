"""The looks of the editor: a mix of channels and a few curves each. static/js/editor/looks.js has the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from processing.toning import LUMA, smooth_curve
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Curve = tuple[tuple[float, float], ...]

FINE = 4096  # values that a look's curves are drawn for


@dataclass(frozen=True, slots=True)
class Look:
    """One look: first its mix of channels, then the curve of each channel, then that of all.

    Attributes:
        label: what people call it.
        color: 1 keeps colors as they are, 0 leaves gray.
        master, red, green, blue: points of curves; none: the diagonal.
        gray: shares of red, green and blue that make its gray; their sum is 1.
    """

    label: str
    color: float = 1.0
    master: Curve = ()
    red: Curve = ()
    green: Curve = ()
    blue: Curve = ()
    gray: tuple[float, float, float] = LUMA


LOOKS = {
    "clear": Look(_("Clear day"), 1.14, master=((0, 0), (0.25, 0.235), (0.6, 0.655), (1, 1))),
    "golden": Look(
        _("Golden hour"),
        1.08,
        master=((0, 0.01), (0.3, 0.30), (0.7, 0.74), (1, 1)),
        red=((0, 0.02), (0.5, 0.565), (1, 1)),
        green=((0, 0.005), (0.5, 0.51), (1, 0.975)),
        blue=((0, 0.02), (0.5, 0.43), (1, 0.89)),
    ),
    "mist": Look(
        _("Morning mist"),
        0.72,
        master=((0, 0.13), (0.3, 0.37), (0.7, 0.73), (1, 0.96)),
        blue=((0, 0.03), (0.5, 0.525), (1, 1)),
    ),
    "harbor": Look(
        _("Harbor"),
        1.05,
        master=((0, 0), (0.25, 0.22), (0.7, 0.735), (1, 1)),
        red=((0, 0), (0.25, 0.19), (0.65, 0.69), (1, 1)),
        green=((0, 0.01), (0.3, 0.31), (1, 0.985)),
        blue=((0, 0.05), (0.3, 0.345), (0.7, 0.655), (1, 0.91)),
    ),
    "meadow": Look(
        _("Meadow"),
        1.16,
        master=((0, 0.015), (0.3, 0.33), (0.7, 0.75), (1, 1)),
        red=((0, 0), (0.5, 0.485), (1, 1)),
        green=((0, 0), (0.5, 0.525), (1, 1)),
        blue=((0, 0.01), (0.5, 0.46), (1, 0.95)),
    ),
    "velvet": Look(
        _("Velvet"),
        1.28,
        master=((0, 0), (0.2, 0.125), (0.5, 0.44), (0.8, 0.81), (1, 0.98)),
        red=((0, 0), (0.5, 0.515), (1, 1)),
        blue=((0, 0.025), (0.5, 0.51), (1, 0.98)),
    ),
    "peach": Look(
        _("Peach"),
        0.86,
        master=((0, 0.07), (0.3, 0.37), (0.7, 0.785), (1, 0.985)),
        red=((0, 0.02), (0.5, 0.54), (1, 1)),
        green=((0, 0), (0.5, 0.495), (1, 0.975)),
        blue=((0, 0.01), (0.5, 0.485), (1, 0.95)),
    ),
    "slide": Look(
        _("Slide film"),
        1.2,
        master=((0, 0), (0.22, 0.16), (0.55, 0.575), (0.8, 0.865), (1, 1)),
        red=((0, 0.005), (0.5, 0.53), (1, 1)),
        blue=((0, 0.015), (0.5, 0.475), (1, 0.965)),
    ),
    "album": Look(
        _("Seventies"),
        0.8,
        master=((0, 0.085), (0.3, 0.34), (0.7, 0.72), (1, 0.94)),
        red=((0, 0.04), (0.5, 0.555), (1, 1)),
        green=((0, 0.01), (0.5, 0.505), (1, 0.955)),
        blue=((0, 0.06), (0.5, 0.41), (1, 0.76)),
    ),
    "nordic": Look(
        _("Nordic"),
        0.62,
        master=((0, 0), (0.25, 0.215), (0.65, 0.68), (1, 1)),
        red=((0, 0), (0.5, 0.475), (1, 0.98)),
        blue=((0, 0.02), (0.5, 0.53), (1, 1)),
    ),
    "blue_hour": Look(
        _("Blue hour"),
        0.82,
        master=((0, 0), (0.3, 0.235), (0.7, 0.62), (1, 0.94)),
        red=((0, 0), (0.5, 0.41), (1, 0.93)),
        green=((0, 0.01), (0.5, 0.485), (1, 0.97)),
        blue=((0, 0.075), (0.5, 0.585), (1, 1)),
    ),
    "crossed": Look(
        _("Crossed"),
        1.1,
        red=((0, 0), (0.25, 0.17), (0.7, 0.79), (1, 1)),
        green=((0, 0), (0.25, 0.22), (0.65, 0.72), (1, 0.99)),
        blue=((0, 0.13), (0.5, 0.5), (1, 0.87)),
    ),
    "silver": Look(
        _("Silver"),
        0.42,
        master=((0, 0), (0.2, 0.12), (0.5, 0.5), (0.75, 0.83), (1, 1)),
        blue=((0, 0.01), (0.5, 0.505), (1, 0.99)),
    ),
    "chalk": Look(
        _("Chalk"),
        0.0,
        master=((0, 0.05), (0.25, 0.33), (0.6, 0.71), (1, 1)),
        gray=(0.42, 0.48, 0.10),
    ),
    "coal": Look(
        _("Coal"),
        0.0,
        master=((0, 0), (0.2, 0.09), (0.5, 0.46), (0.75, 0.83), (1, 1)),
        gray=(0.38, 0.52, 0.10),
    ),
    "ink": Look(
        _("Ink"),
        0.0,
        master=((0, 0.01), (0.3, 0.27), (0.7, 0.74), (1, 1)),
        red=((0, 0.01), (0.5, 0.36), (1, 0.945)),
        green=((0, 0.05), (0.5, 0.49), (1, 0.97)),
        blue=((0, 0.13), (0.5, 0.585), (1, 0.975)),
    ),
}


def mix_of(look: Look) -> NDArray[np.float32]:
    """The matrix that makes of red, green and blue what the curves get: float32 of shape (3, 3)."""
    import numpy as np

    gray = np.tile(np.array(look.gray), (3, 1))
    mix: NDArray[np.float32] = (gray + look.color * (np.eye(3) - gray)).astype(np.float32)
    return mix


def curves_of(look: Look) -> NDArray[np.float32]:
    """What a look makes of `FINE` values from 0 to 1 of each channel: float32 of shape (3, FINE)."""
    import numpy as np

    grid = np.linspace(0, 1, FINE)
    channels = (smooth_curve(points, grid) for points in (look.red, look.green, look.blue))
    return np.stack([smooth_curve(look.master, one) for one in channels]).astype(np.float32)
