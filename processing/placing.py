"""Where pixels go: maps between the pixels of an original and those of its edited copy. Plain Python: pages use it, too.

Coordinates are continuous: a frame of width w reaches from x = 0 to x = w, and the middle of its first pixel is at 0.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from processing.contracts import Region

Matrix = tuple[float, float, float, float, float, float, float, float, float]  # 3 x 3, row by row
SAME: Matrix = (1, 0, 0, 0, 1, 0, 0, 0, 1)
SMALLEST_SHARE = 0.25  # of a box that must be left for it to count as still there
ON_HORIZON = 1e-9


@dataclass(frozen=True, slots=True)
class Placement:
    """The size of a frame and where the pixels of an earlier frame are in it.

    Attributes:
        width, height: in pixels, at least 1.
        matrix: homography from coordinates of the earlier frame to those of this one.
    """

    width: int
    height: int
    matrix: Matrix = SAME

    def then(self, later: Placement) -> Placement:
        """This placement followed by a later one."""
        return Placement(later.width, later.height, multiplied(later.matrix, self.matrix))

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the earlier frame is in this one; (inf, inf) on the horizon of a perspective."""
        return moved(self.matrix, x, y)

    def region(self, box: Region) -> Region | None:
        """The upright box around a box of the earlier frame, cut at this frame's edges; None if less than a quarter is left."""
        corners = [
            self.point(box.x + dx * box.width, box.y + dy * box.height) for dx in (0, 1) for dy in (0, 1)
        ]
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        right, bottom = max(x for x, _ in corners), max(y for _, y in corners)
        if not max(abs(left), abs(top), abs(right), abs(bottom)) < inf:
            return None
        whole = (right - left) * (bottom - top)
        left, top = max(left, 0.0), max(top, 0.0)
        right, bottom = min(right, float(self.width)), min(bottom, float(self.height))
        if right - left < 1 or bottom - top < 1 or (right - left) * (bottom - top) < SMALLEST_SHARE * whole:
            return None
        x, y = round(left), round(top)
        return Region(x, y, max(1, round(right) - x), max(1, round(bottom) - y))


def moved(matrix: Sequence[float], x: float, y: float) -> tuple[float, float]:
    """Apply a homography to a place."""
    a, b, c, d, e, f, g, h, i = matrix
    depth = g * x + h * y + i
    if abs(depth) < ON_HORIZON:
        return inf, inf
    return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth


def multiplied(second: Sequence[float], first: Sequence[float]) -> Matrix:
    """The homography that does `first`, then `second`."""
    rows = [
        sum(second[3 * row + k] * first[3 * k + column] for k in range(3))
        for row in range(3)
        for column in range(3)
    ]
    return tuple(rows)  # type: ignore[return-value]


def inverted(matrix: Sequence[float]) -> Matrix:
    """The homography that undoes one.

    Raises:
        ZeroDivisionError: it can't be undone.
    """
    a, b, c, d, e, f, g, h, i = matrix
    cofactors = (
        e * i - f * h, c * h - b * i, b * f - c * e,
        f * g - d * i, a * i - c * g, c * d - a * f,
        d * h - e * g, b * g - a * h, a * e - b * d,
    )  # fmt: skip
    determinant = a * cofactors[0] + b * cofactors[3] + c * cofactors[6]
    return tuple(value / determinant for value in cofactors)  # type: ignore[return-value]


def shifted(x: float, y: float) -> Matrix:
    """Move by so many pixels."""
    return (1, 0, x, 0, 1, y, 0, 0, 1)


def scaled(x: float, y: float) -> Matrix:
    """Make so many times as wide and high."""
    return (x, 0, 0, 0, y, 0, 0, 0, 1)


def scale_of(matrix: Sequence[float]) -> float:
    """Pixels after a homography per pixel before it, about."""
    a, b, _c, d, e, _f, _g, _h, i = matrix
    return float(abs(a * e - b * d) ** 0.5 / (abs(i) or 1.0))
