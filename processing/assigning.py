"""Whose faces are those that arrived now: compared with the exemplars of each person, without sorting the room again.

Imports numpy: import it inside a function.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from processing.attaching import find_places
from processing.contracts import KnownFace
from processing.exemplars import teaching


def assign_known(new: Sequence[KnownFace], known: Sequence[KnownFace]) -> dict[int, int]:
    """Give new faces to the persons that they clearly resemble, best first, each person once a photo.

    Args:
        new: faces in an order of their own; quality "C" is never given to anybody.
        known: the exemplars of every person, and all faces that are on the same photos.

    Returns:
        Person by face id, for those that resemble one.
    """
    answer = {face.id: face.person for face in new if face.is_fixed and face.person is not None}
    free = [face for face in new if face.id not in answer and face.quality != "C"]
    decided = [*known, *(face for face in new if face.id in answer)]
    taken = {(face.person, face.photo) for face in decided if face.person is not None}
    groups = {
        person: np.array([face.descriptor for face in members], np.float32)
        for person, members in teaching(decided).items()
    }
    refused = {at: face.refused for at, face in enumerate(free) if face.refused}
    for place in find_places(free, groups, taken, refused):
        face = free[place.at]
        if (place.group, face.photo) not in taken:
            taken.add((place.group, face.photo))
            answer[face.id] = place.group
    return answer
