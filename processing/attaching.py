"""Which group a single face belongs to: near enough, clearly nearer than the next, one face a photo. Imports numpy.

Used when a room is sorted, for its weaker faces, and for what arrives later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from processing.contracts import KnownFace
from processing.descriptors import distances, mean_distances
from processing.linkage import CROWD_MOST, crowding_of, join_limits

JOIN_LIMIT = 0.53  # mean distance to a group, at most
WEAK_STRICTNESS = 0.03  # how much nearer a face of quality "B" must be
JOIN_MARGIN = 0.03  # how much nearer the nearest group must be than the next
BLOCK_VALUES = 16_000_000  # of a block of distances: 64 MB
MAX_CROWD = 4096  # groups that crowding is measured against


class Place(NamedTuple):
    """A face, by its place in the list, and the group that it resembles most."""

    distance: float
    at: int
    group: int


def find_places(
    faces: Sequence[KnownFace],
    groups: Mapping[int, NDArray[np.float32]],
    taken: Collection[tuple[int, int]],
    refused: Mapping[int, Collection[int]],
    *,
    stricter: float = 0.0,
) -> list[Place]:
    """Find the group of each face that is near enough and clearly nearer than the next.

    A group that has another face on the photo is left out; a face that resembles such a group more than any other is a mirror or a
    picture of a picture, and gets no place.

    Args:
        faces: that belong to nobody.
        groups: by key, the descriptors that stand for each, float32 of shape (m, 128).
        taken: (group, photo) for each face that has a group.
        refused: groups that a face must never join, by its place in the list.
        stricter: how much to take from the limits.

    Returns:
        Places, best first; two of them may claim the same group on one photo.
    """
    if not faces or not groups:
        return []
    column = {group: at for at, group in enumerate(groups)}
    columns_on: defaultdict[int, list[int]] = defaultdict(list)
    photos = {face.photo for face in faces}
    for group, photo in taken:
        if photo in photos and group in column:
            columns_on[photo].append(column[group])
    keys = list(groups)
    limited = GroupLimits(groups, stricter)
    found = []
    for start, block in mean_blocks(faces, groups):
        limits = limited.of(block)
        for at, (row, limit) in enumerate(zip(block, limits, strict=True), start=start):
            here = columns_on[faces[at].photo]
            occupied = float(row[here].min()) if here else np.inf
            row[here] = np.inf
            row[[column[group] for group in refused.get(at, ()) if group in column]] = np.inf
            best = int(row.argmin())
            distance = float(row[best])
            is_weak = faces[at].quality != "A"
            if distance > limit[best] - WEAK_STRICTNESS * is_weak or distance - occupied >= JOIN_MARGIN:
                continue
            rivals = np.flatnonzero(row < distance + JOIN_MARGIN)
            if all(limited.are_one(best, int(rival)) for rival in rivals if rival != best):
                found.append(Place(distance, at, keys[best]))
    return sorted(found)


def mean_blocks(
    faces: Sequence[KnownFace], groups: Mapping[int, NDArray[np.float32]]
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Compute the mean distances of faces to groups, some faces at a time.

    Args:
        faces: any.
        groups: by key, the descriptors that stand for each.

    Yields:
        The place of the first face of the block, and float32 of shape (faces of the block, groups).
    """
    shown = list(groups.values())
    flat = np.concatenate(shown)
    labels = np.repeat(np.arange(len(shown)), [len(one) for one in shown])
    rows = max(1, BLOCK_VALUES // len(shown))
    for start in range(0, len(faces), rows):
        block = np.array([face.descriptor for face in faces[start : start + rows]], np.float32)
        yield start, mean_distances(block, flat, labels, len(shown))


class GroupLimits:
    """How near is near enough, for each face and group."""

    def __init__(self, groups: Mapping[int, NDArray[np.float32]], stricter: float = 0.0) -> None:
        self.shown = list(groups.values())
        self.sizes = np.array([len(one) for one in groups.values()], float)
        self.within = np.array([_within(one) for one in groups.values()])
        self.stricter = stricter

    def are_one(self, first: int, second: int) -> bool:
        """Say whether two groups are so near that they will be one when the room is sorted again."""
        distance = distances(self.shown[first], self.shown[second]).mean()
        sizes, within = (self.sizes[first], self.sizes[second]), (self.within[first], self.within[second])
        return bool(distance <= join_limits(sizes, within) - self.stricter)

    def of(self, means: NDArray[np.float32]) -> NDArray[np.float64]:
        """Compute the limits of a block of mean distances, of the same shape; the crowd is that around each face."""
        crowd = np.full(len(means), CROWD_MOST, np.float32)
        if means.shape[1] > 1:
            others = means.copy()
            others[np.arange(len(means)), means.argmin(axis=1)] = np.inf
            crowd = crowding_of(others[:, :: -(-means.shape[1] // MAX_CROWD)])
        limits = join_limits(
            (np.ones((1, len(self.sizes))), self.sizes[None]),
            (np.zeros((1, len(self.sizes))), self.within[None]),
            crowd[:, None],
        )
        return np.minimum(JOIN_LIMIT, limits - self.stricter)


def _within(descriptors: NDArray[np.float32]) -> float:
    count = len(descriptors)
    return float(distances(descriptors, descriptors).sum() / (count * (count - 1))) if count > 1 else 0.0
