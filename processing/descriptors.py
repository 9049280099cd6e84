"""Distances between face descriptors, in blocks, so that memory stays small."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 2048
MAX_BLOCK_VALUES = 16_000_000  # 64 MB


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
    rows = max(1, min(BLOCK, MAX_BLOCK_VALUES // max(1, len(members))))
    ordered = members[order]
    for start in range(0, len(faces), rows):
        block = distances(faces[start : start + rows], ordered)
        made[start : start + rows] = np.add.reduceat(block, starts, axis=1) / sizes
    return made


def leaders(descriptors: NDArray[np.float32], radius: float) -> NDArray[np.intp]:
    """Find descriptors that are nearly the same: of one shot saved twice, or of a burst.

    Args:
        descriptors: float32 of shape (n, d).
        radius: distance up to which two count as the same.

    Returns:
        For each the first one that leads it; a leader leads itself, and no two leaders are within the radius.
    """
    lead = np.full(len(descriptors), -1, np.intp)
    rows = max(1, min(BLOCK, MAX_BLOCK_VALUES // max(1, len(descriptors))))
    for start in range(0, len(descriptors), rows):
        near = distances(descriptors[start : start + rows], descriptors) <= radius
        for row, index in enumerate(range(start, min(start + rows, len(descriptors)))):
            if lead[index] < 0:
                lead[near[row] & (lead < 0)] = index
                lead[index] = index
    return lead


def ranks(ordered: NDArray[np.intp]) -> NDArray[np.intp]:
    """Count within runs of equal values: 0, 1, 2 ...

    Args:
        ordered: integers of shape (n,), equal ones side by side.

    Returns:
        Integers of shape (n,).
    """
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)])
    return np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
