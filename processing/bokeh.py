"""Blurs a background as a lens does: discs that grow with the distance from what is sharp, bright spots that stay bright.

What is in front is left out of the average, so it does not bleed into what is behind. Nobody measured the distance: a photo of
somebody whose feet are to be seen has a floor, which is sharp at the feet and blurs away from them; else all of the background
counts as far.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from processing.edge_filter import rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FARTHEST = 0.03  # the largest disc's radius, of the longer side
DISC_PX = 12  # a disc is drawn with this radius, on a picture as small as needed
LEVELS = (0.25, 0.5, 1.0)  # of the largest radius: between them it is mixed
SPARKLE = 4.0  # how much a bright spot outshines: the power that light is raised to before averaging
TINY = 1e-3
FEET_SHARE = 0.97  # somebody who reaches lower than this share of the photo has no feet on it
FLOOR_REACH = 0.7  # heights of the person until it is all blurred


def depth(alpha: NDArray[np.float32], by_distance: float) -> NDArray[np.float32]:
    """Guess how far each place is from what is sharp.

    Args:
        alpha: float32 (h, w), what is kept sharp.
        by_distance: 0: all of the background is equally far; 1: it starts sharp at the person.

    Returns:
        float32 (h, w), 0 to 1.
    """
    import cv2
    import numpy as np

    height, width = alpha.shape
    solid = alpha > 0.5
    lines = np.flatnonzero(solid.any(1))
    if not len(lines):
        return np.ones_like(alpha)
    top, feet = lines[0], lines[-1]
    if feet < FEET_SHARE * height:
        away = np.abs(np.arange(height, dtype=np.float32) - feet) / (FLOOR_REACH * max(1, feet - top))
        far = np.broadcast_to(np.clip(away, 0, 1)[:, None], alpha.shape)
    else:
        away = cv2.distanceTransform((~solid).astype(np.uint8), cv2.DIST_L2, 5)
        far = np.clip(0.5 + away / (0.25 * max(height, width)), 0, 1)
    made: NDArray[np.float32] = (1 - by_distance * (1 - far)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(made, (0, 0), max(1.0, 0.01 * max(height, width))), np.float32)


def background(
    pixels: NDArray[np.uint8],
    alpha: NDArray[np.float32],
    far: NDArray[np.float32],
    strength: float,
    check: Callable[[], None] = lambda: None,
) -> Callable[[int, int], NDArray[np.float32]]:
    """Blur what is behind.

    Args:
        pixels: uint8 (h, w, 3 or 4).
        alpha, far: float32 of a smaller size: what is in front, and how far the rest is.
        strength: 0 to 1.
        check: called between the levels.

    Returns:
        A function of rows (top, bottom): float32 (rows, width, 3), 0 to 255.
    """
    import numpy as np

    height, width = pixels.shape[:2]
    radius = max(0.0, strength) * FARTHEST * max(height, width)
    levels = []
    for share in LEVELS:
        check()
        levels.append(_level(pixels, alpha, radius * share))
    steps = (0.0, *LEVELS[:-1])

    def behind(top: int, bottom: int) -> NDArray[np.float32]:
        made = pixels[top:bottom, :, :3].astype(np.float32)
        away = rows(far, width, height, top, bottom)
        for low, high, level in zip(steps, LEVELS, levels, strict=True):
            weight = np.clip((away - low) / (high - low), 0, 1)[:, :, None]
            if weight.max() <= 0:
                break
            made += (rows(level, width, height, top, bottom) - made) * weight
        return made

    return behind


def _level(pixels: NDArray[np.uint8], alpha: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    """The background blurred by discs of one radius (pixels of the photo), on a small picture."""
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    scale = min(1.0, DISC_PX / max(radius, 1e-6), 1600 / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)[:, :, :3]
    kept = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    weight = np.clip(1 - 1.5 * kept, TINY, 1)[:, :, None]
    light = (small.astype(np.float32) / 255) ** SPARKLE
    disc = _disc(radius * size[0] / width)
    total = cv2.filter2D(light * weight, -1, disc, borderType=cv2.BORDER_REFLECT)
    count = cv2.filter2D(np.ascontiguousarray(weight), -1, disc, borderType=cv2.BORDER_REFLECT)
    blurred = np.clip(total / np.maximum(count.reshape(*count.shape[:2], 1), TINY / 2), 0, 1)
    return np.asarray(255 * blurred ** np.float32(1 / SPARKLE), np.float32)


def _disc(radius: float) -> NDArray[np.float32]:
    """A disc whose border pixels count by what it covers of them; its sum is 1."""
    import numpy as np

    reach = int(np.ceil(radius))
    grid = np.arange(-reach, reach + 1)
    made = np.clip(radius + 0.5 - np.hypot(grid[:, None], grid[None]), 0, 1)
    return (made / made.sum()).astype(np.float32)
