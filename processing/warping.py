"""Resamples a picture through a homography, without loss where no pixel has to be resampled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processing.placing import Placement, inverted, multiplied, scaled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLOSE = 1e-6
STRONG = 1.5  # times smaller: then averages come first, or fine patterns would flicker


def warp(pixels: NDArray[np.uint8], placement: Placement) -> NDArray[np.uint8]:
    """Bring a picture to where a placement says.

    Args:
        pixels: uint8 of shape (h, w, channels).
        placement: from the pixels of `pixels` to those of the result.

    Returns:
        uint8 of shape (placement.height, placement.width, channels). Turns by quarters, mirrors and cuts at whole pixels are
        exact. What lies outside of the picture repeats its edge.
    """
    exact = _exact(pixels, placement)
    if exact is not None:
        return exact
    import cv2

    a, b, c, d, e, f, g, h, i = placement.matrix
    height, width = pixels.shape[:2]
    is_scale = max(abs(b), abs(d), abs(g), abs(h), abs(c), abs(f)) < CLOSE and a > 0 and e > 0
    size = (placement.width, placement.height)
    if is_scale and abs(a * width - size[0]) < 1 and abs(e * height - size[1]) < 1:
        smaller = a < 1 or e < 1
        return _shaped(
            cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC), pixels
        )
    matrix = placement.matrix
    shrink = abs(a * e - b * d) ** 0.5 / abs(i)
    if shrink * STRONG < 1:  # average first, then move
        small = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        pixels = _shaped(cv2.resize(pixels, small, interpolation=cv2.INTER_AREA), pixels)
        matrix = multiplied(matrix, scaled(width / small[0], height / small[1]))
    return _shaped(_perspective(pixels, matrix, size), pixels)


def _perspective(
    pixels: NDArray[np.uint8], matrix: tuple[float, ...], size: tuple[int, int]
) -> NDArray[np.uint8]:
    """OpenCV counts from the middle of the first pixel, we from its corner."""
    import cv2
    import numpy as np

    half = (1, 0, 0.5, 0, 1, 0.5, 0, 0, 1)
    moved = multiplied(inverted(half), multiplied(matrix, half))
    return np.asarray(
        cv2.warpPerspective(
            pixels,
            np.array(moved, np.float64).reshape(3, 3),
            size,
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def _shaped(made: Any, like: NDArray[np.uint8]) -> NDArray[np.uint8]:
    shaped: NDArray[np.uint8] = made.reshape(*made.shape[:2], like.shape[2])
    return shaped


def _exact(pixels: NDArray[np.uint8], placement: Placement) -> NDArray[np.uint8] | None:
    """The picture turned, mirrored and cut, if that is all there is to do and nothing outside of it is asked for."""
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
    turned = pixels if a else pixels.transpose(1, 0, 2)
    across, down = (a, e) if a else (b, d)
    turned = turned[:: 1 if down > 0 else -1, :: 1 if across > 0 else -1]
    left = -c if across > 0 else turned.shape[1] - c
    top = -f if down > 0 else turned.shape[0] - f
    right, bottom = left + placement.width, top + placement.height
    if left < 0 or top < 0 or right > turned.shape[1] or bottom > turned.shape[0]:
        return None
    return np.ascontiguousarray(turned[int(top) : int(bottom), int(left) : int(right)])
