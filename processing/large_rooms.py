"""Average linkage of very many faces: rounds of mutual nearest neighbors, block by block, no square matrix.

Average linkage of squared distances needs only the mean and the spread of each cluster, so that a cluster costs as much as a face.
Two clusters that are each other's nearest can be joined at once without changing the outcome, and one that has nobody within
the limit now will never have: its rows are not looked at again. Numpy only.

Source: reducibility of average linkage, Murtagh (1983), "A survey of recent advances in hierarchical clustering algorithms".
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from processing.linkage import CROWD_MOST, CROWD_USUAL, crowding_of, join_limits

BLOCK_VALUES = 32_000_000  # of a block of distances: 128 MB
CANDIDATES = 8  # of each cluster, nearest first
CROWD_SAMPLE = 4096  # clusters that crowding is measured against
CELL_LIMIT = 0.42  # within the cells of a first sorting, only what is surely one person
MAX_DIRECT = 40_000  # clusters that are compared with all others
CELL_SIZE = 500
MAX_ROUNDS = 60

Penalty = Callable[[int, int], float]


class Clusters:
    """Clusters by their statistics. Those that were joined to another are dead: `parent` says to whom."""

    def __init__(
        self, descriptors: NDArray[np.float32], penalty: Penalty, join: Callable[[int, int], None]
    ) -> None:
        """Start with one cluster for each descriptor.

        Args:
            descriptors: float32 of shape (n, d).
            penalty: what to add to the mean distance of two clusters; infinity as a veto.
            join: called with the cluster that stays and the one that is joined to it.
        """
        self.sums = descriptors.copy()
        self.squares = (descriptors * descriptors).sum(axis=1, dtype=np.float64)
        self.sizes = np.ones(len(descriptors))
        self.parent = np.arange(len(descriptors))
        self.crowding = np.full(len(descriptors), CROWD_USUAL)
        self._penalty, self._join = penalty, join

    def alive(self) -> NDArray[np.intp]:
        """List the clusters that are left."""
        return np.flatnonzero(self.parent == np.arange(len(self.parent)))

    def roots(self) -> NDArray[np.intp]:
        """Say for each descriptor in which cluster it is."""
        roots = self.parent.copy()
        while (roots[roots] != roots).any():
            roots = roots[roots]
        return roots

    def tightness(self, which: NDArray[np.intp]) -> NDArray[np.float64]:
        """Compute the root mean square distance within clusters."""
        sums, sizes = self.sums[which], self.sizes[which]
        centers = np.einsum("ij,ij->i", sums, sums, dtype=np.float64) / sizes**2
        spread = np.maximum(0, self.squares[which] / sizes - centers)
        return np.sqrt(2 * spread * sizes / np.maximum(1, sizes - 1))

    def join(self, kept: int, gone: int) -> None:
        """Join the second cluster to the first."""
        first, second = self.sizes[kept], self.sizes[gone]
        self.crowding[kept] = (first * self.crowding[kept] + second * self.crowding[gone]) / (first + second)
        self.sums[kept] += self.sums[gone]
        self.squares[kept] += self.squares[gone]
        self.sizes[kept] += second
        self.parent[gone] = kept
        self._join(kept, gone)

    def look_around(self) -> None:
        """Measure the crowding of every cluster, against a fair sample of the others."""
        alive = self.alive()
        sample = alive[:: -(-len(alive) // CROWD_SAMPLE)]
        centers = self._centers(sample)
        place = {int(one): at for at, one in enumerate(sample)}
        rows = max(1, BLOCK_VALUES // max(1, len(sample)))
        for start in range(0, len(alive), rows):
            block = alive[start : start + rows]
            near = np.sqrt(self._mean_squares(block, sample, centers))
            for row, one in enumerate(block):
                if int(one) in place:
                    near[row, place[int(one)]] = np.inf
            self.crowding[block] = crowding_of(near) if len(sample) > 1 else CROWD_MOST

    def link(self, threshold: float, stricter: float, among: NDArray[np.intp] | None = None) -> None:
        """Join what is within the threshold and within the limits of `join_limits`, in rounds."""
        active = self.alive() if among is None else among
        for _ in range(MAX_ROUNDS):
            pairs = self._candidates(active, threshold, stricter)
            best = self._best(pairs, threshold, stricter)
            mutual = [
                (first, second) for first, second in best.items() if first < second and best[second] == first
            ]
            if not mutual:
                return
            for first, second in mutual:
                self.join(first, second)
            active = np.unique(np.concatenate((pairs[0], pairs[1]))).astype(np.intp)
            active = active[self.parent[active] == active]

    def _candidates(
        self, active: NDArray[np.intp], threshold: float, stricter: float
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        """List near pairs (first, second, mean distance), the nearest few of each cluster."""
        firsts, seconds, values = [], [], []
        within, centers = self.tightness(active), self._centers(active)
        rows = max(1, BLOCK_VALUES // max(1, len(active)))
        for start in range(0, len(active), rows):
            block = active[start : start + rows]
            squares = self._mean_squares(block, active, centers)
            squares[np.arange(len(block)), start + np.arange(len(block))] = np.inf
            row, column = np.nonzero(squares <= threshold**2)
            first, second = block[row], active[column]
            value = np.sqrt(squares[row, column].astype(np.float64))
            limits = join_limits(
                (self.sizes[first], self.sizes[second]),
                (within[start + row], within[column]),
                (self.crowding[first] + self.crowding[second]) / 2,
            )
            near = value <= limits - stricter
            order = np.lexsort((second[near], value[near], first[near]))
            first, second, value = first[near][order], second[near][order], value[near][order]
            starts = (
                np.flatnonzero(np.r_[True, first[1:] != first[:-1]]) if len(first) else np.zeros(0, np.intp)
            )
            rank = np.arange(len(first)) - np.repeat(starts, np.diff(np.r_[starts, len(first)]))
            firsts.append(first[rank < CANDIDATES])
            seconds.append(second[rank < CANDIDATES])
            values.append(value[rank < CANDIDATES])
        if not firsts:
            return np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0)
        return np.concatenate(firsts), np.concatenate(seconds), np.concatenate(values)

    def _best(
        self,
        pairs: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]],
        threshold: float,
        stricter: float,
    ) -> dict[int, int]:
        """Choose for each cluster the nearest one that nothing speaks against."""
        best: dict[int, int] = {}
        value_of: dict[int, float] = {}
        for first, second, value in zip(*(part.tolist() for part in pairs), strict=True):
            if value >= value_of.get(first, np.inf):
                continue
            extra = self._penalty(first, second)
            if extra and value + extra > min(threshold, self._limit(first, second) - stricter):
                continue
            if value + extra < value_of.get(first, np.inf):
                best[first], value_of[first] = second, value + extra
        return {first: second for first, second in best.items() if second in best}

    def _limit(self, first: int, second: int) -> float:
        both = np.array([first, second])
        within = self.tightness(both)
        sizes = (self.sizes[first], self.sizes[second])
        return float(join_limits(sizes, (within[0], within[1]), float(self.crowding[both].mean())))

    def _centers(self, which: NDArray[np.intp]) -> NDArray[np.float32]:
        return (self.sums[which] / self.sizes[which, None]).astype(np.float32)

    def _mean_squares(
        self, first: NDArray[np.intp], second: NDArray[np.intp], centers: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Compute the mean squared distances between the members of clusters; the centers are those of the second."""
        made = (self._centers(first) * np.float32(-2)) @ centers.T
        made += (self.squares[second] / self.sizes[second]).astype(np.float32)
        made += (self.squares[first] / self.sizes[first]).astype(np.float32)[:, None]
        return np.maximum(made, 0, out=made)

    def nearest_of(self, which: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.intp]:
        """Find the place of the nearest of the others for each cluster."""
        made = np.empty(len(which), np.intp)
        centers = self._centers(others)
        rows = max(1, BLOCK_VALUES // max(1, len(others)))
        for start in range(0, len(which), rows):
            block = which[start : start + rows]
            made[start : start + rows] = self._mean_squares(block, others, centers).argmin(axis=1)
        return made


def link_cells(clusters: Clusters, stricter: float) -> None:
    """Join what is surely one person within cells of similar faces, twice with other cells, while there are too many."""
    for turn in range(4):
        alive = clusters.alive()
        if len(alive) <= MAX_DIRECT:
            return
        cell = clusters.nearest_of(alive, alive[turn::CELL_SIZE])
        order = np.argsort(cell, kind="stable")
        for group in np.split(alive[order], np.flatnonzero(np.diff(cell[order])) + 1):
            clusters.link(CELL_LIMIT, stricter, group)
