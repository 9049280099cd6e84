"""Average-linkage clustering with vetoes and limits that follow the clusters: numpy only, float32, one square matrix.

Average linkage joins the two clusters whose members are nearest on average. Two things are added:

- A distance of infinity is a veto: clusters that hold such a pair never become one.
- With `crowding`, how near is near enough depends on how tight the clusters are and how crowded the space around them is.
  Faces of children and of some origins lie close together in dlib's space, others far apart: no single threshold serves both.

Without both, the result is that of scipy's `linkage(..., "average")`. Source of the update: Lance and Williams (1967); it keeps
infinity. Source of the limits: our measurement, docs/faces.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Crowding of a cluster: mean distance to the third to eighth nearest other ones, those nearer may be the same person.
CROWD_FROM, CROWD_TO = 2, 8
CROWD_USUAL, CROWD_MOST = (
    0.62,
    0.68,
)  # what it is in a room of 400 people; beyond the second it says nothing more
FAR = 2.0  # distances beyond are penalties or vetoes, not looks
# Limits in the usual crowd, and how much they follow it. Two clusters of less than 4 faces: a distance.
SMALL_LIMIT, SMALL_CROWD = 0.503, 0.8
# One of 1 or 2 faces and one of 4 or more: a constant and a share of the mean distance within the larger one.
LOOSE_BASE, LOOSE_SHARE, LOOSE_CROWD, LOOSE_SIZE = 0.318, 0.5, 0.4, 4
# Two clusters of 3 or more: so many times the mean distance within them.
CONTRAST, CONTRAST_CROWD, CONTRAST_SIZE = 1.33, 0.25, 3


def join_limits(
    sizes: tuple[NDArray[np.floating] | float, NDArray[np.floating] | float],
    within: tuple[NDArray[np.floating] | float, NDArray[np.floating] | float],
    crowding: NDArray[np.floating] | float = CROWD_USUAL,
) -> NDArray[np.float64]:
    """Say how far apart two clusters may be on average and still be one person; for many pairs at once.

    Args:
        sizes: how many faces the first and the second of each pair have.
        within: mean distance between the faces of each; anything for a single face.
        crowding: mean of the crowding of the two, see `crowding_of`.

    Returns:
        float64, one distance a pair.
    """
    is_turned = np.asarray(sizes[0]) > sizes[1]
    small, large = np.minimum(*sizes), np.maximum(*sizes)
    within_small, within_large = (
        np.where(is_turned, within[1], within[0]),
        np.where(is_turned, within[0], within[1]),
    )
    crowd = np.minimum(crowding, CROWD_MOST) - CROWD_USUAL
    mean_within = (small * within_small + large * within_large) / (small + large)
    return np.where(
        large < LOOSE_SIZE,
        SMALL_LIMIT + SMALL_CROWD * crowd,
        np.where(
            small < CONTRAST_SIZE,
            LOOSE_BASE + LOOSE_SHARE * within_large + LOOSE_CROWD * crowd,
            CONTRAST * mean_within + CONTRAST_CROWD * crowd,
        ),
    )


def crowding_of(distances: NDArray[np.float32]) -> NDArray[np.float32]:
    """Measure how crowded the space around things is.

    Args:
        distances: float32 of shape (n, m): to all others, in any order; values beyond FAR do not count.

    Returns:
        float32 of shape (n,): the mean of the third to eighth smallest; CROWD_MOST where there are none.
    """
    if distances.shape[1] <= CROWD_FROM:
        return np.full(len(distances), CROWD_MOST, np.float32)
    most = min(CROWD_TO, distances.shape[1])
    near = np.partition(distances, range(CROWD_FROM, most), axis=1)[:, CROWD_FROM:most]
    counts = (near <= FAR).sum(axis=1)
    sums = np.where(near <= FAR, near, 0).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), CROWD_MOST).astype(np.float32)


class _Clusters:
    """The clusters while they are joined. Row i of the matrix is cluster i; a row that was joined to another is dead."""

    def __init__(
        self,
        distances: NDArray[np.float32],
        sizes: NDArray[np.float64],
        inner: NDArray[np.float64],
        crowding: NDArray[np.float64],
    ) -> None:
        self.distances, self.sizes, self.inner, self.crowding = distances, sizes, inner, crowding
        self.parent = np.arange(len(distances))
        self.nearest = distances.argmin(axis=1)
        self.nearest_distance = distances[self.parent, self.nearest]

    def limit(self, first: int, second: int) -> float:
        """Say how far apart two clusters may be and still be one person."""
        return float(
            join_limits(
                (self.sizes[first], self.sizes[second]),
                (self._tightness(first), self._tightness(second)),
                (self.crowding[first] + self.crowding[second]) / 2,
            )
        )

    def _tightness(self, one: int) -> float:
        return float(self.inner[one] / max(1, self.sizes[one] * (self.sizes[one] - 1) / 2))

    def veto(self, first: int, second: int) -> None:
        """Keep two clusters apart for good."""
        self.distances[first, second] = self.distances[second, first] = np.inf
        self._look_again([first, second])

    def join(self, kept: int, gone: int, distance: float) -> None:
        """Join the second cluster to the first."""
        first, second = self.sizes[kept], self.sizes[gone]
        self.inner[kept] += self.inner[gone] + first * second * distance
        self.sizes[kept] = total = first + second
        self.crowding[kept] = (first * self.crowding[kept] + second * self.crowding[gone]) / total
        row = self.distances[kept] * np.float32(first / total) + self.distances[gone] * np.float32(
            second / total
        )
        row[kept] = np.inf
        touched = np.flatnonzero((self.nearest == kept) | (self.nearest == gone))
        self.distances[kept, :] = self.distances[:, kept] = row
        self.distances[gone, :] = self.distances[:, gone] = np.inf
        self.parent[gone] = kept
        self._look_again(np.union1d(touched, [kept, gone]))

    def _look_again(self, rows: NDArray[np.intp] | list[int]) -> None:
        for row in rows:
            self.nearest[row] = self.distances[row].argmin()
            self.nearest_distance[row] = self.distances[row, self.nearest[row]]


def average_linkage(
    distances: NDArray[np.float32],
    threshold: float,
    *,
    sizes: NDArray[np.integer] | None = None,
    inner: NDArray[np.floating] | None = None,
    crowding: NDArray[np.floating] | None = None,
    stricter: float = 0.0,
) -> NDArray[np.intp]:
    """Cluster by average linkage.

    Args:
        distances: float32 of shape (n, n), symmetric, infinity as a veto. It is overwritten.
        threshold: clusters farther apart than this stay apart.
        sizes: how many members each of the n things stands for; 1 by default.
        inner: sum of the distances between the members of each thing, each pair once; 0 by default.
        crowding: of each thing; if given, clusters must also be within `join_limits`.
        stricter: how much to take from those limits.

    Returns:
        Label of each thing, 0 and up, in order of first appearance.
    """
    count = len(distances)
    if count == 0:
        return np.zeros(0, np.intp)
    np.fill_diagonal(distances, np.inf)
    weights = np.ones(count) if sizes is None else np.asarray(sizes, float).copy()
    sums = np.zeros(count) if inner is None else np.asarray(inner, float).copy()
    crowds = np.zeros(count) if crowding is None else np.asarray(crowding, float).copy()
    clusters = _Clusters(distances, weights, sums, crowds)
    while True:
        first = int(clusters.nearest_distance.argmin())
        distance = float(clusters.nearest_distance[first])
        if distance > threshold:
            return _labels(clusters.parent)
        second = int(clusters.nearest[first])
        if crowding is not None and distance > clusters.limit(first, second) - stricter:
            clusters.veto(first, second)
        else:
            clusters.join(min(first, second), max(first, second), distance)


def _labels(parent: NDArray[np.intp]) -> NDArray[np.intp]:
    roots = parent.copy()
    while (roots[roots] != roots).any():
        roots = roots[roots]
    _, first, inverse = np.unique(roots, return_index=True, return_inverse=True)
    order = np.empty(len(first), np.intp)
    order[np.argsort(first, kind="stable")] = np.arange(len(first))
    return order[inverse]
