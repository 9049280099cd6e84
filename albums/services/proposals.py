"""What people say to the machine's guesses: yes, one by one or all above a line, or no."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from albums.errors import AlbumError
from albums.models import Face, Person, PersonChange, Proposal
from albums.models.people import Assignment, ChangeKind
from albums.permissions import Action, require
from albums.services.deciding import refuse_within
from albums.services.history import recorded
from albums.services.people import are, confirm, counted, in_turn

NO_FACES = gettext_lazy("Choose at least one face of this room.")


@transaction.atomic
def accept(
    *, user: User, person: Person, face_ids: Collection[int] | None = None, above: float | None = None
) -> PersonChange | None:
    """Yes, these faces are this person, or all of them that are guessed with at least this probability (0 to 1)."""
    require(user, Action.EDIT_PEOPLE, person.room)
    if (face_ids is None) == (above is None):
        raise AlbumError(_("Choose faces, or say from which probability on all are accepted."))
    in_turn(person.room, person)
    found = likely_faces(person, above) if above is not None else undecided_faces(person, face_ids or ())
    return confirm(user=user, person=person, face_ids=found)


def likely_faces(person: Person, above: float) -> list[int]:
    """Faces guessed to be this person at least this probably; no second face of one photo."""
    rows = Proposal.objects.open().alone_on_photo().filter(person=person, probability__gte=above)
    by_photo: dict[int, int] = {}
    for photo, face in rows.order_by("-probability", "id").values_list("face__photo", "face"):
        by_photo.setdefault(photo, face)
    return list(by_photo.values())


def undecided_faces(person: Person, face_ids: Collection[int]) -> list[int]:
    """Those of the faces about which nobody has decided otherwise meanwhile."""
    faces = Face.objects.present().filter(room=person.room_id, pk__in=face_ids)
    if not faces.exists():
        raise AlbumError(NO_FACES)
    elsewhere = Q(person__isnull=False) & ~Q(person=person) & ~Q(assignment=Assignment.MACHINE)
    undecided = list(faces.exclude(elsewhere).values_list("pk", flat=True))
    if not undecided:
        raise AlbumError(_("Somebody has said meanwhile who this is. Reload the page."))
    return undecided


@transaction.atomic
def refuse(*, user: User, person: Person, face_ids: Collection[int]) -> PersonChange | None:
    """No, these faces are not this person: those that are in the album leave it, the others never get there."""
    require(user, Action.EDIT_PEOPLE, person.room)
    in_turn(person.room, person)
    if not Face.objects.present().filter(room=person.room_id, pk__in=face_ids).exists():
        raise AlbumError(NO_FACES)
    return refuse_here(user=user, person=person, face_ids=face_ids)


def refuse_here(*, user: User, person: Person, face_ids: Collection[int]) -> PersonChange | None:
    """Refuse without asking who may; None if all of it was said before."""
    faces = Face.objects.present().filter(room=person.room_id, pk__in=face_ids)
    is_said = Q(pk__in=person.refusals.values("face")) & (Q(person=None) | ~Q(person=person))
    pks = list(faces.exclude(is_said).values_list("pk", flat=True))
    if not pks:
        return None
    with recorded(
        user=user, room=person.room, kind=ChangeKind.REFUSE, people=[person.pk], faces=pks
    ) as draft:
        draft.summary = f"{counted(pks, 'face')} {are(pks)} not {person.name or 'this person'}"
        refuse_within(person, pks)
    return draft.change
