""" "Don't show me": a person is left out for everybody else, and blurred in what others view and download if they want that."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from albums import veils
from albums.errors import Conflict
from albums.models import Child, Face, Person, Room
from albums.permissions import Action, require
from albums.services import consents
from albums.services.deciding import own_person
from albums.services.history import lock
from albums.veils import is_veiled_for, veiled_ids
from processing import copy_tasks, tasks

__all__ = ["conceal", "is_veiled_for", "own_person", "reveal", "veiled_ids"]


@transaction.atomic
def conceal(*, user: User, room: Room, child: Child | None = None, veil: bool) -> Person:
    """Show this person to nobody else, and (veil) blur the face in what others see; one's own album stays."""
    person = _own_person(user, room, child)
    return _set(person, is_concealed=True, is_veiled=veil)


@transaction.atomic
def reveal(*, user: User, room: Room, child: Child | None = None) -> Person:
    """Show this person like everybody else again; the copies with blurred faces are deleted."""
    person = _own_person(user, room, child)
    return _set(person, is_concealed=False, is_veiled=False)


def _own_person(user: User, room: Room, child: Child | None) -> Person:
    require(user, Action.CLAIM_PERSON, room)
    consents.require_own(user, room, child)
    lock(room)
    person = own_person(user, room, child)
    if person is None and child is not None:
        sentence = _(
            "Find %(name)s on the photos first: nobody can be hidden before it is known where they are."
        )
        raise Conflict(sentence % {"name": child.name})
    if person is None:
        raise Conflict(
            _("Find yourself on the photos first: nobody can be hidden before it is known where they are.")
        )
    return person


def _set(person: Person, *, is_concealed: bool, is_veiled: bool) -> Person:
    was_veiled = person.is_veiled
    Person.objects.filter(pk=person.pk).update(is_concealed=is_concealed, is_veiled=is_veiled)
    person.is_concealed, person.is_veiled = is_concealed, is_veiled
    faces = Face.objects.filter(person=person).order_by()
    was_everybodys = faces.update(is_veiled=False) if faces.filter(is_veiled=True).exists() else 0
    if was_veiled != is_veiled or was_everybodys:
        veils.refresh(faces.values_list("photo", flat=True))
        copy_tasks.settle_borrowed(person.room_id)
        tasks.request_later(tasks.JobKind.VEIL, person.room_id, 0)
    return person
