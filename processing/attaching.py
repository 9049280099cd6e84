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
        for at, (row, crowd) in enumerate(zip(block, crowds_around(block), strict=True), start=start):
            here = columns_on[faces[at].photo]
            occupied = float(row[here].min()) if here else np.inf
            row[here] = np.inf
            row[[column[group] for group in refused.get(at, ()) if group in column]] = np.inf
            best = int(row.argmin())
            distance = float(row[best])
            is_weak = faces[at].quality != "A"
            if distance - occupied >= JOIN_MARGIN or distance > JOIN_LIMIT:
                continue
            if distance > limited.of(best, float(crowd)) - WEAK_STRICTNESS * is_weak:
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


def crowds_around(means: NDArray[np.float32]) -> NDArray[np.float32]:
    """Measure how crowded it is around faces, apart from the group that each resembles most.

    Args:
        means: mean distances, float32 of shape (faces, groups).

    Returns:
        float32 of shape (faces,), see `linkage.crowding_of`.
    """
    if means.shape[1] < 2:
        return np.full(len(means), CROWD_MOST, np.float32)
    others = means.copy()
    others[np.arange(len(means)), means.argmin(axis=1)] = np.inf
    return crowding_of(others[:, :: -(-means.shape[1] // MAX_CROWD)])


class GroupLimits:
    """How near is near enough for each group."""

    def __init__(self, groups: Mapping[int, NDArray[np.float32]], stricter: float = 0.0) -> None:
        """Take the descriptors that stand for each group, and how much to take from every limit."""
        self.shown = list(groups.values())
        self.stricter = stricter
        self._within: dict[int, float] = {}

    def of(self, group: int, crowd: float) -> float:
        """Say up to what mean distance a face in such a crowd joins a group, by its place among the groups."""
        limit = float(join_limits((1, len(self.shown[group])), (0.0, self.within(group)), crowd))
        return min(JOIN_LIMIT, limit - self.stricter)

    def are_one(self, first: int, second: int) -> bool:
        """Say whether two groups are so near that they will be one when the room is sorted again."""
        distance = distances(self.shown[first], self.shown[second]).mean()
        sizes = (len(self.shown[first]), len(self.shown[second]))
        return bool(distance <= join_limits(sizes, (self.within(first), self.within(second))) - self.stricter)

    def within(self, group: int) -> float:
        """Compute the mean distance between the faces of a group; 0 for a single one."""
        if group not in self._within:
            self._within[group] = mean_within(self.shown[group])
        return self._within[group]


def mean_within(descriptors: NDArray[np.float32]) -> float:
    """Compute the mean distance between descriptors, float32 of shape (n, 128); 0 for a single one."""
    count = len(descriptors)
    return float(distances(descriptors, descriptors).sum() / (count * (count - 1))) if count > 1 else 0.0
