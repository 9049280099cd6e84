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

    @property
    def scale(self) -> float:
        """Pixels of this frame per pixel of the earlier one, in the middle of this frame."""
        return scale_of(self.matrix, *moved(inverted(self.matrix), self.width / 2, self.height / 2))

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the earlier frame is in this one; (inf, inf) on the horizon of a perspective."""
        return moved(self.matrix, x, y)

    def region(self, box: Region) -> Region | None:
        """The upright box around what is to be seen of a box of the earlier frame; None if less than a quarter of it is left."""
        seen = self._seen(_corners(box))
        if len(seen) < 3 or _area(seen) < SMALLEST_SHARE * box.width * box.height:
            return None
        places = [self.point(*place) for place in seen]
        left, right = min(x for x, _ in places), max(x for x, _ in places)
        top, bottom = min(y for _, y in places), max(y for _, y in places)
        if not right - left >= 1 or not bottom - top >= 1:
            return None
        x, y = max(0, round(left)), max(0, round(top))
        return Region(
            x, y, max(1, min(self.width, round(right)) - x), max(1, min(self.height, round(bottom)) - y)
        )

    def surroundings(self, box: Region) -> tuple[float, float, float, float] | None:
        """Left, top, right and bottom of a box of the earlier frame, also beyond this frame's edges; None if nothing of it is seen.

        Where a part of it lies behind the horizon of a perspective, that has no place here: then of what is seen alone.
        """
        corners = _corners(box)
        if any(self._depth(*corner) <= ON_HORIZON for corner in corners):
            corners = self._seen(corners)
        if len(corners) < 3:
            return None
        places = [self.point(*corner) for corner in corners]
        across, down = [x for x, _ in places], [y for _, y in places]
        return min(across), min(down), max(across), max(down)

    def _depth(self, x: float, y: float) -> float:
        """Above 0 before the horizon."""
        return self.matrix[6] * x + self.matrix[7] * y + self.matrix[8]

    def _seen(self, corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """The part of a convex outline of the earlier frame that is inside of this frame and before its horizon.

        Source: Sutherland and Hodgman, Reentrant Polygon Clipping, 1974; on the earlier frame each edge of this one is a line.
        """
        a, b, c, d, e, f, g, h, i = self.matrix
        edges = (
            (g, h, i - ON_HORIZON),
            (a, b, c),
            (d, e, f),
            (self.width * g - a, self.width * h - b, self.width * i - c),
            (self.height * g - d, self.height * h - e, self.height * i - f),
        )
        left = list(corners)
        for edge in edges:
            left = _cut(left, edge)
        return left


def _corners(box: Region) -> list[tuple[float, float]]:
    return [
        (float(box.x + dx * box.width), float(box.y + dy * box.height))
        for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]


def _cut(
    outline: Sequence[tuple[float, float]], edge: tuple[float, float, float]
) -> list[tuple[float, float]]:
    """What of an outline is on the inner side of a line, where p x + q y + r >= 0."""
    p, q, r = edge
    kept: list[tuple[float, float]] = []
    for (x, y), (after_x, after_y) in zip(outline, [*outline[1:], *outline[:1]], strict=True):
        here, there = p * x + q * y + r, p * after_x + q * after_y + r
        if here >= 0:
            kept.append((x, y))
        if (here < 0) != (there < 0):
            share = here / (here - there)
            kept.append((x + share * (after_x - x), y + share * (after_y - y)))
    return kept


def _area(outline: Sequence[tuple[float, float]]) -> float:
    pairs = zip(outline, [*outline[1:], *outline[:1]], strict=True)
    return abs(sum(x * after_y - after_x * y for (x, y), (after_x, after_y) in pairs)) / 2


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


def scale_of(matrix: Sequence[float], x: float = 0.0, y: float = 0.0) -> float:
    """Pixels after a homography per pixel before it, at a place before it; 0 on its horizon."""
    a, b, c, d, e, f, g, h, i = matrix
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    depth = abs(g * x + h * y + i)
    return 0.0 if depth < ON_HORIZON else float((abs(determinant) / depth**3) ** 0.5)
