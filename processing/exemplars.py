"""The few faces that stand for a person when others are compared with it. Imports numpy: import it inside a function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from processing.contracts import KnownFace
from processing.descriptors import distances

MAX_EXEMPLARS = 16
COPY_RADIUS = 0.2  # genuine pairs of LFW are at 0.4 on average, one shot encoded twice below 0.1
CENTRAL_SHARE = 0.9  # of the faces that a machine assigned: the others may be somebody else


def exemplars_of(faces: Sequence[KnownFace]) -> set[int]:
    """Choose the faces that show the looks of each person.

    Args:
        faces: faces of one room, in any order; those without a person and those of quality "C" are left out.

    Returns:
        Ids, at most MAX_EXEMPLARS a person: what a human fixed first, then quality "A", then "B".
    """
    return {face.id for members in teaching(faces).values() for face in _chosen(members)}


def teaching(faces: Iterable[KnownFace]) -> dict[int, list[KnownFace]]:
    """Group the faces that say how a person looks, by id.

    Args:
        faces: in any order; those without a person and those of quality "C" are left out.

    Returns:
        Faces by person, both sorted.
    """
    by_person: defaultdict[int, list[KnownFace]] = defaultdict(list)
    for face in faces:
        if face.person is not None and face.quality != "C":
            by_person[face.person].append(face)
    return {person: sorted(by_person[person], key=lambda face: face.id) for person in sorted(by_person)}


def canonical(face: KnownFace) -> tuple[bytes, str, bool, int]:
    """Order faces by what they are; the id decides only between faces that are the same to the last bit."""
    return face.descriptor.tobytes(), face.quality, face.is_fixed, face.id


def in_order(faces: Iterable[KnownFace]) -> list[KnownFace]:
    """Sort faces by what they are."""
    return sorted(faces, key=canonical)


def _chosen(members: list[KnownFace]) -> list[KnownFace]:
    """Take the face nearest to the middle, then always the one farthest from those taken, rank by rank."""
    ordered = sorted(members, key=lambda face: (not face.is_fixed, face.quality, *canonical(face)))
    if len(ordered) == 1:
        return ordered
    descriptors = np.array([face.descriptor for face in ordered], np.float32)
    ranks = [(face.is_fixed, face.quality) for face in ordered]
    middle = np.linalg.norm(descriptors - descriptors.mean(axis=0), axis=1)
    can_choose = _is_central(ordered, middle)
    nearest = np.full(len(ordered), np.inf, np.float32)
    taken: list[int] = []
    for rank in dict.fromkeys(ranks):
        mine = np.array([one == rank for one in ranks]) & can_choose
        while len(taken) < MAX_EXEMPLARS:
            open_now = mine & (nearest > COPY_RADIUS)
            if not open_now.any():
                break
            score = np.where(open_now, nearest if taken else -middle, -np.inf)
            best = int(score.argmax())
            taken.append(best)
            nearest = np.minimum(nearest, distances(descriptors[[best]], descriptors)[0])
            nearest[best] = 0
    return [ordered[index] for index in taken]


def _is_central(ordered: list[KnownFace], middle: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Leave out the faces farthest from the middle where there are enough; never what a human fixed."""
    is_free = np.array([not face.is_fixed for face in ordered])
    if len(ordered) <= MAX_EXEMPLARS:
        return np.ones(len(ordered), bool)
    return ~is_free | (middle <= np.quantile(middle, CENTRAL_SHARE))
