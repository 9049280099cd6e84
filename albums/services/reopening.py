"""A question whose answer was taken back: it went with the answer, and is asked again."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from albums.errors import AlbumError
from albums.models import Face, Person, Question
from albums.permissions import Action, require


@transaction.atomic
def ask_again(
    *, user: User, person: Person, other: Person | None = None, face: Face | None = None
) -> Question:
    """Is the other person, or this face, that person? Who may only look asks about themselves."""
    is_own = user.pk in (person.user_id, other.user_id if other else None)
    require(user, Action.CLAIM_PERSON if is_own else Action.EDIT_PEOPLE, person.room)
    rooms = {thing.room_id for thing in (person, other, face) if thing}
    if len(rooms) > 1 or (other is None) == (face is None) or other == person:
        raise AlbumError("Ask about two people, or about a face and a person, of the same room.")
    values = {"distance": 0.0, "gain": other.photo_count if other else 1}
    question, _ = Question.objects.get_or_create(
        room=person.room, person=person, other=other, face=face, defaults=values
    )
    return question
