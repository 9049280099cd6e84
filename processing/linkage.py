"""Average-linkage clustering with vetoes and limits that follow the clusters: numpy only, float32, one square matrix.

Average linkage joins the two clusters whose members are nearest on average. Two things are added:

- A distance of infinity is a veto: clusters that hold such a pair never become one.
- With `is_adaptive`, how near is near enough depends on how tight the clusters are. Faces of children and of some origins lie
  close together in dlib's space, others far apart, so that no single threshold serves both.

Without both, the result is that of scipy's `linkage(..., "average")`. Source of the update: Lance and Williams (1967); it keeps
infinity. Source of the limits: our measurement, docs/faces.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Two clusters of 3 or more: their distance may be so many times the mean distance within them.
CONTRAST, CONTRAST_SIZE = 1.32, 3
# A smaller one and a cluster of 4 or more: a constant and a share of the mean distance within the larger.
LOOSE_BASE, LOOSE_SHARE, LOOSE_SIZE = 0.35, 0.45, 4
# Two that are smaller still say nothing about tightness: so much below the threshold.
SMALL_STRICTNESS = 0.03


def join_limit(
    small: float, large: float, within_small: float, within_large: float, threshold: float
) -> float:
    """Say how far apart two clusters may be on average and still be one person.

    Args:
        small, large: how many faces they have, the smaller one first.
        within_small, within_large: mean distance between the faces of each.
        threshold: what no distance may exceed.

    Returns:
        Distance.
    """
    if large < LOOSE_SIZE:
        return threshold - SMALL_STRICTNESS
    if small < CONTRAST_SIZE:
        return min(threshold, LOOSE_BASE + LOOSE_SHARE * within_large)
    within = (small * within_small + large * within_large) / (small + large)
    return min(threshold, CONTRAST * within)


class _Clusters:
    """The clusters while they are joined. Row i of the matrix is cluster i; a row that was joined to another is dead."""

    def __init__(
        self,
        distances: NDArray[np.float32],
        sizes: NDArray[np.float64],
        inner: NDArray[np.float64],
    ) -> None:
        self.distances, self.sizes, self.inner = distances, sizes, inner
        self.parent = np.arange(len(distances))
        self.nearest = distances.argmin(axis=1)
        self.nearest_distance = distances[self.parent, self.nearest]

    def limit(self, first: int, second: int, threshold: float) -> float:
        """Say how far apart two clusters may be and still be one person."""
        small, large = sorted((first, second), key=lambda one: self.sizes[one])
        return join_limit(
            self.sizes[small], self.sizes[large], self._tightness(small), self._tightness(large), threshold
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
    is_adaptive: bool = False,
) -> NDArray[np.intp]:
    """Cluster by average linkage.

    Args:
        distances: float32 of shape (n, n), symmetric, infinity as a veto. It is overwritten.
        threshold: clusters farther apart than this stay apart.
        sizes: how many members each of the n things stands for; 1 by default.
        inner: sum of the distances between the members of each thing, each pair once; 0 by default.
        is_adaptive: whether clusters must also be near in comparison with how tight they are.

    Returns:
        Label of each thing, 0 and up, in order of first appearance.
    """
    count = len(distances)
    if count == 0:
        return np.zeros(0, np.intp)
    np.fill_diagonal(distances, np.inf)
    weights = np.ones(count) if sizes is None else np.asarray(sizes, float).copy()
    sums = np.zeros(count) if inner is None else np.asarray(inner, float).copy()
    clusters = _Clusters(distances, weights, sums)
    while True:
        first = int(clusters.nearest_distance.argmin())
        distance = float(clusters.nearest_distance[first])
        if distance > threshold:
            return _labels(clusters.parent)
        second = int(clusters.nearest[first])
        if is_adaptive and distance > clusters.limit(first, second, threshold):
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
