"""The steps that decisions about people are made of. Each belongs into a recorded block (history.py)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q

from accounts.models import User
from albums.batches import id_batches
from albums.models import Child, Face, Person, Proposal, Question, Refusal, Room
from albums.models.people import Assignment

BATCH = 500


def with_followers(people: Collection[Person]) -> list[int]:
    """These people and everybody who was merged into them before."""
    pks = [person.pk for person in people]
    return [*pks, *Person.objects.filter(merged_into__in=pks).values_list("pk", flat=True)]


def join_people(into: Person, others: Sequence[Person]) -> None:
    """Give one of them all faces, and a name and a claim where it has none; inside a recorded block."""
    pks = [person.pk for person in others]
    all_of_them = (into, *others)
    claims = {person.user_id for person in all_of_them if person.user_id}
    children = {person.child_id for person in all_of_them if person.child_id}
    Person.objects.filter(pk__in=pks).update(merged_into=into, user=None, child=None)
    Person.objects.filter(merged_into__in=pks).update(merged_into=into)
    into.name = into.name or next((person.name for person in others if person.name), "")
    into.user_id, into.child_id = next(iter(claims), None), next(iter(children), None)
    into.is_concealed = any(person.is_concealed for person in all_of_them)
    into.is_veiled = any(person.is_veiled for person in all_of_them)
    into.save(update_fields=["name", "user", "child", "is_concealed", "is_veiled"])
    Refusal.objects.filter(face__person__in=[into.pk, *pks], person__in=[into.pk, *pks]).delete()
    Question.objects.filter(Q(person__in=pks) | Q(other__in=pks)).delete()
    Face.objects.filter(person__in=pks).update(person=into)
    keep_faces([into])


def refuse_within(person: Person, pks: Collection[int]) -> None:
    """Not this person, inside a recorded block: those of the faces that are there leave, none is put there again."""
    Refusal.objects.bulk_create(
        [Refusal(face_id=pk, person=person) for pk in pks], ignore_conflicts=True, batch_size=BATCH
    )
    for batch in id_batches(pks):
        faces = Face.objects.filter(pk__in=batch, person=person)
        faces.update(person=None, assignment=Assignment.MACHINE)
        Proposal.objects.filter(face__in=batch, person=person).delete()
        Question.objects.filter(face__in=batch, person=person).delete()


def confirm_within(person: Person, pks: Collection[int]) -> None:
    """These faces are this person, inside a recorded block: said by a human, so it stays."""
    theirs = Q(person=person) | Q(person__merged_into=person)
    for batch in id_batches(pks):
        Refusal.objects.filter(theirs, face__in=batch).delete()
        Face.objects.filter(pk__in=batch).update(person=person, assignment=Assignment.CONFIRMED)
        forget_guesses(batch)


def forget_guesses(pks: Collection[int]) -> None:
    """Somebody has decided about these faces: nothing is guessed or asked about them any more."""
    Proposal.objects.filter(face__in=pks).delete()
    Question.objects.filter(face__in=pks).delete()


def is_claimed(person: Person) -> bool:
    """Whether somebody has said of this person: this is me, or my child."""
    return person.user_id is not None or person.child_id is not None


def is_claimed_by_another(face: Face, user: User, child: Child | None = None) -> bool:
    """Whether this face's person is somebody else, as they said themselves, or their guardian did."""
    if face.person is None or not is_claimed(face.person):
        return False
    if child is not None:
        return face.person.child_id != child.pk
    return face.person.user_id != user.pk


def own_person(user: User, room: Room, child: Child | None = None) -> Person | None:
    """Who somebody is in a room, or their child."""
    people = Person.objects.filter(room=room, merged_into=None)
    own = people.filter(child=child) if child else people.filter(user=user)
    return own.select_related("room").first()


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
