"""Human changes to people, recorded so that each can be undone.

A record holds the state of the people and faces that a change touches, before and after it:
`{"people": {id: {column: value}}, "faces": {id: [person, assignment]}, "refusals": {face id: [person ids]}}`.
Undoing puts back what has not been changed again since; later decisions win.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from albums.counts import recount_people
from albums.errors import Conflict
from albums.models import Face, Membership, Person, PersonChange, Refusal, Room
from albums.permissions import Action, require
from processing import tasks

PERSON_COLUMNS = ("name", "is_hidden", "user_id", "cover_id", "is_cover_chosen", "merged_into_id")
State = dict[str, dict[str, Any]]


@dataclass(slots=True)
class Draft:
    """A change while it is being made; the service sets the summary and adds the people that it made."""

    summary: str = ""
    people: set[int] = field(default_factory=set)
    change: PersonChange | None = None


@contextmanager
def recorded(
    *, user: User, room: Room, kind: str, people: Collection[int], faces: Collection[int] = ()
) -> Iterator[Draft]:
    """Record what the block does to these people and faces, count again, and have the room sorted again."""
    with transaction.atomic():
        lock(room)
        draft = Draft(people=set(people))
        before = snapshot(draft.people, faces)
        yield draft
        after = snapshot(draft.people, faces)
        draft.change = PersonChange.objects.create(
            room=room, actor=user, kind=kind, summary=draft.summary[:200], before=before, after=after
        )
        settle(room, draft.people)


def lock(room: Room) -> None:
    """One change to a room's people at a time; SQLite's immediate transactions have that anyway."""
    Room.objects.select_for_update().get(pk=room.pk)


def settle(room: Room, people: Collection[int]) -> None:
    Room.objects.filter(pk=room.pk).update(people_revision=F("people_revision") + 1)
    recount_people(people)
    tasks.request_clustering(room.pk)


def snapshot(people: Collection[int], faces: Collection[int]) -> State:
    refusals: dict[str, list[int]] = defaultdict(list)
    for face, person in Refusal.objects.filter(face__in=faces).order_by("id").values_list("face", "person"):
        refusals[str(face)].append(person)
    return {
        "people": {
            str(row.pop("id")): row
            for row in Person.objects.filter(pk__in=people).values("id", *PERSON_COLUMNS)
        },
        "faces": {
            str(pk): [person, assignment]
            for pk, person, assignment in Face.objects.filter(pk__in=faces).values_list(
                "pk", "person", "assignment"
            )
        },
        "refusals": dict(refusals),
    }


@transaction.atomic
def undo(*, user: User, change: PersonChange) -> PersonChange:
    """Take a change back; what somebody has decided anew since then stays."""
    require(user, Action.EDIT_PEOPLE if change.actor_id != user.pk else Action.CLAIM_PERSON, change.room)
    lock(change.room)
    if not PersonChange.objects.filter(pk=change.pk, undone_at=None).update(undone_at=timezone.now()):
        raise Conflict("This has been undone already.")
    change.refresh_from_db()
    touched = _undo_people(change, user) | _undo_faces(change)
    settle(change.room, touched)
    return change


def _undo_people(change: PersonChange, user: User) -> set[int]:
    before, after = change.before["people"], change.after["people"]
    people = list(Person.objects.filter(pk__in=after))
    # "This is not me" is taken back by nobody else; what a merge only moved goes back with it.
    claims = {None, user.pk, *(row["user_id"] for row in after.values())}
    for person in people:
        was, became = before.get(str(person.pk), _blank()), after[str(person.pk)]
        if was["user_id"] not in claims:
            was = was | {"user_id": None}
        for column in PERSON_COLUMNS:
            if getattr(person, column) == became[column] and _may_return(person, column, was[column]):
                setattr(person, column, was[column])
        person.save(update_fields=[column.removesuffix("_id") for column in PERSON_COLUMNS])
    return {person.pk for person in people}


def _blank() -> dict[str, Any]:
    """What a person was before it was made."""
    return dict.fromkeys(PERSON_COLUMNS) | {"name": "", "is_hidden": False, "is_cover_chosen": False}


def _may_return(person: Person, column: str, value: Any) -> bool:
    """Whether what the column pointed to is still there and still free."""
    if value is None:
        return True
    if column == "user_id":
        others = Person.objects.filter(room=person.room_id, user=value).exclude(pk=person.pk)
        is_here = Membership.objects.filter(room=person.room_id, user=value).exists()
        return is_here and not others.exists()
    if column == "cover_id":
        return Face.objects.filter(pk=value).exists()
    if column == "merged_into_id":
        return Person.objects.filter(pk=value).exists()
    return True


def _undo_faces(change: PersonChange) -> set[int]:
    before, after = change.before["faces"], change.after["faces"]
    faces = list(Face.objects.filter(pk__in=after))
    people = Person.objects.filter(room=change.room_id).values_list("pk", "merged_into")
    today = {pk: merged_into or pk for pk, merged_into in people}  # who they are by now
    touched: set[int] = set()
    changed = []
    for face in faces:
        was, became = before.get(str(face.pk)), after[str(face.pk)]
        if was is None or [face.person_id, face.assignment] != became:
            continue
        person = today.get(was[0])
        touched |= {pk for pk in (face.person_id, person) if pk}
        face.person_id, face.assignment = person, was[1]
        changed.append(face)
    Face.objects.bulk_update(changed, ["person", "assignment"], batch_size=500)
    _undo_refusals(change)
    return touched


def _undo_refusals(change: PersonChange) -> None:
    before, after = change.before["refusals"], change.after["refusals"]
    for face in set(before) | set(after):
        was, became = set(before.get(face, ())), set(after.get(face, ()))
        Refusal.objects.filter(face=int(face), person__in=became - was).delete()
        for person in was - became:
            if Person.objects.filter(pk=person).exists() and Face.objects.filter(pk=int(face)).exists():
                Refusal.objects.get_or_create(face_id=int(face), person_id=person)
