"""Which faces of a room are the same person: average linkage, under what people have decided and one face a photo.

The result depends only on the faces, not on their order, so the same room always gives the same people. What a human fixed or
refused is a veto that no distance outweighs. Thresholds and their measurement: docs/faces.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from processing.contracts import Doubt, KnownFace

if TYPE_CHECKING:
    from processing.grouping import Grouping

version = 1

# Mean distance up to which two groups are one person, by the number of faces in the room: more faces, more look-alikes.
THRESHOLDS = ((1500, 0.56), (6000, 0.54), (20000, 0.52))
WEAK_STRICTNESS = 0.04  # how much nearer faces of quality "B" must be to found a person together


def cluster(faces: Sequence[KnownFace]) -> dict[int, int | None]:
    """Say which person each face of a room belongs to.

    Args:
        faces: all faces of one room, in any order.

    Returns:
        Person by face id: the id of a person that exists, a negative number for a new one, or None. Fixed faces keep their
        person. Faces of quality "A" always get a person, "B" only if they resemble one or each other, "C" never.
    """
    if not faces:
        return {}
    from processing.exemplars import in_order
    from processing.grouping import Grouping, is_anchor

    ordered = in_order(faces)
    anchors = {index for index, face in enumerate(ordered) if is_anchor(face)}
    seeds = sorted(anchors | {index for index, face in enumerate(ordered) if face.quality == "A"})
    grouping = Grouping(ordered)
    grouping.link(seeds, threshold(len(seeds)))
    grouping.split_photos()
    weak = {index for index, face in enumerate(ordered) if face.quality == "B"}
    grouping.found_together(grouping.attach(sorted(weak - anchors)), threshold(len(seeds)), WEAK_STRICTNESS)
    names = _names(grouping)
    return {
        face.id: names[grouping.group_of[index]] if index in grouping.group_of else None
        for index, face in enumerate(ordered)
    }


def exemplars(faces: Sequence[KnownFace]) -> set[int]:
    """Choose the faces that stand for their person when `assign` is called.

    Args:
        faces: faces of one room, in any order.

    Returns:
        Ids, at most 16 a person, never of quality "C".
    """
    from processing.exemplars import exemplars_of

    return exemplars_of(faces)


def assign(new: Sequence[KnownFace], known: Sequence[KnownFace]) -> dict[int, int | None]:
    """Say which person each face belongs to that arrived now; nobody else is moved.

    Args:
        new: the faces that arrived, in any order.
        known: the exemplars of every person, and all faces that are on the same photos as the new ones.

    Returns:
        As `cluster`, for the new faces alone.
    """
    from processing.assigning import assign_known
    from processing.exemplars import in_order

    answer: dict[int, int | None] = {face.id: None for face in new}
    answer |= assign_known(in_order(new), known)
    rest = [face for face in new if answer[face.id] is None]
    return answer | cluster(rest)


def doubts(faces: Sequence[KnownFace]) -> list[Doubt]:
    """List what to ask people about, most gainful first.

    Args:
        faces: all faces of one room, each with the person that it was assigned to.

    Returns:
        At most 200 questions; none about what a human decided already.
    """
    from processing.doubts import find_doubts

    return find_doubts(faces)


def threshold(count: int) -> float:
    """Interpolate the linking threshold for a room with `count` faces that may found a person.

    Args:
        count: number of faces.

    Returns:
        Distance, between the values of THRESHOLDS on a logarithmic scale.
    """
    import numpy as np

    counts, values = zip(*THRESHOLDS, strict=True)
    return float(np.interp(np.log(max(count, 1)), np.log(counts), values))


def _names(grouping: Grouping) -> dict[int, int]:
    """Give each group the person that a human fixed in it, else the one that most of its faces had, else a new number."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    names: dict[int, int] = {}
    for number, members in grouping.members.items():
        for face in (grouping.faces[index] for index in members):
            if face.is_fixed and face.person is not None:
                names[number] = face.person
    free = sorted(set(grouping.members) - set(names))
    persons = sorted(
        {face.person for face in grouping.faces if face.person is not None and face.person >= 0}
        - set(names.values())
    )
    kept = np.zeros((len(free), len(persons)))
    at_person = {person: at for at, person in enumerate(persons)}
    for row, number in enumerate(free):
        for index in grouping.members[number]:
            person = grouping.faces[index].person
            if person in at_person:
                kept[row, at_person[person]] += 1
        refused = {person for index in grouping.members[number] for person in grouping.faces[index].refused}
        kept[row, [at_person[person] for person in refused if person in at_person]] = -1
    rows, columns = linear_sum_assignment(kept, maximize=True)
    names |= {
        free[row]: persons[column] for row, column in zip(rows, columns, strict=True) if kept[row, column] > 0
    }
    new = sorted(
        (number for number in free if number not in names), key=lambda one: (-len(grouping.members[one]), one)
    )
    return names | {number: -at for at, number in enumerate(new, start=1)}
