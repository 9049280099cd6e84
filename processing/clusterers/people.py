"""Which faces of a room are the same person: average linkage, under what people have decided and one face a photo.

The result depends only on the faces, not on their order, so the same room always gives the same people. What a human fixed or
refused is a veto that no distance outweighs. Thresholds and their measurement: docs/faces.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from processing.contracts import Doubt, KnownFace

if TYPE_CHECKING:
    from processing.grouping import Grouping

version = 2

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
    from processing.calibration import strictness
    from processing.exemplars import in_order
    from processing.grouping import Grouping, is_anchor

    ordered = in_order(faces)
    stricter = strictness(ordered)
    anchors = {index for index, face in enumerate(ordered) if is_anchor(face)}
    seeds = sorted(anchors | {index for index, face in enumerate(ordered) if face.quality == "A"})
    limit = threshold(len(seeds)) - stricter
    grouping = Grouping(ordered)
    grouping.link(seeds, limit, stricter)
    grouping.split_photos()
    weak = {index for index, face in enumerate(ordered) if face.quality == "B"}
    grouping.found_together(
        grouping.attach(sorted(weak - anchors), stricter), limit, stricter + WEAK_STRICTNESS
    )
    return _answer(grouping)


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


def _answer(grouping: Grouping) -> dict[int, int | None]:
    """Say each face's person; what a human fixed outside the groups keeps its person and its place on the photo."""
    from processing.grouping import is_anchor, is_fixed_apart

    names = _names(grouping)
    apart = [face for face in grouping.faces if is_fixed_apart(face)]
    places = {(face.person, face.photo) for face in apart}
    answer: dict[int, int | None] = {face.id: None for face in grouping.faces}
    lowest = min(names.values(), default=0)
    for index, face in enumerate(grouping.faces):
        if index not in grouping.group_of:
            continue
        person: int | None = names[grouping.group_of[index]]
        if (person, face.photo) in places and not is_anchor(face):
            lowest = min(0, lowest) - 1
            person = lowest if face.quality == "A" else None
        answer[face.id] = person
    return answer | {face.id: face.person for face in apart}


def _names(grouping: Grouping) -> dict[int, int]:
    """Give each group the person that a human fixed in it, else the one that most of its faces had, else a new number."""
    from processing.grouping import is_anchor

    names: dict[int, int] = {}
    claims: Counter[tuple[int, int]] = Counter()
    for number, members in grouping.members.items():
        faces = [grouping.faces[index] for index in members]
        fixed = [face.person for face in faces if is_anchor(face) and face.person is not None]
        if fixed:
            names[number] = fixed[0]
            continue
        refused = frozenset().union(*(face.refused for face in faces))
        claims.update(
            (number, face.person)
            for face in faces
            if face.person is not None and face.person >= 0 and face.person not in refused
        )
    given = set(names.values())
    for number, person in sorted(claims, key=lambda claim: (-claims[claim], claim)):
        if number not in names and person not in given:
            names[number] = person
            given.add(person)
    new = sorted(
        (number for number in grouping.members if number not in names),
        key=lambda one: (-len(grouping.members[one]), one),
    )
    return names | {number: -at for at, number in enumerate(new, start=1)}
