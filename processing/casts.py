"""The color of the light on a photo: what takes it out, and how it is guessed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from processing.toning import LUMA, to_light

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

WARM = 1.0  # doublings of red, and halvings of blue, with a temperature of 1
GREEN = 0.6  # halvings of green with a tint of 1
MAGENTA = 0.3  # doublings of red and blue then

SIDE_PX = 256
LEAST, MOST = 0.04, 0.5  # smaller casts are not seen, larger ones are mostly the subject's own color
TRUST = 0.85  # share of the guessed cast that is taken out: evening light stays a little warm


def gains_of(temperature: float, tint: float) -> tuple[float, float, float]:
    """Say by how much the light of red, green and blue is multiplied; the luma of gray stays.

    Args:
        temperature, tint: -1 to 1, as of the operation `white_balance`.
    """
    red = 2 ** (WARM * temperature + MAGENTA * tint)
    green = 2 ** (-GREEN * tint)
    blue = 2 ** (-WARM * temperature + MAGENTA * tint)
    luma = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    return red / luma, green / luma, blue / luma


def balance_for(red: float, green: float, blue: float) -> tuple[float, float]:
    """Answer the temperature and the tint that turn a color into gray: what the picker of the page does with a click.

    Args:
        red, green, blue: as shown, 0 to 1; best neither black nor white.

    Returns:
        temperature and tint, -1 to 1. `gains_of` solved for r * red = g * green = b * blue, exact below its roll-off:
        temperature = log2(blue / red) / (2 WARM), tint = (log2(green) - log2(red * blue) / 2) / (GREEN + MAGENTA), of light.
    """
    import numpy as np

    light = to_light(np.array([red, green, blue], float))
    return _balance([math.log2(max(float(one), 1e-4)) for one in light])


def light_cast(pixels: NDArray[np.uint8]) -> tuple[float, float] | None:
    """Guess which temperature and tint make the light of a photo white.

    Args:
        pixels: uint8 of shape (h, w, 3 or 4).

    Returns:
        temperature and tint, -`MOST` to `MOST`; None if the cast is hardly seen or nothing can be trusted to be gray.

    Source: gray world and white patch (van de Weijer's gray edge family, Minkowski norms 1 and 6) over what is nearly
    gray: pixels far from the guessed gray are left out and it is guessed again. What may be skin has no say.
    """
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    shrink = min(1.0, SIDE_PX / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small = cv2.resize(np.ascontiguousarray(pixels[:, :, :3]), size, interpolation=cv2.INTER_AREA)
    colors = np.asarray(small, np.uint8).reshape(-1, 3)
    usable = (colors.min(axis=1) > 12) & (colors.max(axis=1) < 250) & ~_is_skin(colors)
    if usable.sum() < 0.02 * len(colors):
        return None
    light = to_light(colors[usable] / 255.0)
    logs = np.log2(light)
    logs -= logs.mean(axis=1, keepdims=True)  # only color is left
    middle = np.zeros(3)
    for reach in (1.2, 0.9, 0.6):
        near = np.abs(logs - middle).max(axis=1) < reach
        if near.mean() < 0.1:
            return None
        middle = _mean_color(light[near])
    return _rounded(_balance(list(middle)), float(near.sum()) / len(colors))


def _is_skin(colors: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Say which colors may be skin: red highest, blue lowest, hue from red towards orange, neither pale nor glaring.

    Source: our own, on the portraits of families/ and party/, whose skin was taken for yellow light before.
    """
    import numpy as np

    red, green, blue = colors.T.astype(np.float32)
    chroma = red - blue
    towards = (green - blue) / np.maximum(chroma, 1)
    found: NDArray[np.bool_] = (towards > 0.05) & (towards < 0.52) & (chroma > 0.16 * 255) & (red > 60)
    return found


def _mean_color(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of gray world and white patch as doublings."""
    import numpy as np

    world = np.log2(light.mean(axis=0))
    patch = np.log2((light**6).mean(axis=0)) / 6
    both: NDArray[np.float64] = ((world - world.mean()) + (patch - patch.mean())) / 2
    return both


def _balance(doublings: Sequence[float]) -> tuple[float, float]:
    red, green, blue = doublings
    temperature = (blue - red) / (2 * WARM)
    tint = (green - (red + blue) / 2) / (GREEN + MAGENTA)
    return max(-1.0, min(1.0, float(temperature))), max(-1.0, min(1.0, float(tint)))


def _rounded(balance: tuple[float, float], share: float) -> tuple[float, float] | None:
    """What is left of a guess when only a share of the photo speaks for it."""
    trust = TRUST * min(1.0, share / 0.5)
    temperature, tint = (max(-MOST, min(MOST, round(trust * one, 2))) for one in balance)
    if max(abs(temperature), abs(tint)) < LEAST:
        return None
    return temperature, tint
