"""Resamples a picture through a homography, without loss where no pixel has to be resampled."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Any

from processing.placing import Matrix, Placement, inverted, moved, multiplied, scaled, shifted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLOSE = 1e-6
STRONG = 1.5  # times smaller: then averages come first, or fine patterns would flicker
TILE_PX = 4096  # OpenCV resamples no picture that is wider or higher than 32,767 pixels
CLEAR_TILE_PX = 1024  # of pictures with transparency, which are resampled in floats
MARGIN_PX = 3  # around a tile's source: cubic interpolation looks two pixels beyond
HALF: Matrix = (
    1,
    0,
    0.5,
    0,
    1,
    0.5,
    0,
    0,
    1,
)  # OpenCV counts from the middle of the first pixel, we from its corner


def warp(pixels: NDArray[np.uint8], placement: Placement) -> NDArray[np.uint8]:
    """Bring a picture to where a placement says.

    Args:
        pixels: uint8 of shape (h, w, channels).
        placement: from the pixels of `pixels` to those of the result.

    Returns:
        uint8 of shape (placement.height, placement.width, channels). Turns by quarters, mirrors and cuts at whole pixels are
        exact. What lies outside of the picture repeats its edge. What is transparent gives no color to what is beside it.
    """
    exact = _exact(pixels, placement)
    if exact is not None:
        return exact
    height, width = pixels.shape[:2]
    if _is_scaled(placement, width, height):
        return _resized(pixels, (placement.width, placement.height))
    matrix = placement.matrix
    shrink = placement.scale
    if shrink * STRONG < 1:  # average first, then move
        small = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        pixels = _resized(pixels, small)
        matrix = multiplied(matrix, scaled(width / small[0], height / small[1]))
    return _moved(pixels, Placement(placement.width, placement.height, matrix))


def _is_scaled(placement: Placement, width: int, height: int) -> bool:
    """Whether a picture of this size only becomes larger or smaller."""
    if not placement.matrix[8]:  # its corner is on the horizon of a perspective
        return False
    a, b, c, d, e, f, g, h, _ = (value / placement.matrix[8] for value in placement.matrix)
    if max(abs(b), abs(d), abs(g) * width, abs(h) * height, abs(c), abs(f)) >= CLOSE or a <= 0 or e <= 0:
        return False
    return abs(a * width - placement.width) < CLOSE and abs(e * height - placement.height) < CLOSE


def _is_clear(pixels: NDArray[np.uint8]) -> bool:
    """Whether anything of a picture is transparent."""
    return pixels.shape[2] == 4 and bool(pixels[:, :, 3].min() < 255)


def _resized(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Averages where it becomes smaller, cubic curves where it becomes larger; each direction for itself."""
    import cv2

    height, width = pixels.shape[:2]
    if _is_clear(pixels):
        less = min(width, size[0]), min(height, size[1])
        small = _averaged(pixels, less)
        matrix = scaled(size[0] / less[0], size[1] / less[1])
        return small if less == size else _moved(small, Placement(*size, matrix))
    across = cv2.INTER_AREA if size[0] < width else cv2.INTER_CUBIC
    down = cv2.INTER_AREA if size[1] < height else cv2.INTER_CUBIC
    if across == down:
        return _shaped(cv2.resize(pixels, size, interpolation=across), pixels)
    wide = _shaped(cv2.resize(pixels, (size[0], height), interpolation=across), pixels)
    return _shaped(cv2.resize(wide, size, interpolation=down), pixels)


def _averaged(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A smaller picture with transparency: each pixel's color counts as far as it is seen."""
    import cv2
    import numpy as np

    if size == (pixels.shape[1], pixels.shape[0]):
        return pixels
    seen = pixels.copy()
    seen[:, :, :3] = cv2.multiply(pixels[:, :, :3], cv2.merge([pixels[:, :, 3]] * 3), scale=1 / 255)
    small = _shaped(cv2.resize(seen, size, interpolation=cv2.INTER_AREA), pixels)
    alpha = np.ascontiguousarray(small[:, :, 3])
    small[:, :, :3] = _shaped(
        cv2.divide(small[:, :, :3], cv2.merge([alpha] * 3), scale=255), pixels[:, :, :3]
    )
    return small


def _moved(pixels: NDArray[np.uint8], placement: Placement) -> NDArray[np.uint8]:
    """Tile by tile, each from the part of the picture that it shows."""
    import numpy as np

    is_clear = _is_clear(pixels)
    tile_px, resampled = (CLEAR_TILE_PX, _clear_tile) if is_clear else (TILE_PX, _tile)
    made = np.empty((placement.height, placement.width, pixels.shape[2]), np.uint8)
    back = inverted(placement.matrix)
    for top in range(0, placement.height, tile_px):
        for left in range(0, placement.width, tile_px):
            right, bottom = min(left + tile_px, placement.width), min(top + tile_px, placement.height)
            corners = [moved(back, x, y) for x in (left, right) for y in (top, bottom)]
            x0, x1 = _span([x for x, _ in corners], pixels.shape[1])
            y0, y1 = _span([y for _, y in corners], pixels.shape[0])
            matrix = multiplied(shifted(-left, -top), multiplied(placement.matrix, shifted(x0, y0)))
            size = (right - left, bottom - top)
            made[top:bottom, left:right] = resampled(pixels[y0:y1, x0:x1], matrix, size)
    return made


def _span(places: list[float], end: int) -> tuple[int, int]:
    """The rows or columns around these places, inside of the picture and at least one."""
    first = min(max(0, floor(min(places)) - MARGIN_PX), end - 1)
    return first, max(first + 1, min(end, ceil(max(places)) + MARGIN_PX))


def _clear_tile(pixels: NDArray[np.uint8], matrix: Matrix, size: tuple[int, int]) -> NDArray[np.uint8]:
    """With transparency: colors are moved as far as they are seen, in floats, or bright edges would ring."""
    import numpy as np

    seen = pixels.astype(np.float32)
    seen[:, :, :3] *= seen[:, :, 3:] / 255
    moved_there = _tile(seen, matrix, size)
    alpha = moved_there[:, :, 3:]
    shown = np.rint(alpha) >= 1
    moved_there[:, :, :3] *= np.where(shown, 255 / np.where(shown, alpha, 1), 0)
    return np.asarray(np.rint(np.clip(moved_there, 0, 255)), np.uint8)


def _tile(pixels: NDArray[Any], matrix: Matrix, size: tuple[int, int]) -> NDArray[Any]:
    import cv2
    import numpy as np

    grid = np.array(multiplied(inverted(HALF), multiplied(matrix, HALF)), np.float64).reshape(3, 3)
    grid /= grid[2, 2] or np.abs(grid).max()
    how: Any = {"flags": cv2.INTER_CUBIC, "borderMode": cv2.BORDER_REPLICATE}
    if max(abs(grid[2, 0]), abs(grid[2, 1])) * max(pixels.shape) < CLOSE:
        return _shaped(cv2.warpAffine(pixels, grid[:2], size, **how), pixels)
    return _shaped(cv2.warpPerspective(pixels, grid, size, **how), pixels)


def _shaped(made: Any, like: NDArray[Any]) -> NDArray[Any]:
    shaped: NDArray[Any] = made.reshape(*made.shape[:2], like.shape[2])
    return shaped


def _exact(pixels: NDArray[np.uint8], placement: Placement) -> NDArray[np.uint8] | None:
    """The picture turned, mirrored and cut, if that is all there is to do and nothing outside of it is asked for."""
    import cv2
    import numpy as np

    a, b, c, d, e, f, g, h, i = placement.matrix
    if abs(g) > CLOSE or abs(h) > CLOSE or abs(i - 1) > CLOSE:
        return None
    whole = [round(value) for value in (a, b, c, d, e, f)]
    if max(abs(value - near) for value, near in zip((a, b, c, d, e, f), whole, strict=True)) > CLOSE:
        return None
    a, b, c, d, e, f = whole
    if sorted((abs(a), abs(b))) != [0, 1] or sorted((abs(d), abs(e))) != [0, 1] or abs(a) != abs(e):
        return None
    across, down = (a, e) if a else (b, d)
    size = pixels.shape[:2] if a else pixels.shape[1::-1]
    left = -c if across > 0 else size[1] - c
    top = -f if down > 0 else size[0] - f
    right, bottom = left + placement.width, top + placement.height
    if left < 0 or top < 0 or right > size[1] or bottom > size[0]:
        return None
    turned = pixels if a else cv2.transpose(pixels).reshape(*size, pixels.shape[2])
    kept = turned[size[0] - bottom : size[0] - top] if down < 0 else turned[top:bottom]
    kept = kept[:, size[1] - right : size[1] - left] if across < 0 else kept[:, left:right]
    if across > 0 and down > 0:
        return np.ascontiguousarray(kept)
    return _shaped(cv2.flip(kept, -1 if across < 0 and down < 0 else 0 if down < 0 else 1), pixels)
