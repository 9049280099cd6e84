"""Finds by how many degrees a photo hangs askew, from the straight lines on it; says nothing where they do not agree.

What is level and what is plumb votes: long edges that are nearly horizontal or vertical. Plumb lines spread like a fan when the
camera looks up or down, so their lean may change evenly from left to right; what counts is their lean in the middle. How much each
kind of vote counts was learned from photos that were turned by known angles.

Source: line segments of Grompone von Gioi et al., LSD: A Fast Line Segment Detector, TPAMI 2010 (OpenCV's); a multinomial
logit over tilts (McFadden, 1974). The weights: `python -m processing.measuring.geometry horizon FOLDER ...`, docs/editing.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE_PX = 800  # longer side; finer lines are texture
MOST_DEGREES, STEP = 13.0, 0.2
SEEN_DEGREES = 20.0  # lines that lean more are neither level nor plumb
LEAST_LENGTH = 0.03  # of the photo's diagonal
SPREADS = (0.3, 0.8)  # degrees: how well lines of one direction agree
MOST_FAN, FAN_STEP, USUAL_FAN = (
    12.0,
    1.5,
    8.0,
)  # degrees that plumb lines lean more at the edge than in the middle
WORTH_DEGREES = 0.5  # hardly anybody sees less
NEAR_DEGREES = 1.0
LEAST_CONFIDENCE = 0.65
# By spread: level, plumb, plumb in a fan, each as root, share and logarithm; squares of level and plumb; both at once. Then how
# seldom photos hang askew.
WEIGHTS = (
    -1.0830, 2.3417, -0.0693, -1.5276, 6.5786, 0.3396, 0.3985, -9.1844, -0.0064, -0.6146, -1.0286, 0.8771,
    -0.1761, 9.9723, 1.1474, 0.7956, -2.7675, 0.3155, 2.0468, 2.9738, 0.4568, -1.7899, 1.1363, -1.1057,
    0.3494, -0.1951,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tilt:
    """How askew a photo hangs.

    Attributes:
        degrees: by which what is on it is turned clockwise; turning it back by as much makes it level.
        confidence: 0 to 1.
    """

    degrees: float
    confidence: float

    @property
    def is_worth_mending(self) -> bool:
        return abs(self.degrees) >= WORTH_DEGREES


def find_tilt(pixels: NDArray[np.uint8], least_confidence: float = LEAST_CONFIDENCE) -> Tilt | None:
    """Find out how askew a photo hangs.

    Args:
        pixels: uint8 of shape (h, w, 3 or 4), RGB.
        least_confidence: what is less sure is not said.

    Returns:
        The tilt, or None if the lines do not agree or there are too few.
    """
    lines = find_lines(pixels)
    tilt = judge(lines) if len(lines) else None
    return tilt if tilt is not None and tilt.confidence >= least_confidence else None


def find_lines(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Find straight edges that are long enough to be built things or a horizon.

    Args:
        pixels: uint8 of shape (h, w, 3 or 4), RGB.

    Returns:
        float64 of shape (n, 4): x and y of the middle, -1 to 1 from edge to edge; direction in degrees, -90 to 90, 0 is horizontal
        and positive is falling to the right; length in diagonals of the photo.
    """
    import cv2
    import numpy as np

    gray: Any = cv2.cvtColor(np.ascontiguousarray(pixels[:, :, :3]), cv2.COLOR_RGB2GRAY)
    factor = SIDE_PX / max(gray.shape)
    if factor < 1:
        size = max(1, round(gray.shape[1] * factor)), max(1, round(gray.shape[0] * factor))
        gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    height, width = gray.shape
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(gray)[0]
    if found is None:
        return np.empty((0, 4))
    x0, y0, x1, y1 = found.reshape(-1, 4).astype(np.float64).T
    direction = np.degrees(np.arctan2(y1 - y0, x1 - x0))
    direction = (direction + 90) % 180 - 90
    length = np.hypot(x1 - x0, y1 - y0) / np.hypot(width, height)
    across, down = (x0 + x1) / width - 1, (y0 + y1) / height - 1
    return np.column_stack([across, down, direction, length])[length >= LEAST_LENGTH]


def judge(lines: NDArray[np.float64]) -> Tilt:
    """Find the tilt that the lines speak for.

    Args:
        lines: as `find_lines` gives them, at least one.

    Returns:
        The likeliest tilt and how likely it is that the true one is within a degree of it.
    """
    import numpy as np

    return weigh(count_votes(lines) @ np.array(WEIGHTS))


def weigh(scores: NDArray[np.float64]) -> Tilt:
    """Choose among all tilts.

    Args:
        scores: float64, one for each of `tilts()`: logarithms of likelihoods, up to a constant.

    Returns:
        As `judge`.
    """
    import numpy as np

    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    every = tilts()
    near = chances * (np.abs(every - every[chances.argmax()]) <= NEAR_DEGREES)
    return Tilt(round(float((near * every).sum() / near.sum()), 2), round(float(near.sum()), 3))


def tilts() -> NDArray[np.float64]:
    """Every tilt that is thought of, in degrees: float64 of shape (n,)."""
    import numpy as np

    return np.arange(-MOST_DEGREES, MOST_DEGREES + STEP / 2, STEP)


def count_votes(lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Let the lines vote on the tilt.

    Args:
        lines: as `find_lines` gives them.

    Returns:
        float64 of shape (n, 26): for each of `tilts()` the votes of each kind, as `WEIGHTS` lists them.
    """
    import numpy as np

    every = tilts()
    across, direction, weight = lines[:, 0], lines[:, 2], lines[:, 3]
    lean = (direction % 180) - 90
    level, plumb = np.abs(direction) <= SEEN_DEGREES, np.abs(lean) <= SEEN_DEGREES
    total = weight.sum() + 0.3
    columns = []
    for spread in SPREADS:
        of_level = _agreement(direction[level], every, spread)
        of_plumb = _agreement(lean[plumb], every, spread)
        votes = [
            of_level @ weight[level],
            of_plumb @ weight[plumb],
            _fanned(lean[plumb], across[plumb], weight[plumb], spread),
        ]
        columns += [column for vote in votes for column in (np.sqrt(vote), vote / total, np.log(vote + 0.05))]
        columns += [np.sqrt(of_level @ weight[level] ** 2), np.sqrt(of_plumb @ weight[plumb] ** 2)]
        columns.append(np.sqrt(votes[0] * votes[2]))
    return np.stack([*columns, -((every / 5) ** 2), -np.abs(every) / 5], axis=1)


def _fanned(
    lean: NDArray[np.float64], across: NDArray[np.float64], weight: NDArray[np.float64], spread: float
) -> NDArray[np.float64]:
    """Votes of plumb lines by tilt, each with the fan that suits it best."""
    import numpy as np

    every = tilts()
    best = np.zeros(len(every))
    for fan in np.arange(-MOST_FAN, MOST_FAN + 0.1, FAN_STEP):
        votes = _agreement(lean - fan * across, every, spread) @ weight
        np.maximum(best, votes * np.exp(-0.5 * (fan / USUAL_FAN) ** 2), out=best)
    return best


def _agreement(found: NDArray[np.float64], every: NDArray[np.float64], spread: float) -> NDArray[np.float64]:
    """How well each line (column) agrees with each tilt (row), 0 to 1."""
    import numpy as np

    return np.asarray(np.exp(-0.5 * ((found[None] - every[:, None]) / spread) ** 2))
