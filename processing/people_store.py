"""EDGE: the faces of a room to the people clusterer, and its answer back to rows.

A small room is sorted as a whole each time. In a large one new faces are compared with the exemplars of each person at
once, and everything is sorted once more when the room has become quiet.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from albums.batches import in_batches
from albums.counts import recount_people
from albums.faces_policy import finds_faces, is_by_consent
from albums.models import Face, Job, Person, PersonChange, Refusal, Room
from albums.models.jobs import JobKind
from albums.models.people import Assignment, ChangeKind
from albums.new_photos import tell_of_faces
from processing import jobs, question_store, registry
from processing.contracts import Doubt, KnownFace

SMALL_ROOM = 5000  # faces that are sorted as a whole in a few seconds
MANY_NEW = 0.2  # share of a room's faces: with more new ones than this everything is sorted at once
QUIET_AFTER = timedelta(minutes=2)  # since the last photo, and the last thing that somebody said about people
OVERDUE_AFTER = timedelta(
    minutes=30
)  # since the last sort of a whole large room: then photos may go on trickling in
BATCH = 500
T = TypeVar("T")
# Moves many faces to many people with one statement; SQLite and PostgreSQL both name the columns of VALUES so.
MOVE = """
    UPDATE albums_face SET person_id = CAST(moves.column2 AS bigint) FROM (VALUES {rows}) AS moves
    WHERE albums_face.id = moves.column1 AND albums_face.assignment = %s
"""


class Sorting(NamedTuple):
    """How a sort went.

    Attributes:
        is_current: False if somebody changed people meanwhile, so that nothing was written.
        is_whole: False if something is left that only a sort of the whole room can do.
        has_news: whether people or faces are other than at the sort before.
    """

    is_current: bool = True
    is_whole: bool = True
    has_news: bool = False


def group_faces(room_id: uuid.UUID) -> Sorting:
    """Sort the faces of a room into people: all of a small room, the new ones of a large room."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None or not finds_faces(room):
        return Sorting()
    count, new_count = room.faces.count(), unsorted_faces(room_id).count()
    if count <= SMALL_ROOM or new_count > MANY_NEW * count:
        return sort_all(room)
    return add_faces(room)


def regroup_faces(room_id: uuid.UUID) -> Sorting:
    """Sort all faces of a room, however many, unless photos still arrive or people are talking: then later."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        return Sorting()
    return sort_all(room) if is_quiet(room_id) else Sorting(is_whole=False)


def is_quiet(room_id: uuid.UUID) -> bool:
    """Whether a sort of everything would not be thrown away, or out of date, at once."""
    now = timezone.now()
    since = now - QUIET_AFTER
    spoken = PersonChange.objects.filter(Q(created_at__gt=since) | Q(undone_at__gt=since), room=room_id)
    if jobs.is_busy(room_id, 0) or spoken.exists():
        return False
    done = Job.objects.filter(room=room_id)
    is_overdue = not done.filter(kind=JobKind.REGROUP, finished_at__gt=now - OVERDUE_AFTER).exists()
    return is_overdue or not done.filter(kind=JobKind.ANALYZE, finished_at__gt=since).exists()


def sort_all(room: Room) -> Sorting:
    """Sort every face of the room, choose who stands for each person, and note what to ask."""
    clusterer = registry.people_clusterer()
    has_heard = room.people_revision != room.sorted_revision
    unsorted = set(unsorted_faces(room.pk).values_list("pk", flat=True))
    faces = load_faces(room.pk)
    answer = allowed(room, clusterer.cluster(faces))
    placed = at_their_places(faces, answer)
    standing, doubts = clusterer.exemplars(placed), clusterer.doubts(placed)
    with transaction.atomic():
        problem = out_of_date(room)
        if problem:
            return problem
        made, has_moved = save_people(room, faces, answer)
        mark_sorted(unsorted)
        mark_exemplars(room, standing)
        doubts = [doubt for doubt in doubts if is_about_people(doubt, made)]
        question_store.save_questions(room, doubts, made, {face.id: face.refused for face in faces})
        if has_heard:
            Room.objects.filter(pk=room.pk).update(sorted_revision=room.people_revision)
    return Sorting(has_news=has_moved or has_heard or bool(unsorted))


def add_faces(room: Room) -> Sorting:
    """Give the new faces of a large room to the people that they resemble; nobody else is moved."""
    has_heard = room.people_revision != room.sorted_revision
    is_settled = not has_heard or has_only_names(room)
    present, refused = described_faces(room.pk), load_refusals(room.pk)
    sent_away = Q(person=None, pk__in=refused if has_heard else ())
    new = read_faces(columns_of(present.filter(Q(is_sorted=False) | sent_away)), refused)
    answer, standing = compare(new, room, refused) if new else ({}, set())
    with transaction.atomic():
        problem = out_of_date(room)
        if problem:
            return problem
        if new:
            save_people(room, new, answer)
            mark_sorted([face.id for face in new])
            update_faces(standing, is_exemplar=True)
        if has_heard and is_settled:
            Room.objects.filter(pk=room.pk).update(sorted_revision=room.people_revision)
    return Sorting(is_whole=is_settled and not new, has_news=has_heard or bool(new))


def compare(
    new: Sequence[KnownFace], room: Room, refused: Mapping[int, frozenset[int]]
) -> tuple[dict[int, int | None], set[int]]:
    """Whose the new faces are, judged by exemplars and by who else is on their photos, and who stands for new people."""
    present = described_faces(room.pk)
    exemplars = read_faces(columns_of(present.filter(is_exemplar=True, person__isnull=False)), refused)
    beside = read_faces(columns_of(present.filter(photo__in={face.photo for face in new})), refused)
    new_ids = {face.id for face in new}
    known = {face.id: face for face in (*exemplars, *beside) if face.id not in new_ids}
    clusterer = registry.people_clusterer()
    answer = allowed(room, clusterer.assign(new, list(known.values())))
    represented = {face.person for face in exemplars}
    newcomers = [face for face in at_their_places(new, answer) if face.person not in represented]
    return answer, clusterer.exemplars(newcomers)


def allowed(room: Room, answer: dict[int, int | None]) -> dict[int, int | None]:
    """The answer as the room may have it: where only people who said yes are found, nobody else's faces are a group.

    That a machine compared them is forgotten here, before anything is written.
    """
    if not is_by_consent(room):
        return answer
    people = set(Person.objects.filter(room=room, merged_into=None).consenting().values_list("pk", flat=True))
    return {face: person if person in people else None for face, person in answer.items()}


def is_about_people(doubt: Doubt, made: Mapping[int, int]) -> bool:
    """Whether both sides of a doubt are there: a group that was not allowed is nobody."""
    sides = (doubt.person, doubt.other)
    return all(side is None or side > 0 or side in made for side in sides)


def has_only_names(room: Room) -> bool:
    """Whether all that people said since everything was sorted are names and who is hidden: that moves nobody."""
    count = room.people_revision - room.sorted_revision
    last = list(PersonChange.objects.filter(room=room).values_list("kind", "created_at")[:count])
    if len(last) < count or any(kind not in (ChangeKind.NAME, ChangeKind.HIDE) for kind, _ in last):
        return False
    oldest = min(created_at for _, created_at in last)
    return not PersonChange.objects.filter(room=room, undone_at__gte=oldest).exists()


def out_of_date(room: Room) -> Sorting | None:
    """Wait for whoever changes people now; what to answer if the room has changed or gone since it was read."""
    locked = Room.objects.select_for_update(no_key=True).filter(pk=room.pk).first()
    if locked is None:
        return Sorting()
    return None if locked.people_revision == room.people_revision else Sorting(is_current=False)


def described_faces(room_id: uuid.UUID) -> QuerySet[Face]:
    """Faces that can be compared: seen, and not just drawn."""
    return Face.objects.present_in(room_id).exclude(descriptor=b"")


def unsorted_faces(room_id: uuid.UUID) -> QuerySet[Face]:
    return described_faces(room_id).filter(is_sorted=False).order_by()


def load_faces(room_id: uuid.UUID) -> list[KnownFace]:
    """Every face of the room that can be compared, with what humans said about it."""
    rows = columns_of(described_faces(room_id)).iterator(chunk_size=2000)
    return read_faces(rows, load_refusals(room_id))


def load_refusals(room_id: uuid.UUID) -> dict[int, frozenset[int]]:
    """By face, of whom somebody said "not this person"."""
    refused: dict[int, set[int]] = defaultdict(set)
    refusals = Refusal.objects.filter(person__room=room_id)
    for face, person, merged_into in refusals.values_list("face", "person", "person__merged_into"):
        refused[face].add(merged_into or person)
    return {face: frozenset(people) for face, people in refused.items()}


def columns_of(faces: QuerySet[Face]) -> QuerySet[Face, Any]:
    columns = ("pk", "photo", "descriptor", "quality", "person", "assignment")
    return faces.order_by("id").values_list(*columns)


def read_faces(rows: Iterable[Any], refused: Mapping[int, frozenset[int]]) -> list[KnownFace]:
    import numpy as np

    nobody: frozenset[int] = frozenset()
    return [
        KnownFace(
            id=pk,
            photo=photo,
            descriptor=np.frombuffer(descriptor, "<f4"),
            quality=quality,
            person=person,
            is_fixed=person is not None and assignment != Assignment.MACHINE,
            refused=refused.get(pk, nobody),
        )
        for pk, photo, descriptor, quality, person, assignment in rows
    ]


def at_their_places(faces: Iterable[KnownFace], answer: dict[int, int | None]) -> list[KnownFace]:
    """The same faces, each with the person that it was given now."""
    return [
        face if face.is_fixed else replace(face, person=answer.get(face.id, face.person)) for face in faces
    ]


def save_people(
    room: Room, faces: Sequence[KnownFace], answer: dict[int, int | None]
) -> tuple[dict[int, int], bool]:
    """Write what changed; only what a machine assigned is ever moved.

    Answers the new people's keys by the clusterer's negative numbers, and whether anything changed.
    """
    made = make_people(room, {person for person in answer.values() if person is not None and person < 0})
    moves: list[tuple[int, int | None]] = []
    touched: set[int] = set(made.values())
    for face in faces:
        person = answer.get(face.id, face.person)
        person = made.get(person, person) if person is not None else None
        if person != face.person and not face.is_fixed:
            moves.append((face.id, person))
            touched |= {key for key in (face.person, person) if key is not None}
    move_faces(moves)
    recount_people(touched)
    tell_of_faces(room, moves)
    return made, bool(moves)


def make_people(room: Room, new: set[int]) -> dict[int, int]:
    """A row for each new person: the clusterer's negative number to its key, -1 first."""
    ordered = sorted(new, reverse=True)
    rows = Person.objects.bulk_create([Person(room=room) for _ in ordered], batch_size=BATCH)
    return {number: row.pk for number, row in zip(ordered, rows, strict=True)}


def move_faces(moves: Sequence[tuple[int, int | None]]) -> None:
    """Put faces to people, unless a human has decided about them."""
    with connection.cursor() as cursor:
        for batch in in_batches(moves):
            statement = MOVE.format(rows=", ".join(["(%s, %s)"] * len(batch)))
            cursor.execute(statement, [*(value for move in batch for value in move), Assignment.MACHINE])


def mark_sorted(face_ids: Collection[int]) -> None:
    update_faces(face_ids, is_sorted=True)


def mark_exemplars(room: Room, standing: set[int]) -> None:
    before = set(Face.objects.filter(room=room, is_exemplar=True).values_list("pk", flat=True))
    update_faces(standing - before, is_exemplar=True)
    update_faces(before - standing, is_exemplar=False)


def update_faces(face_ids: Collection[int], **values: bool) -> None:
    for batch in in_batches(sorted(face_ids)):
        Face.objects.filter(pk__in=batch).update(**values)
