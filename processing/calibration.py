"""How strict a room's own photos say that sorting must be: faces of one photo are different people. Imports numpy.

Where faces of one photo look more alike than strangers usually do (relatives, children, one origin), every limit is lowered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from processing.contracts import KnownFace
from processing.descriptors import distances

MIRROR_LIMIT = 0.3  # nearer than this it is one person twice: a mirror, a collage, a picture of a picture
ALIKE_LIMIT = (
    0.5  # of the pairs below, each photo counts once: a collage of one person is one piece of evidence
)
MAX_PAIRS, MAX_FACES = 20_000, 10  # pairs of a room, faces of a photo
RANK, LEAST_QUANTILE = (
    5,
    0.001,
)  # which pair is looked at: the fifth nearest, in large rooms the nearest 0.1 %
USUAL = (
    (0.001, 0.530),
    (0.003, 0.564),
    (0.01, 0.601),
    (0.03, 0.639),
    (0.1, 0.689),
    (0.25, 0.742),
    (0.5, 0.805),
)
TRUST = 200  # pairs at which the room counts as much as what is usual
SHARE, CHANCE = 0.3, 0.02  # of the difference beyond chance: the crowd around each face says the rest
MOST = 0.04


def strictness(faces: Iterable[KnownFace]) -> float:
    """Say how much to take from every limit.

    Args:
        faces: of one room, in an order of their own.

    Returns:
        Distance, 0 to MOST; 0 where too few faces share photos to say anything.

    Source: USUAL are quantiles of the distances between 398 strangers of LFW; SHARE was measured, see docs/faces.md.
    """
    pairs = same_photo_distances(faces)
    if len(pairs) < RANK:
        return 0.0
    quantile = max(LEAST_QUANTILE, RANK / len(pairs))
    levels, usual = zip(*USUAL, strict=True)
    nearer = np.interp(np.log(quantile), np.log(levels), usual) - np.quantile(pairs, min(0.5, quantile))
    trust = len(pairs) / (len(pairs) + TRUST)
    return float(np.clip(SHARE * trust * (nearer - CHANCE), 0, MOST))


def same_photo_distances(faces: Iterable[KnownFace]) -> list[float]:
    """List distances between faces of quality "A" that share a photo, photo by photo until there are enough.

    Args:
        faces: of one room, in an order of their own.

    Returns:
        At most about MAX_PAIRS; without mirrors, without pairs that humans fixed to one person.
    """
    by_photo: defaultdict[int, list[KnownFace]] = defaultdict(list)
    for face in faces:
        if face.quality == "A":
            by_photo[face.photo].append(face)
    found: list[float] = []
    for shared in by_photo.values():
        if len(shared) > 1 and len(found) < MAX_PAIRS:
            found += _different(shared[:MAX_FACES])
    return found


def _different(shared: list[KnownFace]) -> list[float]:
    descriptors = np.array([face.descriptor for face in shared], np.float32)
    matrix = distances(descriptors, descriptors)
    apart: list[float] = []
    alike: list[float] = []
    for first, one in enumerate(shared):
        for second in range(first + 1, len(shared)):
            other, distance = shared[second], float(matrix[first, second])
            is_same = (
                one.is_fixed and other.is_fixed and one.person is not None and one.person == other.person
            )
            if distance >= MIRROR_LIMIT and not is_same:
                (alike if distance < ALIKE_LIMIT else apart).append(distance)
    return apart + alike[:1]
