"""Puts what a mask keeps in front of another background, without a halo of the old one. Memory is bounded by rows.

Source: Forte, Approximate Fast Foreground Colour Estimation, ICIP 2021 (what color a soft edge has without its background).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processing.edge_filter import rows
from processing.errors import ProcessingError
from processing.operation import Frame
from processing.person_mask import SoftMask, blocks, find, shrunk
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Behind = Callable[[int, int], NDArray[np.float32]]

WIDE, NARROW = 45, 4  # radii at the working size: colors from far, then from near
TINY = 1e-4
FARTHEST_FEATHER = 0.02  # of the longer side
NOBODY = _("No person was found on this photo. Paint with the brush over what is to be kept.")


@dataclass(frozen=True, slots=True)
class Cut:
    """A photo and what is to be kept of it.

    Attributes:
        pixels: uint8 (h, w, 3 or 4).
        mask: of it.
        front, back: float32 (h', w', 3), 0 to 255: colors that what is kept has, and what is behind it, without each other.
        feather: how far the edge is blurred, in pixels of the working size.
    """

    pixels: NDArray[np.uint8]
    mask: SoftMask
    front: NDArray[np.float32]
    back: NDArray[np.float32]

    def alpha(self, top: int, bottom: int) -> NDArray[np.float32]:
        """How much of each pixel of these rows is kept."""
        import numpy as np

        kept = self.mask.rows(self.pixels, top, bottom)
        if self.pixels.shape[2] == 4:
            kept = kept * (self.pixels[top:bottom, :, 3] * np.float32(1 / 255))
        return kept

    def colors(self, alpha: NDArray[np.float32], top: int, bottom: int) -> NDArray[np.float32]:
        """The colors of what is kept in these rows, 0 to 255, without what shone through its soft edge."""
        import numpy as np

        height, width = self.pixels.shape[:2]
        seen = self.pixels[top:bottom, :, :3].astype(np.float32)
        return unmixed(
            seen,
            alpha,
            rows(self.front, width, height, top, bottom),
            rows(self.back, width, height, top, bottom),
        )


def cut(frame: Frame, strokes: Sequence[dict[str, Any]], feather: float = 0.0) -> Cut:
    """Find what is to be kept.

    Args:
        frame: the photo.
        strokes: of the brush, what to add and take away.
        feather: 0 to 1, how soft the edge is made.

    Raises:
        ProcessingError: nobody was found, and nothing was painted.
        ModelUnavailable: the network is missing.
    """
    import numpy as np

    mask = find(frame.pixels, strokes, frame.scene.check)
    if mask.is_empty:
        raise ProcessingError(NOBODY)
    small = shrunk(frame.pixels)
    if feather > 0:
        mask = _feathered(mask, small, feather)
    alpha = mask.rows(small, 0, small.shape[0])
    front, back = fringes(small.astype(np.float32), alpha)
    return Cut(frame.pixels, mask, front, back)


def compose(
    cut: Cut,
    behind: Behind | None,
    check: Callable[[], None],
    progress: Callable[[float], None],
) -> NDArray[np.uint8]:
    """Put what is kept in front of something.

    Args:
        cut: what is kept.
        behind: the background of rows `top` to `bottom`, float32 (rows, width, 3), 0 to 255; None: transparent.
        check, progress: called between blocks of rows.

    Returns:
        uint8 (h, w, 3), or (h, w, 4) where `behind` is None; what is wholly transparent has no color left.
    """
    import numpy as np

    height, width = cut.pixels.shape[:2]
    made = np.empty((height, width, 4 if behind is None else 3), np.uint8)
    for top, bottom in blocks(height, width):
        check()
        alpha = cut.alpha(top, bottom)
        colors = cut.colors(alpha, top, bottom)
        if behind is None:
            made[top:bottom, :, :3] = np.where(alpha[:, :, None] > 0.5 / 255, np.rint(colors), 0)
            made[top:bottom, :, 3] = np.rint(alpha * 255)
        else:
            back = behind(top, bottom)
            made[top:bottom] = np.rint(np.clip(back + (colors - back) * alpha[:, :, None], 0, 255))
        progress(bottom / height)
    return made


def fringes(
    pixels: NDArray[np.float32], alpha: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Estimate what colors a front and a back have around its edge, each without the other.

    Args:
        pixels: float32 (h, w, 3), 0 to 255.
        alpha: float32 (h, w).

    Returns:
        Front and back, both like `pixels`.
    """
    front, back = pixels, pixels
    for radius in (WIDE, NARROW):
        front, back = _spread(front, alpha, radius), _spread(back, 1 - alpha, radius)
        front = unmixed(pixels, alpha, front, back)
        if radius == NARROW:
            break
    return front, back


def unmixed(
    seen: NDArray[np.float32],
    alpha: NDArray[np.float32],
    front: NDArray[np.float32],
    back: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Take what shines through out of colors.

    Args:
        seen: float32 (h, w, 3), 0 to 255, mixed of a front and a back.
        alpha: float32 (h, w), how much of it is the front.
        front, back: what is known of both, like `seen`.

    Returns:
        The front, so that front * alpha + back * (1 - alpha) comes as near to `seen` as it can.

    Source: Forte 2021, equation 5.
    """
    import numpy as np

    share = alpha[:, :, None]
    made: NDArray[np.float32] = front + share * (seen - share * front - (1 - share) * back)
    return np.clip(made, 0, 255)


def _spread(colors: NDArray[np.float32], weight: NDArray[np.float32], radius: int) -> NDArray[np.float32]:
    """Colors averaged over a neighborhood, each counting by its weight."""
    import cv2

    side = (2 * radius + 1, 2 * radius + 1)
    total = cv2.blur(colors * weight[:, :, None], side, borderType=cv2.BORDER_REFLECT)
    count = cv2.blur(weight, side, borderType=cv2.BORDER_REFLECT)
    plain = cv2.blur(colors, side, borderType=cv2.BORDER_REFLECT)
    made: NDArray[np.float32] = (total + TINY * plain) / (count + TINY)[:, :, None]
    return made


def _feathered(mask: SoftMask, small: NDArray[np.uint8], feather: float) -> SoftMask:
    """The same mask, its edge blurred: then it follows no color any more."""
    import cv2
    import numpy as np

    alpha = mask.rows(small, 0, small.shape[0])
    sigma = max(0.3, feather * FARTHEST_FEATHER * max(alpha.shape))
    soft = cv2.GaussianBlur(alpha, (0, 0), sigma)
    flat = np.zeros((*alpha.shape, 4), np.float32)
    flat[:, :, 3] = soft * 0.84 + 0.08  # rows() stretches it
    return SoftMask(flat, np.dstack([np.zeros_like(soft), np.ones_like(soft)]))
