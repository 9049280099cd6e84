"""Human changes to people, recorded so that each can be undone.

A record holds the state of the people and faces that a change touches, before and after it:
`{"people": {id: {column: value}}, "faces": {id: [person, assignment, is_dismissed]}, "refusals": {face id: [person ids]}}`;
records of older versions have no third value. Undoing (reversal.py) puts back what nobody has decided anew since.
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
from django.utils.translation import gettext as _

from accounts.models import User
from albums.batches import id_batches
from albums.counts import recount_people
from albums.errors import Conflict
from albums.models import Face, Person, PersonChange, Refusal, Room
from albums.new_photos import moves_between, tell_of_faces
from albums.permissions import Action, require
from albums.services.reversal import PERSON_COLUMNS, take_back
from processing import tasks

BATCH = 5000  # ids in one statement
State = dict[str, dict[str, Any]]


@dataclass(slots=True)
class Draft:
    """A change while it is being made; the service sets the summary and adds the people and faces that it made."""

    summary: str = ""
    people: set[int] = field(default_factory=set)
    faces: set[int] = field(default_factory=set)
    change: PersonChange | None = None

    @property
    def made(self) -> PersonChange:
        """The change, once it is recorded."""
        if self.change is None:
            raise RuntimeError("a change is recorded when its block has ended")
        return self.change


@contextmanager
def recorded(
    *, user: User, room: Room, kind: str, people: Collection[int], faces: Collection[int] = ()
) -> Iterator[Draft]:
    """Record what the block does to these people and faces, count again, and have the room sorted again."""
    with transaction.atomic():
        lock(room)
        draft = Draft(people=set(people), faces=set(faces))
        before = snapshot(draft.people, draft.faces)
        yield draft
        after = snapshot(draft.people, draft.faces)
        draft.change = PersonChange.objects.create(
            room=room, actor=user, kind=kind, summary=draft.summary[:200], before=before, after=after
        )
        retag(before, after)
        settle(room, draft.people)
        tell_of_faces(room, moves_between(before["faces"], after["faces"]), actor=user.pk)


def retag(before: State, after: State) -> None:
    """Where faces came or went, portrait, couple and group are said anew."""

    def is_seen(state: State, key: str) -> bool:
        row = state["faces"].get(key)
        return row is not None and row[2:] != [True]

    keys = {*before["faces"], *after["faces"]}
    changed = [int(key) for key in keys if is_seen(before, key) != is_seen(after, key)]
    for batch in id_batches(changed, BATCH):
        tasks.retag_people(set(Face.objects.filter(pk__in=batch).values_list("photo", flat=True)))


def lock(room: Room) -> None:
    """One change to a room's people at a time; SQLite's immediate transactions have that anyway."""
    Room.objects.select_for_update(no_key=True).get(pk=room.pk)


def settle(room: Room, people: Collection[int]) -> None:
    """Count these people again, and have the room sorted and its guesses made again."""
    Room.objects.filter(pk=room.pk).update(people_revision=F("people_revision") + 1)
    recount_people(people)
    tasks.request_clustering(room.pk)
    tasks.request_learning(room.pk)
    tasks.request_veiling(room.pk)


def snapshot(people: Collection[int], faces: Collection[int]) -> State:
    refusals: dict[str, list[int]] = defaultdict(list)
    states: dict[str, list[Any]] = {}
    for batch in id_batches(faces, BATCH):
        for face, person in (
            Refusal.objects.filter(face__in=batch).order_by("id").values_list("face", "person")
        ):
            refusals[str(face)].append(person)
        rows = Face.objects.filter(pk__in=batch).order_by()
        for pk, person, assignment, is_dismissed in rows.values_list(
            "pk", "person", "assignment", "is_dismissed"
        ):
            states[str(pk)] = [person, assignment, is_dismissed]
    found = Person.objects.filter(pk__in=people).values("id", *PERSON_COLUMNS)
    return {
        "people": {str(row.pop("id")): row for row in found},
        "faces": states,
        "refusals": dict(refusals),
    }


@transaction.atomic
def undo(*, user: User, change: PersonChange) -> PersonChange:
    """Take a change back; what somebody has decided anew since then stays. A Conflict if nothing of it can go back."""
    require(user, Action.EDIT_PEOPLE if change.actor_id != user.pk else Action.CLAIM_PERSON, change.room)
    lock(change.room)
    if not PersonChange.objects.filter(pk=change.pk, undone_at=None).update(undone_at=timezone.now()):
        raise Conflict(_("This has been undone already."))
    change.refresh_from_db()
    touched = take_back(change, user)
    retag(change.before, change.after)
    settle(change.room, touched)
    return change
