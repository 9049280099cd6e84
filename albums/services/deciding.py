"""The steps that decisions about people are made of. Each belongs into a recorded block (history.py)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q

from accounts.models import User
from albums.models import Face, Person, Proposal, Question, Refusal
from albums.models.people import Assignment
from albums.services.history import in_batches

BATCH = 500


def with_followers(people: Collection[Person]) -> list[int]:
    """These people and everybody who was merged into them before."""
    pks = [person.pk for person in people]
    return [*pks, *Person.objects.filter(merged_into__in=pks).values_list("pk", flat=True)]


def join_people(into: Person, others: Sequence[Person]) -> None:
    """Give one of them all faces, and a name and a claim where it has none; inside a recorded block."""
    pks = [person.pk for person in others]
    claims = {person.user_id for person in (into, *others) if person.user_id}
    Person.objects.filter(pk__in=pks).update(merged_into=into, user=None)
    Person.objects.filter(merged_into__in=pks).update(merged_into=into)
    into.name = into.name or next((person.name for person in others if person.name), "")
    into.user_id = next(iter(claims), None)
    into.save(update_fields=["name", "user"])
    Refusal.objects.filter(face__person__in=[into.pk, *pks], person__in=[into.pk, *pks]).delete()
    Question.objects.filter(Q(person__in=pks) | Q(other__in=pks)).delete()
    Face.objects.filter(person__in=pks).update(person=into)
    keep_faces([into])


def refuse_within(person: Person, pks: Collection[int]) -> None:
    """Not this person, inside a recorded block: those of the faces that are there leave, none is put there again."""
    Refusal.objects.bulk_create(
        [Refusal(face_id=pk, person=person) for pk in pks], ignore_conflicts=True, batch_size=BATCH
    )
    for batch in in_batches(pks):
        faces = Face.objects.filter(pk__in=batch, person=person)
        faces.update(person=None, assignment=Assignment.MACHINE)
        Proposal.objects.filter(face__in=batch, person=person).delete()
        Question.objects.filter(face__in=batch, person=person).delete()


def confirm_within(person: Person, pks: Collection[int]) -> None:
    """These faces are this person, inside a recorded block: said by a human, so it stays."""
    theirs = Q(person=person) | Q(person__merged_into=person)
    for batch in in_batches(pks):
        Refusal.objects.filter(theirs, face__in=batch).delete()
        Face.objects.filter(pk__in=batch).update(person=person, assignment=Assignment.CONFIRMED)
        forget_guesses(batch)


def forget_guesses(pks: Collection[int]) -> None:
    """Somebody has decided about these faces: nothing is guessed or asked about them any more."""
    Proposal.objects.filter(face__in=pks).delete()
    Question.objects.filter(face__in=pks).delete()


def is_claimed_by_another(face: Face, user: User) -> bool:
    """Whether somebody else has said of this face's person: this is me."""
    return face.person is not None and face.person.user_id not in (None, user.pk)


def confirmed_name(face: Face) -> str:
    """Who this very face is, as a human said; in small letters, "" if nobody has or it was nobody with a name."""
    if face.person is None or face.assignment != Assignment.CONFIRMED:
        return ""
    return face.person.name.casefold()


def face_ids_of(people: Collection[Person]) -> list[int]:
    return list(Face.objects.filter(person__in=people).values_list("pk", flat=True))


def keep_faces(people: Collection[Person]) -> None:
    """A named group stays together through every re-run; faces can still be confirmed or refused one by one."""
    faces = Face.objects.filter(person__in=people, assignment=Assignment.MACHINE)
    faces.update(assignment=Assignment.NAMED)
