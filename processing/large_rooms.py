"""Average linkage of very many faces: rounds of mutual nearest neighbors, block by block, no square matrix.

Average linkage of squared distances needs only the mean and the spread of each cluster, so that a cluster costs as much as a face.
Two clusters that are each other's nearest can be joined at once without changing the outcome, and one that has nobody within
the limit now will never have: the near pairs are looked for once, then followed from round to round. Numpy only.

Source: reducibility of average linkage, Murtagh (1983), "A survey of recent advances in hierarchical clustering algorithms".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from processing.descriptors import ranks
from processing.linkage import CROWD_MOST, CROWD_USUAL, crowding_of, join_limits

BLOCK_VALUES = 32_000_000  # of a block of distances: 128 MB
PAIR_BLOCK = 100_000
CANDIDATES = 16  # of each cluster, nearest first
CROWD_SAMPLE = 4096  # clusters that crowding is measured against
CELL_LIMIT = 0.42  # within the cells of a first sorting, only what is surely one person
MAX_DIRECT = 40_000  # clusters that are compared with all others
CELL_SIZE = 500
MAX_ROUNDS = 300

Penalty = Callable[[int, int], float]


class _Pairs(NamedTuple):
    """Pairs of clusters in both directions, with their mean distances."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    value: NDArray[np.float64]


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
        self.changed = np.zeros(len(descriptors), bool)
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
        self.changed[kept] = True
        self._join(kept, gone)

    def look_around(self) -> None:
        """Measure the crowding of every cluster, against a fair sample of the others."""
        alive = self.alive()
        sample = alive[:: -(-len(alive) // CROWD_SAMPLE)]
        columns = self._right(sample)
        place = {int(one): at for at, one in enumerate(sample)}
        rows = max(1, BLOCK_VALUES // max(1, len(sample)))
        for start in range(0, len(alive), rows):
            block = alive[start : start + rows]
            near = np.sqrt(np.maximum(self._left(block) @ columns, 0))
            for row, one in enumerate(block):
                if int(one) in place:
                    near[row, place[int(one)]] = np.inf
            self.crowding[block] = crowding_of(near) if len(sample) > 1 else CROWD_MOST

    def link(self, threshold: float, stricter: float, among: NDArray[np.intp] | None = None) -> None:
        """Join what is within the threshold and within the limits of `join_limits`, in rounds.

        Args:
            threshold: mean distance beyond which nothing is joined.
            stricter: how much to take from the limits.
            among: the clusters to look at; all of them by default.
        """
        pairs = self._near_pairs(self.alive() if among is None else among, threshold)
        for _ in range(MAX_ROUNDS):
            best = self._best(pairs, threshold, stricter)
            mutual = [(one, other) for one, other in best.items() if one < other and best[other] == one]
            if not mutual:
                return
            for one, other in mutual:
                self.join(one, other)
            pairs = self._follow(pairs, threshold)

    def _near_pairs(self, active: NDArray[np.intp], threshold: float) -> _Pairs:
        """List the pairs within the threshold, the nearest few of each cluster."""
        parts = [np.zeros((2, 0), np.intp)]
        values = [np.zeros(0)]
        others = self._right(active)
        rows = max(1, BLOCK_VALUES // max(1, len(active)))
        for start in range(0, len(active), rows):
            squares = self._left(active[start : start + rows]) @ others
            np.fill_diagonal(squares[:, start:], np.inf)
            row, column = np.nonzero(squares <= threshold**2)
            value = squares[row, column]
            order = np.lexsort((column, value, row))
            order = order[ranks(row[order]) < CANDIDATES]
            parts.append(np.stack((active[start + row[order]], active[column[order]])))
            values.append(np.sqrt(np.maximum(value[order], 0)).astype(np.float64))
        first, second = np.concatenate(parts, axis=1)
        return _unique(first, second, np.concatenate(values))

    def _follow(self, pairs: _Pairs, threshold: float) -> _Pairs:
        """Carry the pairs over to the clusters that were made of theirs, with their distances now."""
        first, second = self.parent[pairs.first], self.parent[pairs.second]
        is_changed = self.changed[first] | self.changed[second]
        value = pairs.value.copy()
        value[is_changed] = self._distances(first[is_changed], second[is_changed])
        self.changed[:] = False
        kept = (first != second) & (value <= threshold)
        return _unique(first[kept], second[kept], value[kept])

    def _distances(self, first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.float64]:
        made = np.empty(len(first))
        for start in range(0, len(first), PAIR_BLOCK):
            one, other = first[start : start + PAIR_BLOCK], second[start : start + PAIR_BLOCK]
            inner = np.einsum("ij,ij->i", self.sums[one], self.sums[other], dtype=np.float64)
            inner /= self.sizes[one] * self.sizes[other]
            squares = (
                self.squares[one] / self.sizes[one] + self.squares[other] / self.sizes[other] - 2 * inner
            )
            made[start : start + PAIR_BLOCK] = np.sqrt(np.maximum(squares, 0))
        return made

    def _limits(self, first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.float64]:
        which, place = np.unique(np.concatenate((first, second)), return_inverse=True)
        within = self.tightness(which)[place]
        return join_limits(
            (self.sizes[first], self.sizes[second]),
            (within[: len(first)], within[len(first) :]),
            (self.crowding[first] + self.crowding[second]) / 2,
        )

    def _best(self, pairs: _Pairs, threshold: float, stricter: float) -> dict[int, int]:
        """Choose for each cluster the nearest one that nothing speaks against; only those that chose somebody are asked."""
        limits = np.minimum(threshold, self._limits(pairs.first, pairs.second) - stricter)
        near = pairs.value <= limits
        first, second, value, limits = pairs.first[near], pairs.second[near], pairs.value[near], limits[near]
        order = np.lexsort((second, value, first))
        best: dict[int, int] = {}
        value_of: dict[int, float] = {}
        columns = (part[order].tolist() for part in (first, second, value, limits))
        for one, other, distance, limit in zip(*columns, strict=True):
            known = value_of.get(one, np.inf)
            if distance >= known:
                continue
            total = distance + self._penalty(one, other)
            if total <= limit and total < known:
                best[one], value_of[one] = other, total
        return {one: other for one, other in best.items() if other in best}

    def _left(self, which: NDArray[np.intp]) -> NDArray[np.float32]:
        """Make the rows whose product with the columns of `_right` is the mean squared distance between clusters."""
        means = self.sums[which] / self.sizes[which, None]
        squares = self.squares[which] / self.sizes[which]
        return np.hstack((-2 * means, squares[:, None], np.ones((len(which), 1)))).astype(np.float32)

    def _right(self, which: NDArray[np.intp]) -> NDArray[np.float32]:
        means = self.sums[which] / self.sizes[which, None]
        squares = self.squares[which] / self.sizes[which]
        return np.hstack((means, np.ones((len(which), 1)), squares[:, None])).astype(np.float32).T

    def nearest_of(self, which: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.intp]:
        """Find the place of the nearest of the others for each cluster."""
        made = np.empty(len(which), np.intp)
        columns = self._right(others)
        rows = max(1, BLOCK_VALUES // max(1, len(others)))
        for start in range(0, len(which), rows):
            made[start : start + rows] = (self._left(which[start : start + rows]) @ columns).argmin(axis=1)
        return made


def _unique(first: NDArray[np.intp], second: NDArray[np.intp], value: NDArray[np.float64]) -> _Pairs:
    """Keep each pair once in each direction."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((value, high, low))
    low, high, value = low[order], high[order], value[order]
    is_first = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])][: len(low)]
    low, high, value = low[is_first], high[is_first], value[is_first]
    return _Pairs(np.concatenate((low, high)), np.concatenate((high, low)), np.concatenate((value, value)))


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
