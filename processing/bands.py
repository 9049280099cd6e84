"""Works through a large picture in bands of rows on all cores, so that what is held in floats stays small."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Make = Callable[[NDArray[np.uint8], int], NDArray[np.uint8]]

BAND_PIXELS = 1 << 19  # 6 MB as three planes of floats
GRID = 32  # bands begin at multiples of it, so that every level of a pyramid has the same grid in all of them
FEWEST_HALOS = 6  # in the rows of a band, or most work would be done twice
MOST_THREADS = 4  # each holds a band of floats


def in_bands(
    pixels: NDArray[np.uint8],
    make: Make,
    *,
    halo: int = 0,
    check: Callable[[], None] = lambda: None,
) -> NDArray[np.uint8]:
    """Change a picture band by band.

    Args:
        pixels: uint8 of shape (h, w, 3 or 4); transparency stays as it is.
        make: gets rows of the picture, uint8 (rows, w, 3), and the number of the first; answers as many. Runs in threads.
        halo: rows above and below that it has to see; rounded up to a multiple of `GRID`.
        check: called between bands in the caller's thread; what it raises ends the work.

    Returns:
        uint8 of the same shape.
    """
    height, width = pixels.shape[:2]
    halo = -(-halo // GRID) * GRID
    rows = max(GRID, BAND_PIXELS // max(1, width) // GRID * GRID, FEWEST_HALOS * halo)
    made = pixels.copy()

    def work(top: int) -> None:
        first, last = max(0, top - halo), min(height, top + rows + halo)
        done = make(pixels[first:last, :, :3], first)
        made[top : top + rows, :, :3] = done[top - first : top - first + min(rows, height - top)]

    tops = range(0, height, rows)
    if len(tops) == 1:
        work(0)
        return made
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        waiting = [pool.submit(work, top) for top in tops]
        try:
            for one in waiting:
                one.result()
                check()
        finally:
            pool.shutdown(cancel_futures=True)
    return made
