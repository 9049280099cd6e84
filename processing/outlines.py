"""What a photo looks like from far away: a trimmed gray picture, its lowest frequencies, and how those turn with the photo.

The lowest frequencies of two copies resemble each other even if one is cropped, bordered or recolored, where the 256 bits of
the perceptual hash, which reach four times as high, do not any more. They find candidates; processing/same_shot.py decides.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

GRAY_SIDE = 96  # of the gray picture that is compared pixel by pixel
BOX_VALUES = 4
FREQUENCIES = 6  # lowest ones in each direction
VALUES = FREQUENCIES * FREQUENCIES  # of one crop
CROPS = 8
LENGTH = BOX_VALUES + CROPS * VALUES
EVEN_STD = 5.0  # a border's row varies less, in gray levels
EVEN_STEP = 8.0  # and its rows differ less from the outermost one
MOST_TRIMMED = 0.3  # of a side, at each end
FLAT_STD = 8.0  # below it a picture shows too little to be compared


def trimmed_box(gray: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Find what is inside an even border: a frame, the bands of a video still, the margin of a scan.

    Args:
        gray: uint8 of shape (height, width).

    Returns:
        left, top, right, bottom in pixels, as Pillow has them; the whole picture where there is no border.
    """
    top, bottom = _even_ends(gray)
    left, right = _even_ends(gray[top : gray.shape[0] - bottom].T)
    if top or bottom:  # a frame's rows are even only between its own sides
        return left, top, gray.shape[1] - right, gray.shape[0] - bottom
    top, bottom = _even_ends(gray[:, left : gray.shape[1] - right])
    return left, top, gray.shape[1] - right, gray.shape[0] - bottom


def _even_ends(rows: NDArray[np.uint8]) -> tuple[int, int]:
    """How many rows at the beginning and at the end are of one and the same gray."""
    import numpy as np

    means = rows.mean(axis=1, dtype=np.float32)
    spread = rows.std(axis=1, dtype=np.float32)
    most = int(len(rows) * MOST_TRIMMED)

    def count(order: slice) -> int:
        inner, outer = means[order][:most], spread[order][:most]
        is_border = (outer < EVEN_STD) & (np.abs(inner - inner[:1]) < EVEN_STEP)
        found = int(np.argmin(is_border)) if not is_border.all() else most
        return (
            0 if found == most else found
        )  # even as far as we look: that is the picture itself, not its border

    return count(slice(None)), count(slice(None, None, -1))


def gray_picture(gray: Image.Image, box: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """Squeeze the inside of a box into a square.

    Args:
        gray: mode L.
        box: left, top, right, bottom.

    Returns:
        uint8 of shape (96, 96).
    """
    import numpy as np
    from PIL import Image

    return np.asarray(gray.resize((GRAY_SIDE, GRAY_SIDE), Image.Resampling.BOX, box=box))


def outline(
    square: NDArray[np.uint8], box: tuple[float, float, float, float], aspect: float
) -> NDArray[np.float16]:
    """Describe a gray square, and the crops of it that people make, by their lowest frequencies.

    Args:
        square: uint8 of shape (96, 96).
        box: what part of the photo it shows: left, top, right, bottom as shares of its sides, 0 to 1.
        aspect: width by height of that part.

    Returns:
        float16 of shape (292,): the box, then for the whole and for each of the seven crops of `crops` 6 x 6 coefficients of a
        discrete cosine transform, rows from low to high vertical frequency, of length 1 together. The mean is left out, so
        brightness and contrast change nothing. All zero for a picture with a standard deviation below 8: such ones
        resemble each other by chance.

    Source:
        6 x 6 and the weights (frequency to the power of 0.7, for the 1/f spectrum of photos): best of 16 in our own measurement
        of how far crops lie above strangers, see processing/measuring/duplicates.py.
    """
    import numpy as np

    found = np.zeros(LENGTH, np.float32)
    found[:BOX_VALUES] = box
    if square.std() >= FLAT_STD:
        values = square.astype(np.float32)
        parts = [
            _low_frequencies(values[top:bottom, left:right]) for left, top, right, bottom in crops(aspect)
        ]
        found[BOX_VALUES:] = np.concatenate(parts)
    return found.astype(np.float16)


def crops(aspect: float) -> tuple[tuple[int, int, int, int], ...]:
    """The whole and seven crops: less at all edges, a tenth less at two, the square in the middle.

    Args:
        aspect: width by height of what the gray square shows.

    Returns:
        left, top, right, bottom in pixels of the gray square.
    """
    full, little, tenth = GRAY_SIDE, GRAY_SIDE // 20, GRAY_SIDE // 10
    across, down = (full / aspect, full) if aspect > 1 else (full, full * aspect)
    x, y = round(min(full / 4, (full - across) / 2)), round(min(full / 4, (full - down) / 2))
    return (
        (0, 0, full, full),
        (little, little, full - little, full - little),
        (tenth, tenth, full - tenth, full - tenth),
        (0, 0, full - tenth, full - tenth),
        (tenth, 0, full, full - tenth),
        (0, tenth, full - tenth, full),
        (tenth, tenth, full, full),
        (x, y, full - x, full - y),
    )


def _low_frequencies(values: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    low = _cosines(values.shape[0]) @ values @ _cosines(values.shape[1]).T * _weights()
    return np.asarray((low / max(1e-6, float(np.linalg.norm(low)))).ravel(), np.float32)


@cache
def _cosines(side: int) -> NDArray[np.float32]:
    import numpy as np

    at = (np.arange(side) + 0.5) * np.pi / side
    return np.cos(np.arange(FREQUENCIES)[:, None] * at[None]).astype(np.float32)


@cache
def _weights() -> NDArray[np.float32]:
    import numpy as np

    steps = np.arange(FREQUENCIES)
    weights = np.hypot(steps[:, None], steps[None]) ** 0.7
    weights[0, 0] = 0
    return weights.astype(np.float32)


def turned(values: NDArray[np.float32], turn: int) -> NDArray[np.float32]:
    """Describe photos after a turn from their descriptions before it.

    Args:
        values: float32 of shape (n, 36), coefficients as in `outline`.
        turn: 0 to 7; bit 0 mirrors left and right, bit 1 top and bottom, then bit 2 swaps rows and columns.

    Returns:
        float32 of shape (n, 36).
    """
    import numpy as np

    grid = values.reshape(-1, FREQUENCIES, FREQUENCIES)
    signs = np.where(np.arange(FREQUENCIES) % 2, -1, 1).astype(np.float32)
    if turn & 1:
        grid = grid * signs
    if turn & 2:
        grid = grid * signs[:, None]
    if turn & 4:
        grid = grid.transpose(0, 2, 1)
    return np.ascontiguousarray(grid).reshape(len(values), -1)


def turned_back(values: NDArray[np.float32], turn: int) -> NDArray[np.float32]:
    """Undo `turned`.

    Args:
        values: float32 of shape (n, 36).
        turn: as in `turned`.
    """
    return turned(values, _swapped(turn)) if turn & 4 else turned(values, turn)


def _swapped(turn: int) -> int:
    """Rows and columns are swapped last; undoing it first, the two mirrors change places."""
    return 4 | (turn & 1) << 1 | (turn & 2) >> 1


def turned_square(square: NDArray[np.uint8], turn: int) -> NDArray[np.uint8]:
    """Turn a picture in the same eight ways as `turned`.

    Args:
        square: shape (n, n).
        turn: as in `turned`.
    """
    if turn & 1:
        square = square[:, ::-1]
    if turn & 2:
        square = square[::-1]
    return square.T if turn & 4 else square
