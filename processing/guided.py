"""The guided filter: smooths a picture and keeps its edges, in a time that does not depend on the radius.

Source: He, Sun and Tang, "Guided Image Filtering", TPAMI 2013; its coefficients on a small copy: He and Sun, "Fast Guided Filter",
arXiv:1505.00996.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALL_SIDE = 768  # of the copy on which the coefficients are found


@dataclass(frozen=True, slots=True)
class Base:
    """A smooth map that follows the edges of a plane: `slope` times the plane plus `offset`, both found on a small copy.

    Attributes:
        slope, offset: float32 of the small copy's shape.
        width, height: of the whole plane.
    """

    slope: NDArray[np.float32]
    offset: NDArray[np.float32]
    width: int
    height: int

    def of_rows(self, plane: NDArray[np.float32], top: int) -> NDArray[np.float32]:
        """The map of some rows.

        Args:
            plane: float32 of shape (rows, width), the rows in the range that `find_base` got.
            top: the first of them.

        Returns:
            float32 of the same shape.
        """
        import cv2

        rows = plane.shape[0]
        base: NDArray[np.float32] = self._enlarged(self.slope, top, rows)
        cv2.multiply(base, plane, dst=base)
        cv2.add(base, self._enlarged(self.offset, top, rows), dst=base)
        return base

    def _enlarged(self, small: NDArray[np.float32], top: int, rows: int) -> NDArray[np.float32]:
        """Rows of a small plane at full size, linear: first down, then across."""
        import cv2
        import numpy as np

        places = (np.arange(top, top + rows, dtype=np.float32) + 0.5) * (small.shape[0] / self.height) - 0.5
        low = np.clip(np.floor(places).astype(int), 0, small.shape[0] - 1)
        high = np.minimum(low + 1, small.shape[0] - 1)
        share = np.clip(places - low, 0, 1)[:, None]
        down = small[low] * (1 - share) + small[high] * share
        return np.asarray(cv2.resize(down, (self.width, rows), interpolation=cv2.INTER_LINEAR), np.float32)


def find_base(
    plane: NDArray[np.float32],
    size: tuple[int, int],
    radius: float,
    contrast: float,
    target: NDArray[np.float32] | None = None,
) -> Base:
    """Find what a plane looks like without its fine detail, or a map of something else with the plane's edges.

    Args:
        plane: float32 of shape (h, w), 0 to 1; a smaller copy does, down to `SMALL_SIDE`.
        size: width and height of the whole plane.
        radius: of the neighbourhood, as a share of the longer side.
        contrast: differences well below it are detail, those well above it are edges; 0 to 1.
        target: float32 of the same shape: what the map is of; None: the plane itself.

    Returns:
        The map, to be asked for rows.
    """
    import numpy as np

    small = shrunk(plane, SMALL_SIDE)
    window = 2 * max(1, round(radius * max(small.shape))) + 1
    mean = _boxed(small, window)
    variance = np.maximum(_boxed(small * small, window) - mean * mean, 0)
    if target is None:
        with_target, target_mean = variance, mean
    else:
        wanted = shrunk(target, SMALL_SIDE)
        target_mean = _boxed(wanted, window)
        with_target = _boxed(small * wanted, window) - mean * target_mean
    slope = np.asarray(with_target / (variance + np.float32(contrast**2)), np.float32)
    offset: NDArray[np.float32] = target_mean - slope * mean
    return Base(_boxed(slope, window), _boxed(offset, window), *size)


def shrunk(plane: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """A copy whose longer side has at most so many pixels.

    Args:
        plane: float32 of shape (h, w).
        side: in pixels.

    Returns:
        float32 of shape (h', w').
    """
    import cv2
    import numpy as np

    height, width = plane.shape
    shrink = min(1.0, side / max(height, width))
    less = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    return np.asarray(cv2.resize(plane, less, interpolation=cv2.INTER_AREA), np.float32).reshape(less[::-1])


def _boxed(plane: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    import cv2
    import numpy as np

    made = cv2.boxFilter(plane, -1, (window, window), borderType=cv2.BORDER_REFLECT)
    return np.asarray(made, np.float32).reshape(plane.shape)
