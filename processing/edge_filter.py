"""The guided filter for masks: moves a rough mask's edge to the picture's own edges, found small and used at any size.

Source: He, Sun and Tang, Guided Image Filtering, TPAMI 2013 (section 3.5, guides of three colors); He and Sun, Fast Guided
Filter, arXiv:1505.00996 (the coefficients of a small picture are good for the large one).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def coefficients(
    guide: NDArray[np.float32], values: NDArray[np.float32], radius: int, eps: float
) -> NDArray[np.float32]:
    """Describe a mask as a linear function of the picture's colors around each pixel.

    Args:
        guide: (h, w, 3), 0 to 1.
        values: (h, w), 0 to 1.
        radius: of the neighborhood in pixels; it is a square.
        eps: what counts as flat, a variance of colors.

    Returns:
        (h, w, 4): the mask is about red * [0] + green * [1] + blue * [2] + [3].
    """
    import cv2
    import numpy as np

    side = (2 * radius + 1, 2 * radius + 1)

    def mean(of: Any) -> Any:
        return cv2.blur(of, side, borderType=cv2.BORDER_REFLECT)

    colors, level = mean(guide), mean(values)
    together = mean(guide * values[:, :, None]) - colors * level[:, :, None]
    pairs = {
        (i, j): mean(guide[:, :, i] * guide[:, :, j])
        - colors[:, :, i] * colors[:, :, j]
        + (eps if i == j else 0)
        for i in range(3)
        for j in range(i, 3)
    }
    slopes = _solved(pairs, together)
    offset = level - (slopes * colors).sum(2)
    made: NDArray[np.float32] = mean(np.dstack([slopes, offset]).astype(np.float32))
    return made


def _solved(pairs: dict[tuple[int, int], Any], right: Any) -> Any:
    """Solve a symmetric system of three equations per pixel, by cofactors."""
    import numpy as np

    a, b, c = pairs[0, 0], pairs[0, 1], pairs[0, 2]
    d, e, f = pairs[1, 1], pairs[1, 2], pairs[2, 2]
    c00, c01, c02 = d * f - e * e, c * e - b * f, b * e - c * d
    c11, c12, c22 = a * f - c * c, b * c - a * e, a * d - b * b
    det = a * c00 + b * c01 + c * c02
    x, y, z = right[:, :, 0], right[:, :, 1], right[:, :, 2]
    solved = np.dstack(
        [c00 * x + c01 * y + c02 * z, c01 * x + c11 * y + c12 * z, c02 * x + c12 * y + c22 * z]
    )
    return solved / det[:, :, None]


def rows(small: NDArray[Any], width: int, height: int, top: int, bottom: int) -> NDArray[Any]:
    """Enlarge some rows of a small picture, as if all of it had been enlarged.

    Args:
        small: (h, w) or (h, w, up to 4), float32 or uint8.
        width, height: of the whole large one.
        top, bottom: the rows of it that are wanted.

    Returns:
        (bottom - top, width) or (bottom - top, width, channels), bilinear, of the same kind.
    """
    import cv2
    import numpy as np

    across, down = small.shape[1] / width, small.shape[0] / height
    first = max(0, int((top + 0.5) * down - 0.5))
    last = min(small.shape[0], int((bottom - 0.5) * down - 0.5) + 2)
    matrix = np.array([[across, 0, across / 2 - 0.5], [0, down, (top + 0.5) * down - 0.5 - first]])
    made = cv2.warpAffine(
        small[first:last],
        matrix,
        (width, bottom - top),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    enlarged: NDArray[Any] = np.asarray(made)
    return enlarged
