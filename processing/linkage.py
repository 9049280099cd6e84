"""Average-linkage clustering with vetoes: numpy only, float32, memory of one square matrix.

Average linkage joins the two clusters whose members are nearest on average. A distance of infinity is a veto: clusters that
hold such a pair never become one. With finite distances the result is that of scipy's `linkage(..., "average")`.

Source: F. Murtagh, "A survey of recent advances in hierarchical clustering algorithms" (1983), nearest-neighbor chain; the
update is that of Lance and Williams, which keeps infinity.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def average_linkage(
    distances: NDArray[np.float32], threshold: float, sizes: NDArray[np.integer] | None = None
) -> NDArray[np.intp]:
    """Cluster by average linkage.

    Args:
        distances: float32 of shape (n, n), symmetric, infinity as a veto. It is overwritten.
        threshold: clusters farther apart than this stay apart.
        sizes: how many members each of the n things stands for; 1 by default.

    Returns:
        Label of each thing, 0 and up, in order of first appearance.
    """
    count = len(distances)
    weights = np.ones(count) if sizes is None else np.asarray(sizes, float).copy()
    np.fill_diagonal(distances, np.inf)
    parent = np.arange(count)
    is_alive = np.ones(count, bool)
    chain: list[int] = []
    start = 0
    while True:
        if not chain:
            while start < count and not is_alive[start]:
                start += 1
            if start == count:
                break
            chain.append(start)
        here = chain[-1]
        nearest = int(np.argmin(distances[here]))
        distance = distances[here, nearest]
        if distance > threshold:
            # Nothing is near enough to `here`, now or later: merging only moves the others away (reducibility).
            is_alive[here] = False
            distances[here, :] = distances[:, here] = np.inf
            chain.pop()
            continue
        if len(chain) > 1 and distances[here, chain[-2]] <= distance:
            other = chain[-2]
            del chain[-2:]
            _merge(distances, weights, min(here, other), max(here, other))
            parent[max(here, other)] = min(here, other)
            is_alive[max(here, other)] = False
            continue
        chain.append(nearest)
    return _labels(parent)


def _merge(distances: NDArray[np.float32], weights: NDArray[np.float64], kept: int, gone: int) -> None:
    total = weights[kept] + weights[gone]
    row = distances[kept] * np.float32(weights[kept] / total) + distances[gone] * np.float32(
        weights[gone] / total
    )
    row[kept] = np.inf
    distances[kept, :] = distances[:, kept] = row
    distances[gone, :] = distances[:, gone] = np.inf
    weights[kept] = total


def _labels(parent: NDArray[np.intp]) -> NDArray[np.intp]:
    roots = parent.copy()
    while (roots[roots] != roots).any():
        roots = roots[roots]
    _, first, inverse = np.unique(roots, return_index=True, return_inverse=True)
    order = np.empty(len(first), np.intp)
    order[np.argsort(first, kind="stable")] = np.arange(len(first))
    return order[inverse]
