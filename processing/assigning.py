"""Whose faces are those that arrived now: compared with the exemplars of each person, without sorting the room again.

Imports numpy: import it inside a function.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from processing.contracts import KnownFace
from processing.descriptors import distances, mean_distances
from processing.exemplars import teaching
from processing.linkage import join_limits

JOIN_LIMIT = 0.50  # mean distance to the exemplars of a person, at most
JOIN_MARGIN = 0.03  # how much nearer the nearest person must be than the next


class Place(NamedTuple):
    """A face and the person that it resembles most."""

    distance: float
    at: int
    person: int


def assign_known(new: Sequence[KnownFace], known: Sequence[KnownFace]) -> dict[int, int]:
    """Give new faces to the persons that they clearly resemble, best first, each person once a photo.

    Args:
        new: faces in an order of their own; quality "C" is never given to anybody.
        known: the exemplars of every person, and all faces that are on the same photos.

    Returns:
        Person by face id, for those that resemble one.
    """
    fixed = [face for face in new if face.is_fixed and face.person is not None]
    answer = {face.id: face.person for face in fixed if face.person is not None}
    free = [face for face in new if face.id not in answer and face.quality != "C"]
    people = teaching([*known, *fixed])
    if not free or not people:
        return answer
    taken = {(face.person, face.photo) for face in [*known, *fixed] if face.person is not None}
    for place in sorted(_places(free, people, taken)):
        face = free[place.at]
        if (place.person, face.photo) not in taken:
            taken.add((place.person, face.photo))
            answer[face.id] = place.person
    return answer


def _places(
    free: list[KnownFace], people: dict[int, list[KnownFace]], taken: set[tuple[int, int]]
) -> list[Place]:
    """List the nearest person of each face that is near enough and clearly nearer than the next."""
    means, limits = _compare(free, people)
    persons = list(people)
    persons_on: defaultdict[int, set[int]] = defaultdict(set)
    for person, photo in taken:
        persons_on[photo].add(person)
    column = {person: at for at, person in enumerate(persons)}
    places = []
    for index, (face, row) in enumerate(zip(free, means, strict=True)):
        here = [column[person] for person in persons_on[face.photo] if person in column]
        occupied = float(row[here].min()) if here else np.inf
        row[here] = np.inf
        row[[column[person] for person in face.refused if person in column]] = np.inf
        best = int(row.argmin())
        distance = float(row[best])
        second = float(np.partition(row, 1)[1]) if len(row) > 1 else np.inf
        is_clear = second - distance >= JOIN_MARGIN and distance - occupied < JOIN_MARGIN
        if distance <= limits[best] and is_clear:
            places.append(Place(distance, index, persons[best]))
    return places


def _compare(
    free: list[KnownFace], people: dict[int, list[KnownFace]]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Compute the mean distance of each face to each person, and how near is near enough for each person."""
    shown = [np.array([face.descriptor for face in members], np.float32) for members in people.values()]
    labels = np.repeat(np.arange(len(shown)), [len(one) for one in shown])
    faces = np.array([face.descriptor for face in free], np.float32)
    means = mean_distances(faces, np.concatenate(shown), labels, len(shown))
    return means, np.array([_limit(one) for one in shown], np.float32)


def _limit(descriptors: NDArray[np.float32]) -> float:
    count = len(descriptors)
    within = distances(descriptors, descriptors).sum() / (count * (count - 1)) if count > 1 else 0.0
    return min(JOIN_LIMIT, float(join_limits((1, count), (0.0, float(within)))))
