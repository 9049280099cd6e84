"""EDGE: the faces of a room to the people clusterer, and its answer back to rows."""

from __future__ import annotations

import uuid
from collections import defaultdict

from django.db import transaction

from albums.counts import recount_people
from albums.models import Face, Person, Refusal, Room
from albums.models.people import Assignment
from processing import registry
from processing.contracts import KnownFace

BATCH = 500


def group_faces(room_id: uuid.UUID) -> bool:
    """Sort the faces of a room into people; False if somebody changed people meanwhile, so that nothing was written."""
    revision = Room.objects.filter(pk=room_id).values_list("people_revision", flat=True).first()
    if revision is None:
        return True
    faces = load_faces(room_id)
    answer = registry.clusterers()["people"].cluster(faces)
    with transaction.atomic():
        room = Room.objects.select_for_update().filter(pk=room_id).first()
        if room is None:
            return True
        if room.people_revision != revision:
            return False
        save_people(room, faces, answer)
    return True


def regroup_faces(room_id: uuid.UUID) -> bool:
    """Sort all faces of a room, however many; the answer as for `group_faces`."""
    return group_faces(room_id)


def load_faces(room_id: uuid.UUID) -> list[KnownFace]:
    """Every face of the room that is not in the trash, with what humans said about it."""
    import numpy as np

    refused: dict[int, set[int]] = defaultdict(set)
    refusals = Refusal.objects.filter(face__room=room_id).values_list("face", "person", "person__merged_into")
    for face, person, merged_into in refusals:
        refused[face].add(merged_into or person)
    rows = Face.objects.present().filter(room=room_id).order_by("id")
    return [
        KnownFace(
            id=pk,
            photo=photo,
            descriptor=np.frombuffer(descriptor, "<f4"),
            quality=quality,
            person=person,
            is_fixed=person is not None and assignment != Assignment.MACHINE,
            refused=frozenset(refused.get(pk, ())),
        )
        for pk, photo, descriptor, quality, person, assignment in rows.values_list(
            "pk", "photo", "descriptor", "quality", "person", "assignment"
        ).iterator(chunk_size=2000)
    ]


def save_people(room: Room, faces: list[KnownFace], answer: dict[int, int | None]) -> None:
    """Write what changed. Only what a machine assigned is ever moved."""
    made = make_people(room, {person for person in answer.values() if person is not None and person < 0})
    moves: dict[int | None, list[int]] = defaultdict(list)
    touched: set[int] = set(made.values())
    for face in faces:
        person = answer.get(face.id, face.person)
        person = made.get(person, person) if person is not None else None
        if person != face.person and not face.is_fixed:
            moves[person].append(face.id)
            touched |= {key for key in (face.person, person) if key is not None}
    for person, pks in moves.items():
        for start in range(0, len(pks), BATCH):
            machine_made = Face.objects.filter(
                pk__in=pks[start : start + BATCH], assignment=Assignment.MACHINE
            )
            machine_made.update(person=person)
    recount_people(touched)


def make_people(room: Room, new: set[int]) -> dict[int, int]:
    """A row for each new person: the clusterer's negative number to its key, -1 first."""
    ordered = sorted(new, reverse=True)
    rows = Person.objects.bulk_create([Person(room=room) for _ in ordered])
    return {number: row.pk for number, row in zip(ordered, rows, strict=True)}
