"""What becomes of confirmed faces and named people when photos are added to a room.

A room arrives in three portions. After each, a human gives every person with two faces or more a name and confirms the faces
that really are the one whom most of its faces show, up to ten of them. Then it is counted what the next portion does to that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from processing.contracts import KnownFace
from processing.measuring.methods import Method, Ours, labelled, numbered
from processing.measuring.rooms import Room

PORTIONS = 3
MAX_CONFIRMED = 10
Row = dict[str, Any]


@dataclass(slots=True)
class Named:
    """The people that a human named so far: confirmed faces by person. Counts what happened to them."""

    confirmed: dict[int, set[int]] = field(default_factory=dict)
    changed: int = 0
    checked: int = 0
    lost: int = 0
    asked: int = 0

    def compare(self, person_of: Mapping[int, int | None]) -> None:
        """Count the confirmed faces that are no longer with their person, and the people without any face."""
        kept = set(person_of.values())
        for person, faces in self.confirmed.items():
            self.checked += len(faces)
            self.changed += sum(person_of[face] != person for face in faces)
            self.asked += 1
            self.lost += person not in kept


def measure_memory(made: Sequence[Room], methods: Sequence[Method]) -> list[Row]:
    """Let rooms arrive in three portions.

    Args:
        made: rooms, the same ones for each method, as that method sees them: `made[at]` belongs to `methods[at]`.
        methods: ours keeps what people said; the others sort from scratch and each name goes where most of its confirmed faces
            are (their own projects are harder: a forgets all people, b keeps the faces that people labelled).

    Returns:
        A row for each method: confirmed faces looked at again and how many changed person, named people looked at again and how
        many were lost.
    """
    rows = []
    for method, room in zip(methods, made, strict=True):
        named = _arrive(room, method)
        rows.append(
            {
                "method": method.name,
                "confirmed": named.checked,
                "changed": named.changed,
                "named": named.asked,
                "lost": named.lost,
            }
        )
    return rows


def arrive(room: Room, method: Ours, seed: int) -> list[int]:
    """Let a room arrive in three portions while nobody confirms anything; returns the label of each face in the end."""
    person_of: dict[int, int | None] = {}
    for there in portions(room, seed):
        faces = [face for face in room.faces if face.id in there]
        person_of = _sorted_by_us(faces, person_of, Named(), method)
    return labelled(person_of, room.faces)


def portions(room: Room, seed: int = 0) -> list[set[int]]:
    """Split the photos of a room into three portions at random; returns the faces that are there after each."""
    photos = np.random.default_rng(seed).permutation(sorted({face.photo for face in room.faces}))
    made, there = [], set[int]()
    for part in np.array_split(photos, PORTIONS):
        here = {int(photo) for photo in part}
        there = there | {face.id for face in room.faces if face.photo in here}
        made.append(there)
    return made


def _arrive(room: Room, method: Method) -> Named:
    truth = {one.face: one.person for one in room.truths if one.face is not None}
    named = Named()
    person_of: dict[int, int | None] = {}
    for there in portions(room):
        faces = [face for face in room.faces if face.id in there]
        if isinstance(method, Ours):
            person_of = _sorted_by_us(faces, person_of, named, method)
        else:
            person_of = _sorted_from_scratch(faces, named, method)
        named.compare(person_of)
        _confirm(person_of, truth, named)
    return named


def _sorted_by_us(
    faces: Sequence[KnownFace], before: Mapping[int, int | None], named: Named, method: Ours
) -> dict[int, int | None]:
    """Assign what is new as an upload does, then cluster the whole room with what people said."""
    owner = {face: person for person, ids in named.confirmed.items() for face in ids}
    known = [
        replace(face, person=owner.get(face.id, before[face.id]), is_fixed=face.id in owner)
        for face in faces
        if face.id in before
    ]
    new = [face for face in faces if face.id not in before]
    persons = numbered(method.assign(new, known), before) if known else {}
    everybody = [*known, *(replace(face, person=persons.get(face.id)) for face in new)]
    return numbered(method.clusterer.cluster(everybody), {**before, **persons})


def _sorted_from_scratch(faces: Sequence[KnownFace], named: Named, method: Method) -> dict[int, int | None]:
    """Sort anew and carry each name to the group with most of its confirmed faces; a group gets one name."""
    labels = {face.id: label for face, label in zip(faces, method.sort(faces), strict=True)}
    wishes = []
    for person, ids in named.confirmed.items():
        label, count = Counter(labels[face] for face in sorted(ids)).most_common(1)[0]
        wishes.append((-count, person, label))
    person_at: dict[int, int] = {}
    for _, person, label in sorted(wishes):
        person_at.setdefault(label, person)
    first = max(named.confirmed, default=0) + 1
    for at, label in enumerate(sorted(set(labels.values()) - set(person_at))):
        person_at[label] = first + at
    return {face: person_at[label] for face, label in labels.items()}


def _confirm(person_of: Mapping[int, int | None], truth: Mapping[int, str], named: Named) -> None:
    """Name every person of two faces or more, and confirm faces of whom most of them show."""
    members: defaultdict[int, list[int]] = defaultdict(list)
    for face in sorted(person_of):
        person = person_of[face]
        if person is not None and face in truth:
            members[person].append(face)
    for person, faces in members.items():
        confirmed = named.confirmed.get(person, set())
        shown = Counter(truth[face] for face in sorted(confirmed) or faces).most_common(1)[0][0]
        right = [face for face in faces if truth[face] == shown and face not in confirmed]
        if len(faces) > 1 or confirmed:
            named.confirmed[person] = confirmed | set(right[: max(0, MAX_CONFIRMED - len(confirmed))])
