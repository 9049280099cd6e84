"""How wide the edges of a picture are, whatever their contrast and the noise: what sharpness is judged from.

The gradients at a fine and at a coarse scale are compared: at a sharp edge the fine one is nearly twice as strong, at a blurred
one they are equal. Both are 2 x 2 tensors (sums of products of the gradient's components), so that their ratio has a least
and a greatest direction: a photo that moved is blurred along one and sharp across it. White noise adds the same known
amount to both diagonals of each and is taken off before the division.

Source: the ratio of scales is the no-reference width of edges of Marziliano (2002) and Crete (2007) in the form measured in
docs/organizing.md; noise of a Gaussian derivative: variance / (8 pi scale^4).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE_PX = 1024  # a photo is judged at the size of a screen
LEAST_PX = 32
FINE, COARSE = 0.7, 1.4  # pixels
STRONG = 90  # percentile of the coarse gradients: the edges that are looked at
CREST_PX, CREST = 5, 0.9  # and their crests: nearly the strongest of so many pixels around
TILES = 14  # each way
BEST, NEXT = 3, 10  # of the tiles, best first
DOUBT = 0.45, 2.25  # strength below which a tile's edges say little: always, and per noise
FLOOR = 0.3
NOISE_TILES, QUIET_TILE = 24, 0.1  # noise is what the calmest tenth of the tiles has
NOISE_MASK = ((1, -2, 1), (-2, 4, -2), (1, -2, 1))  # Immerkaer (1996): blind to edges and ramps


@dataclass(frozen=True, slots=True)
class Edges:
    """Natural logarithms of ratios of gradients (0: no difference between the scales, 0.6: sharp), and what they rest on.

    Attributes:
        best, next: on the crests of the edges, of the three best tiles and of the next seven, each in the direction in which
            it is least sharp.
        across: as `best`, in the direction in which each is sharpest.
        common: as `next`, on all of the strong edges, crests and slopes.
        noise: logarithm of the noise in gray levels, in the calm parts.
        contrast: logarithm of the energy of the coarse gradients, the noise's taken off.
    """

    best: float
    next: float
    across: float
    common: float
    noise: float
    contrast: float

    def as_dict(self) -> dict[str, float]:
        """The same with three decimals, for JSON."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def measure(gray: NDArray[np.uint8]) -> Edges | None:
    """Measure the width of edges.

    Args:
        gray: uint8 of shape (height, width), its longer side at most `SIDE_PX`.

    Returns:
        What was measured, or None if the picture is too small for it.
    """
    import cv2
    import numpy as np

    if min(gray.shape) < LEAST_PX:
        return None
    levels = gray.astype(np.float32)
    noise = _noise(levels)
    fine, coarse = _products(levels, FINE), _products(levels, COARSE)
    off = noise**2 / (8 * np.pi * FINE**4), noise**2 / (8 * np.pi * COARSE**4)
    force = cv2.sqrt(cv2.add(coarse[0], coarse[2]))
    strong = (force >= _percentile(force, STRONG)).astype(np.float32)
    around = cv2.dilate(force, np.ones((CREST_PX, CREST_PX), np.uint8))
    crests = cv2.multiply(strong, (force >= CREST * around).astype(np.float32))
    low, high = _tile_ratios(fine, coarse, crests, off)
    all_low, _ = _tile_ratios(fine, coarse, strong, off)
    energy = float(coarse[0].mean() + coarse[2].mean()) - 2 * off[1]
    return Edges(
        best=float(low[:BEST].mean()),
        next=float(low[BEST:NEXT].mean()),
        across=float(high[:BEST].mean()),
        common=float(all_low[BEST:NEXT].mean()),
        noise=float(np.log(noise + FLOOR)),
        contrast=float(np.log(max(0.0, energy) + FLOOR)),
    )


def _noise(levels: NDArray[np.float32]) -> float:
    """Estimate the noise in gray levels from the calm tiles."""
    import cv2
    import numpy as np

    answer = np.abs(cv2.filter2D(levels, -1, np.array(NOISE_MASK, np.float32)))
    tiles = np.sort(_tiled(answer, NOISE_TILES), axis=None) * float(np.sqrt(np.pi / 2) / 6)
    return float(tiles[int(QUIET_TILE * tiles.size)])


def _tiled(values: Any, tiles: int) -> Any:
    """Mean of each tile. Halved first: OpenCV is quick at that, and slow at everything else."""
    import cv2

    while min(values.shape) >= 8 * tiles:
        half = values.shape[1] // 2, values.shape[0] // 2
        values = cv2.resize(values, half, interpolation=cv2.INTER_AREA)
    return cv2.resize(values, (tiles, tiles), interpolation=cv2.INTER_AREA)


def _products(levels: NDArray[np.float32], scale: float) -> tuple[Any, Any, Any]:
    """Squares and product of the components of the gradient at a scale."""
    import cv2

    size = 2 * int(3 * scale + 0.5) + 1
    smooth = cv2.GaussianBlur(levels, (size, size), scale)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=1, scale=0.5)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=1, scale=0.5)
    return cv2.multiply(across, across), cv2.multiply(across, down), cv2.multiply(down, down)


def _tile_ratios(
    fine: tuple[Any, Any, Any], coarse: tuple[Any, Any, Any], chosen: Any, noise: tuple[float, float]
) -> tuple[Any, Any]:
    """Logarithms of the least and of the greatest ratio of each tile, best first, of the chosen pixels."""
    import numpy as np

    share = _tiled(chosen, TILES)
    first = _tensor(fine, chosen, share * noise[0])
    second = _tensor(coarse, chosen, share * noise[1])
    low, high = _ratios(first, second, DOUBT[0] + DOUBT[1] * noise[1])
    return np.sort(low, axis=None)[::-1], np.sort(high, axis=None)[::-1]


def _tensor(products: tuple[Any, Any, Any], chosen: Any, noise: Any) -> tuple[Any, Any, Any]:
    """Tensor of each tile, of the chosen pixels, without what noise adds to it."""
    import cv2
    import numpy as np

    first, mixed, second = (_tiled(cv2.multiply(one, chosen), TILES) for one in products)
    return np.maximum(first - noise, 0), mixed, np.maximum(second - noise, 0)


def _ratios(fine: Any, coarse: Any, doubt: float) -> tuple[Any, Any]:
    """Logarithms of the least and greatest ratio of gradients: eigenvalues of one tensor relative to the other.

    Where there are hardly any edges, `doubt` outweighs both, and the answer is near 0.
    """
    import numpy as np

    a1, b1, c1 = fine[0] + doubt, fine[1], fine[2] + doubt
    a2, b2, c2 = coarse[0] + doubt, coarse[1], coarse[2] + doubt
    determinant = np.maximum(a2 * c2 - b2 * b2, 1e-9)
    middle = (c2 * a1 - 2 * b2 * b1 + a2 * c1) / determinant / 2
    aside = np.sqrt(np.maximum(middle**2 - (a1 * c1 - b1 * b1) / determinant, 0))
    low, high = np.maximum(middle - aside, FLOOR), np.maximum(middle + aside, FLOOR)
    return 0.5 * np.log(low), 0.5 * np.log(high)


def _percentile(values: Any, percentile: float) -> float:
    """Of a sixteenth of the values: near enough, and quick."""
    import numpy as np

    some = values[::4, ::4].ravel()
    at = min(int(percentile / 100 * some.size), some.size - 1)
    return float(np.partition(some, at)[at])
