"""A question whose answer was taken back: it went with the answer, and is asked again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from albums.errors import AlbumError, Conflict
from albums.models import Face, Person, PersonChange, Question
from albums.permissions import Action, allows, require


@transaction.atomic
def ask_again(
    *, user: User, person: Person, other: Person | None = None, face: Face | None = None
) -> Question:
    """Is the other person, or this face, that person? Who may only look asks about themselves, and what they were asked."""
    is_own = user.pk in (person.user_id, other.user_id if other else None)
    role = require(user, Action.CLAIM_PERSON if is_own else Action.EDIT_PEOPLE, person.room)
    rooms = {thing.room_id for thing in (person, other, face) if thing}
    if len(rooms) > 1 or (other is None) == (face is None) or other == person:
        raise AlbumError(gettext("Ask about two people, or about a face and a person, of the same room."))
    if not allows(role, Action.EDIT_PEOPLE, person.room) and not _has_taken_back(user, person, other, face):
        raise Conflict(gettext("This question has been settled meanwhile."))
    values = {"distance": 0.0, "gain": other.photo_count if other else 1}
    question, _ = Question.objects.get_or_create(
        room=person.room, person=person, other=other, face=face, defaults=values
    )
    return question


def _has_taken_back(user: User, person: Person, other: Person | None, face: Face | None) -> bool:
    """Whether an answer of this user about these was undone."""
    undone = PersonChange.objects.filter(room=person.room_id, actor=user, undone_at__isnull=False)
    undone = undone.filter(before__people__has_key=str(person.pk))
    if other:
        return undone.filter(before__people__has_key=str(other.pk)).exists()
    return face is not None and undone.filter(before__faces__has_key=str(face.pk)).exists()
