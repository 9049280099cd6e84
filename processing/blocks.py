"""Works on a photo in blocks of rows, several at once: memory is bounded, and each block stays in a processor's cache."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

BLOCK_PIXELS = 1 << 16  # 768 KB as floats
MOST_THREADS = 4  # numpy and OpenCV let go of Python's lock while they count


def over_rows(
    height: int, width: int, work: Callable[[int, int], None], check: Callable[[], None] = lambda: None
) -> None:
    """Call a function for each block of rows of a photo.

    Args:
        height, width: of the photo in pixels.
        work: given the first row of a block and the row after its last; called in several threads.
        check: called between blocks, in the caller's thread; what it raises ends the work.
    """
    rows = max(1, BLOCK_PIXELS // max(1, width))
    tops = range(0, height, rows)

    threads = min(MOST_THREADS, os.cpu_count() or 1, len(tops))
    if threads <= 1:
        for top in tops:
            check()
            work(top, min(height, top + rows))
        return
    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(work, top, min(height, top + rows)) for top in tops]
        try:
            for future in futures:
                check()
                future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
