"""Are two photos copies of one shot? Their gray pictures are laid over each other as well as that is possible.

A copy is scaled along its axes, and what one of the two shows beyond the other lies on one side only: a crop lies within its
original. A second shot of the same scene is turned or moved a little, so each of the two shows something that the
other does not, or something in it has moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]

# Sides of the gray pictures from coarse to fine, how often the fit is improved at each, and below which correlation it ends.
LEVELS: tuple[tuple[int, int, float], ...] = ((24, 10, 0.6), (48, 6, 0.75), (96, 5, 0.8))
TILES = 8  # a side, for what has moved
TONES = 16  # steps of the curve that makes up for other brightness and contrast
LEAST_SHARED = 0.3  # of the picture
# What two copies may differ by at most. Source: 98 in 100 copies of half of our photos stay below, 98 in 100 second shots
# of a simulated burst lie above at least one (processing/measuring/duplicates.py).
MOST_DIFFERENT = 0.27  # the worst tile
MOST_OVERHANG = 0.0022  # of a side, that each shows beyond the other
MOST_TURNED = 0.003  # radians, and as much shear
MOST_STRETCHED = 0.012  # logarithm of width by height
WHOLE = 0.004  # of a side: two pictures show the same
PIXELS_OFF = 0.35  # of a pixel of the smaller photo: no fit is more exact
SURELY_ONE = 2.0  # times as much is allowed where the metadata says that it is one shot


@dataclass(frozen=True, slots=True)
class Fit:
    """How one gray picture lies over another.

    Attributes:
        correlation: of the pixels that both show, after the tones were made equal, -1 to 1.
        residual: what still differs, as a share of what varies in the picture, 0 (nothing) to 1.
        worst: the same for the tile that differs most.
        warp: float64 of shape (2, 3): from the first picture to the second, both from -1 to 1 in each direction.
        shared: how much of the first picture the second shows, 0 to 1.
        tone: how far the tones were apart, in gray levels.
    """

    correlation: float
    residual: float
    worst: float
    warp: NDArray[np.float64]
    shared: float
    tone: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How sure it is that two photos are one shot.

    Attributes:
        score: 1 for the same pixels, 0 for what is just no copy any more, less beyond that.
        more: how much of its own picture the first shows beyond the second, 0 to 1.
        less: how much of its own picture the second shows beyond the first.
        tone: as in `Fit`.
    """

    score: float
    more: float
    less: float
    tone: float


def agreement(
    found: Fit, first: tuple[float, float], second: tuple[float, float], *, is_surely_one: bool = False
) -> Agreement:
    """Judge a fit.

    Args:
        found: how the second lies over the first.
        first, second: width and height in pixels of what the gray pictures show, turned alike.
        is_surely_one: whether the metadata says so; an edited copy may differ more.

    Returns:
        Scores of 0 and more mean: one shot.
    """
    import numpy as np

    warp = found.warp
    pixels = np.diag(second) @ warp[:, :2] @ np.diag([1 / first[0], 1 / first[1]])
    scale = max(1e-6, float(np.sqrt(abs(np.linalg.det(pixels)))))
    turned = max(abs(pixels[0, 1]), abs(pixels[1, 0])) / scale
    stretched = abs(float(np.log(max(1e-6, abs(pixels[0, 0])) / max(1e-6, abs(pixels[1, 1])))))
    middle, half = warp[:, 2], np.abs([warp[0, 0], warp[1, 1]])
    beyond = (
        np.concatenate([half - middle - 1, half + middle - 1]) / 2
    )  # of the first, on each side, in the second's sides
    overhang = min(max(0.0, float(beyond.max())), max(0.0, float(-beyond.min())))
    if float(np.abs(beyond).max()) < WHOLE:  # squeezed as a whole, as some programs do: nothing is cropped
        stretched = abs(float(np.log(half[0] / half[1])))
        turned = max(abs(warp[0, 1]), abs(warp[1, 0]))
    slack = PIXELS_OFF / max(1.0, min(*first, *second))
    excess = max(
        found.worst / MOST_DIFFERENT / (SURELY_ONE if is_surely_one else 1),
        overhang / max(MOST_OVERHANG, slack),
        turned / max(MOST_TURNED, slack),
        stretched / max(MOST_STRETCHED, 4 * slack),
    )
    seen = float(np.prod(np.minimum(half + middle, 1) - np.maximum(middle - half, -1))) / 4
    return Agreement(1 - excess, 1 - seen / max(1e-6, float(half.prod())), 1 - seen, found.tone)


def fit(
    first: NDArray[np.uint8], second: NDArray[np.uint8], start: NDArray[np.float64] | None = None
) -> Fit | None:
    """Lay one gray picture over another.

    Args:
        first, second: uint8 of shape (96, 96), turned alike.
        start: where to begin, a warp as in `Fit`; the two on top of each other if None.

    Returns:
        None if they have so little in common that no fit is found.
    """
    import numpy as np

    warp = np.eye(3)[:2] if start is None else start
    one, other = _smooth(first.astype(np.float32)), _smooth(second.astype(np.float32))
    for side, steps, least in LEVELS:
        warp, correlation = _improve(_shrunk(one, side), _shrunk(other, side), warp, steps)
        if correlation < least:
            return None
    return _judge(one, other, warp)


def _smooth(square: Numbers) -> Numbers:
    """Take away what depends on how a picture was scaled: the finest details."""
    import numpy as np

    padded = np.pad(square, 1, mode="edge")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    smooth: Numbers = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 16
    return smooth


def _shrunk(square: Numbers, side: int) -> Numbers:
    step = len(square) // side
    shrunk: Numbers = square.reshape(side, step, side, step).mean(axis=(1, 3)) if step > 1 else square
    return shrunk


@cache
def _grid(side: int) -> tuple[Numbers, Numbers]:
    """x and y of all pixels, from -1 to 1."""
    import numpy as np

    at = ((np.arange(side) + 0.5) * 2 / side - 1).astype(np.float32)
    x, y = np.meshgrid(at, at)
    return x, y


def _sample(picture: Numbers, warp: NDArray[np.float64]) -> tuple[Numbers, NDArray[np.bool_]]:
    """Take `picture` at the warped places of a grid of its own size, and say which of them lie inside it."""
    import numpy as np

    side = len(picture)
    x, y = _grid(side)
    rows = warp.astype(np.float32)
    at_x = (rows[0, 0] * x + rows[0, 1] * y + (rows[0, 2] + 1)) * (side / 2) - 0.5
    at_y = (rows[1, 0] * x + rows[1, 1] * y + (rows[1, 2] + 1)) * (side / 2) - 0.5
    inside = (at_x >= -0.25) & (at_y >= -0.25) & (at_x <= side - 0.75) & (at_y <= side - 0.75)
    at_x, at_y = np.clip(at_x, 0, side - 1.001), np.clip(at_y, 0, side - 1.001)
    left, top = at_x.astype(np.int32), at_y.astype(np.int32)
    part_x, part_y = at_x - left, at_y - top
    flat, first = picture.ravel(), top * side + left
    upper = flat[first] * (1 - part_x) + flat[first + 1] * part_x
    lower = flat[first + side] * (1 - part_x) + flat[first + side + 1] * part_x
    return (upper * (1 - part_y) + lower * part_y).astype(np.float32), inside


def _improve(
    one: Numbers, other: Numbers, warp: NDArray[np.float64], steps: int
) -> tuple[NDArray[np.float64], float]:
    """Move the warp of `other` until it lies over `one`: Gauss-Newton on six parameters, a gain and an offset.

    Source: B. Lucas, T. Kanade, "An iterative image registration technique", IJCAI 1981; gain and offset as in G. Evangelidis,
    E. Psarakis, "Parametric image alignment using enhanced correlation coefficient maximization", PAMI 2008.
    """
    import numpy as np

    side = len(one)
    x, y = _grid(side)
    best, best_warp = -1.0, warp
    for _ in range(steps + 1):
        moved, inside = _sample(other, warp)
        count = int(inside.sum())
        if count < LEAST_SHARED * side * side:
            break
        correlation = _correlation(one[inside], moved[inside])
        if correlation > best:
            best, best_warp = correlation, warp
        slope_y, slope_x = np.gradient(moved, np.float32(2 / side))
        parts = (
            slope_x * x,
            slope_x * y,
            slope_x,
            slope_y * x,
            slope_y * y,
            slope_y,
            moved,
            np.ones_like(moved),
        )
        design = np.stack([(part * inside).ravel() for part in parts])
        normal = (design @ design.T).astype(np.float64)
        normal[np.diag_indices(8)] *= 1 + 1e-4
        normal[np.diag_indices(8)] += 1e-3
        found = np.linalg.solve(normal, (design @ one.ravel()).astype(np.float64))
        if abs(found[6]) < 1e-3:
            break
        # The slopes are those of the picture as it lies now, so the step comes before the warp.
        step = np.eye(3)
        step[:2] += np.clip(found[:6].reshape(2, 3) / found[6], -0.3, 0.3)
        warp = (np.vstack([warp, [0, 0, 1]]) @ step)[:2]
        if np.abs(step - np.eye(3)).max() < 1e-4:
            break
    return best_warp, best


def _correlation(one: Numbers, other: Numbers) -> float:
    import numpy as np

    one, other = one - one.mean(), other - other.mean()
    return float((one * other).sum() / max(1e-6, float(np.sqrt((one**2).sum() * (other**2).sum()))))


def _judge(one: Numbers, other: Numbers, warp: NDArray[np.float64]) -> Fit:
    import numpy as np

    moved, inside = _sample(other, warp)
    toned = _same_tones(one, moved, inside)
    tone = float(np.abs(one - moved)[inside].mean())
    toned = _same_sharpness(one, toned, inside)
    rest = np.where(inside, one - toned, 0)
    count = float(inside.sum())
    total = max(1e-3, float(one[inside].std()))
    errors, counts = _tiled(rest**2), _tiled(inside.astype(np.float32))
    is_full = counts > counts.max() * 0.5
    return Fit(
        correlation=_correlation(one[inside], toned[inside]),
        residual=float(np.sqrt((rest**2).sum() / count)) / total,
        worst=float(np.sqrt((errors[is_full] / counts[is_full]).max())) / total,
        warp=warp,
        shared=float(inside.mean()),
        tone=tone,
    )


def _same_tones(one: Numbers, other: Numbers, inside: NDArray[np.bool_]) -> Numbers:
    """Give `other` the tones of `one` by a curve through the means of equally large groups of pixels."""
    import numpy as np

    values, wanted = other[inside], one[inside]
    groups = np.array_split(np.argsort(values, kind="stable"), TONES)
    at = np.array([values[group].mean() for group in groups])
    to = np.array([wanted[group].mean() for group in groups])
    # Beyond the outermost groups the curve goes on as steep as before.
    at = np.concatenate([[at[0] - 255], at, [at[-1] + 255]])
    low = (to[1] - to[0]) / max(1.0, at[2] - at[1])
    high = (to[-1] - to[-2]) / max(1.0, at[-2] - at[-3])
    to = np.concatenate([[to[0] - 255 * np.clip(low, 0, 3)], to, [to[-1] + 255 * np.clip(high, 0, 3)]])
    return np.interp(other, at, to).astype(np.float32)


def _same_sharpness(one: Numbers, other: Numbers, inside: NDArray[np.bool_]) -> Numbers:
    """Sharpen or soften `other` until it is like `one`: a smaller copy has fewer fine details."""
    details = other - _smooth(other)
    wanted = float((details * (one - other))[inside].sum())
    amount = wanted / max(1e-6, float((details**2)[inside].sum()))
    return other + max(-1.0, min(2.0, amount)) * details


def _tiled(values: Numbers) -> Numbers:
    step = len(values) // TILES
    tiled: Numbers = values.reshape(TILES, step, TILES, step).sum(axis=(1, 3))
    return tiled
