"""Distances between face descriptors, in blocks, so that memory stays small."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 2048


def distances(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compute all Euclidean distances between two sets of descriptors.

    Args:
        first: float32 of shape (n, d).
        second: float32 of shape (m, d).

    Returns:
        float32 of shape (n, m).
    """
    squares = (second * second).sum(axis=1)
    made = np.empty((len(first), len(second)), np.float32)
    for start in range(0, len(first), BLOCK):
        block = first[start : start + BLOCK]
        part = made[start : start + BLOCK]
        np.matmul(block, second.T, out=part)
        part *= -2
        part += squares
        part += (block * block).sum(axis=1)[:, None]
        np.maximum(part, 0, out=part)
        np.sqrt(part, out=part)
    return made


def mean_distances(
    faces: NDArray[np.float32], members: NDArray[np.float32], labels: NDArray[np.intp], count: int
) -> NDArray[np.float32]:
    """Compute each face's mean distance to each group.

    Args:
        faces: float32 of shape (n, d).
        members: float32 of shape (m, d).
        labels: group of each member, 0 to count - 1; every group has a member.
        count: number of groups.

    Returns:
        float32 of shape (n, count).
    """
    order = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels, minlength=count)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    made = np.empty((len(faces), count), np.float32)
    for start in range(0, len(faces), BLOCK):
        block = distances(faces[start : start + BLOCK], members[order])
        made[start : start + BLOCK] = np.add.reduceat(block, starts, axis=1) / sizes
    return made
