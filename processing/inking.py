"""Puts a drawn mask onto a picture in a color, with a shadow or an outline so that it can be read on anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHADOW_AWAY = 0.05  # of the letters' size
SHADOW_SOFT = 0.06
SHADOW_STRONG = 0.7
OUTLINE = 0.06
BRIGHT = 0.5  # luma of letters from which what is around them is black, else white
RED, GREEN, BLUE = 0.299, 0.587, 0.114  # luma of ITU-R BT.601


def rgb_of(color: str) -> tuple[int, int, int]:
    """Read a color like "#3366ff"."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def turned(mask: NDArray[np.uint8], degrees: float, edge: int) -> NDArray[np.uint8]:
    """A mask with an edge of nothing, turned clockwise, so large that nothing is cut off.

    Args:
        mask: uint8 of shape (h, w).
        degrees: clockwise.
        edge: pixels.

    Returns:
        uint8 of shape (h', w').
    """
    import numpy as np
    from PIL import Image

    image = Image.fromarray(np.pad(mask, edge))
    if degrees:
        image = image.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    return np.asarray(image)


def ink(
    pixels: NDArray[np.uint8],
    mask: NDArray[np.uint8],
    middle: tuple[float, float],
    color: tuple[int, int, int],
    *,
    size: float,
    opacity: float = 1.0,
    around: str = "none",
) -> None:
    """Put a mask onto a picture, in place.

    Args:
        pixels: uint8 of shape (h, w, 3 or 4); what was transparent becomes visible where there is ink.
        mask: uint8 of shape (mh, mw), with an edge wide enough for what goes around.
        middle: of the mask on the picture, in pixels; may lie outside.
        color: red, green, blue, 0 to 255.
        size: of the letters in pixels, to which shadow and outline are in proportion.
        opacity: 0 to 1.
        around: "none", "shadow" or "outline".
    """
    import cv2
    import numpy as np

    is_bright = (RED * color[0] + GREEN * color[1] + BLUE * color[2]) / 255 >= BRIGHT
    other = (0, 0, 0) if is_bright else (255, 255, 255)
    left, top = round(middle[0] - mask.shape[1] / 2), round(middle[1] - mask.shape[0] / 2)
    if around == "shadow":
        soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.5, SHADOW_SOFT * size)), np.uint8)
        away = max(1, round(SHADOW_AWAY * size))
        _cover(pixels, soft, left + away, top + away, other, opacity * SHADOW_STRONG)
    elif around == "outline":
        width = max(1, round(OUTLINE * size))
        brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
        _cover(pixels, np.asarray(cv2.dilate(mask, brush), np.uint8), left, top, other, opacity)
    _cover(pixels, mask, left, top, color, opacity)


def _cover(
    pixels: NDArray[np.uint8],
    mask: NDArray[np.uint8],
    left: int,
    top: int,
    color: tuple[int, int, int],
    opacity: float,
) -> None:
    import numpy as np

    height, width = pixels.shape[:2]
    first_x, first_y = max(0, left), max(0, top)
    last_x, last_y = min(width, left + mask.shape[1]), min(height, top + mask.shape[0])
    if first_x >= last_x or first_y >= last_y:
        return
    part = pixels[first_y:last_y, first_x:last_x]
    share = mask[first_y - top : last_y - top, first_x - left : last_x - left, None] * np.float32(
        opacity / 255
    )
    seen: Any = np.float32(1)
    if pixels.shape[2] == 4:  # what is transparent has no color to mix with
        before = part[:, :, 3:] * np.float32(1 / 255)
        alpha = before + share * (1 - before)
        part[:, :, 3:] = np.rint(255 * alpha)
        share = share / np.maximum(alpha, np.float32(1e-6))
        seen = alpha > 0
    goal = np.array(color, np.float32)
    colors = part[:, :, :3]
    colors[:] = np.where(seen, np.rint(colors * (1 - share) + goal * share), colors)
