"""Which photos of a room may be copies of which: a quick search with few misses; processing/same_shot.py decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processing import outlines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# How alike outlines must be, 0 to 1, where one is the whole photo, a crop of it, or turned.
LEAST_WHOLE, LEAST_CROPPED, LEAST_TURNED = 0.8, 0.84, 0.9
MOST_BITS = 44  # of 256 that may differ between perceptual hashes
MOST_CANDIDATES = 40  # of one photo, the most alike ones
BLOCK = 64  # photos that are compared with all others at once
TURNS = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two photos that may be one shot, as numbers of rows.

    Attributes:
        new, old: rows of the two tables.
        turn: of the old one, as in `outlines.turned`.
        crop: which crop of one of them looks like the other, as in `outlines.crops`; 0 if none.
        is_new_cropped: whether it is a crop of the new one.
        likeness: 0 to 1.
    """

    new: int
    old: int
    turn: int
    crop: int
    is_new_cropped: bool
    likeness: float


def candidates(
    new: tuple[NDArray[np.uint8], NDArray[np.float16]], old: tuple[NDArray[np.uint8], NDArray[np.float16]]
) -> list[Candidate]:
    """Find pairs that may be copies, each pair of rows once.

    Args:
        new: perceptual hashes uint8 of shape (n, 32) and outlines float16 of shape (n, 292).
        old: the same of m photos; a photo that is in both tables finds itself.

    Returns:
        At most 40 for each new photo, the most alike first; flat photos are in none.
    """
    import numpy as np

    if not len(new[0]) or not len(old[0]):
        return []
    there = _parts(old[1])
    found: list[Candidate] = []
    for start in range(0, len(new[0]), BLOCK):
        here = _parts(new[1][start : start + BLOCK])
        hashes = new[0][start : start + BLOCK]
        best = np.full((len(hashes), len(old[0])), 0.0, np.float32)
        how = np.zeros(best.shape, np.int16)
        for code, likeness in _comparisons(here, there):
            better = likeness > best
            best[better] = likeness[better]
            how[better] = code
        is_near = _near_hashes(hashes, old[0]) & (np.abs(here[0]).sum(axis=1) > 0)[:, None]
        best = np.where(is_near, np.maximum(best, 1.0 - MOST_BITS / 256), best)
        found += _chosen(best, how, start)
    return found


def _parts(values: NDArray[np.float16]) -> list[NDArray[np.float32]]:
    """Outlines of the whole and of each crop, float32 of shape (n, 36) each."""
    import numpy as np

    numbers = values[:, outlines.BOX_VALUES :].astype(np.float32)
    return [np.ascontiguousarray(part) for part in np.split(numbers, outlines.CROPS, axis=1)]


def _comparisons(
    here: list[NDArray[np.float32]], there: list[NDArray[np.float32]]
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Likenesses of every kind, those that are too small as 0. The code: turn + 8 * crop, + 64 if the new one is cropped."""
    import numpy as np

    def above(one: NDArray[np.float32], other: NDArray[np.float32], least: float) -> NDArray[np.float32]:
        likeness = one @ other.T
        return np.where(likeness >= least, likeness, 0).astype(np.float32)

    yield 0, above(here[0], there[0], LEAST_WHOLE)
    for crop in range(1, outlines.CROPS):
        yield 8 * crop, above(here[0], there[crop], LEAST_CROPPED)
        yield 8 * crop + 64, above(here[crop], there[0], LEAST_CROPPED)
    for turn in range(1, TURNS):
        # A turn and its reverse: (turned old) . new = old . (new turned back).
        yield turn, above(outlines.turned_back(here[0], turn), there[0], LEAST_TURNED)


def _near_hashes(new: NDArray[np.uint8], old: NDArray[np.uint8]) -> NDArray[np.bool_]:
    import numpy as np

    ours, theirs = np.ascontiguousarray(new).view(np.uint64), np.ascontiguousarray(old).view(np.uint64)
    bits = np.zeros((len(ours), len(theirs)), np.uint16)
    for word in range(ours.shape[1]):
        bits += np.bitwise_count(ours[:, word][:, None] ^ theirs[:, word][None])
    return bits <= MOST_BITS


def _chosen(best: NDArray[np.float32], how: NDArray[np.int16], start: int) -> Iterator[Candidate]:
    import numpy as np

    for row, likenesses in enumerate(best):
        at: Sequence[int] = np.flatnonzero(likenesses).tolist()
        for old in sorted(at, key=lambda column: (-likenesses[column], column))[: MOST_CANDIDATES + 1]:
            code = int(how[row, old])
            yield Candidate(start + row, old, code % 8, code // 8 % 8, code >= 64, float(likenesses[old]))
