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
STRONG, STRONGEST = (
    90,
    97,
)  # percentiles: the edges that tiles look at, and those that the plain ratio looks at
TILES = 14  # each way
BEST, NEXT, GOOD, COMMON = 3, 8, 0.15, 0.30  # which of the tiles, best first: numbers, and shares of all
DOUBT = 1.5, 7.5  # strength below which a tile's edges say little: always, and per noise
FLOOR = 0.3
NOISE_TILES, QUIET_TILE = 24, 0.1  # noise is what the calmest tenth of the tiles has
NOISE_MASK = ((1, -2, 1), (-2, 4, -2), (1, -2, 1))  # Immerkaer (1996): blind to edges and ramps


@dataclass(frozen=True, slots=True)
class Edges:
    """Natural logarithms of ratios of gradients (0: no difference between the scales, 0.6: sharp), and what they rest on.

    Attributes:
        best, next, good, common: of the three best tiles, of the next five, of the tile that 15 % surpass and of that which
            30 % surpass, each in the direction in which it is least sharp.
        best_across, good_across: the same in the direction in which each is sharpest.
        whole: of the whole picture, in the direction in which it is least sharp.
        strongest: mean over the strongest edges.
        noise, grain: of the noise in gray levels, in the calm parts and in the middle.
        contrast: of the energy of the coarse gradients.
    """

    best: float
    next: float
    good: float
    common: float
    best_across: float
    good_across: float
    whole: float
    strongest: float
    noise: float
    grain: float
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
    noise, grain = _noise(levels)
    fine, coarse = _products(levels, FINE), _products(levels, COARSE)
    force = cv2.sqrt(cv2.add(coarse[0], coarse[2]))
    strong = (force >= _percentile(force, STRONG)).astype(np.float32)
    share = _tiled(strong, TILES)
    noise_fine, noise_coarse = (noise**2 / (8 * np.pi * scale**4) for scale in (FINE, COARSE))
    tiles_fine = _tensor(fine, strong, share * noise_fine)
    tiles_coarse = _tensor(coarse, strong, share * noise_coarse)
    doubt = DOUBT[0] + DOUBT[1] * noise_coarse
    low, high = (np.sort(part, axis=None)[::-1] for part in _ratios(tiles_fine, tiles_coarse, doubt))
    whole = [part.mean() for part in tiles_fine], [part.mean() for part in tiles_coarse]
    return Edges(
        best=float(low[:BEST].mean()),
        next=float(low[BEST:NEXT].mean()),
        good=float(low[int(GOOD * low.size)]),
        common=float(low[int(COMMON * low.size)]),
        best_across=float(high[:BEST].mean()),
        good_across=float(high[int(GOOD * high.size)]),
        whole=float(_ratios(*whole, doubt / 4)[0]),
        strongest=_strongest(fine, force),
        noise=float(np.log(noise + FLOOR)),
        grain=float(np.log(grain + FLOOR)),
        contrast=float(np.log(coarse[0].mean() + coarse[2].mean() + FLOOR)),
    )


def _noise(levels: NDArray[np.float32]) -> tuple[float, float]:
    """Estimate the noise in gray levels: of the calm tiles, and of the middle one."""
    import cv2
    import numpy as np

    answer = np.abs(cv2.filter2D(levels, -1, np.array(NOISE_MASK, np.float32)))
    tiles = np.sort(_tiled(answer, NOISE_TILES), axis=None) * float(np.sqrt(np.pi / 2) / 6)
    return float(tiles[int(QUIET_TILE * tiles.size)]), float(np.median(tiles))


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


def _tensor(products: tuple[Any, Any, Any], chosen: Any, noise: Any) -> tuple[Any, Any, Any]:
    """Tensor of each tile, of the chosen pixels, without what noise adds to it."""
    import cv2
    import numpy as np

    first, mixed, second = (_tiled(cv2.multiply(one, chosen), TILES) for one in products)
    return np.maximum(first - noise, 1e-3), mixed, np.maximum(second - noise, 1e-3)


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


def _strongest(fine: tuple[Any, Any, Any], coarse_force: Any) -> float:
    import cv2
    import numpy as np

    force = cv2.sqrt(cv2.add(fine[0], fine[2]))
    chosen = force >= _percentile(force, STRONGEST)
    return float(np.log((force[chosen] / (coarse_force[chosen] + FLOOR)).mean()))


def _percentile(values: Any, percentile: float) -> float:
    """Of a sixteenth of the values: near enough, and quick."""
    import numpy as np

    some = values[::4, ::4].ravel()
    at = min(int(percentile / 100 * some.size), some.size - 1)
    return float(np.partition(some, at)[at])
