"""Doubts of the machine that one word settles: are these two people the same, is this face this person?"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from albums.errors import AlbumError, Conflict
from albums.models import Face, PersonChange, Question, Room
from albums.models.people import ChangeKind, Person
from albums.people_querysets import QuestionQuerySet
from albums.permissions import Action, allows, require, role_of
from albums.services.deciding import confirmed_name, is_claimed_by_another, refuse_within
from albums.services.history import recorded
from albums.services.people import confirm, in_turn, unite
from albums.services.proposals import refuse_here

ANSWERS = ("yes", "no", "unsure")
SOMEBODY_ELSE = gettext_lazy(
    "Somebody has said that this face is somebody else. Ask the host of the room to look at it."
)


def open_for(user: User, room: Room) -> QuestionQuerySet:
    """The questions that this user may answer, what an answer gains most first; who may only look: about themselves."""
    role = role_of(user, room)
    questions = Question.objects.open().filter(room=room)
    if allows(role, Action.EDIT_PEOPLE, room):
        return questions
    if not allows(role, Action.CLAIM_PERSON, room):
        return questions.none()
    return questions.filter(Q(person__user=user) | Q(other__user=user))


@transaction.atomic
def answer(*, user: User, question: Question, answer: str) -> PersonChange | None:
    """Take an answer: yes, no, or unsure, with which the question comes again after the others."""
    require(user, _action(user, question), question.room)
    if answer not in ANSWERS:
        raise AlbumError(_("Answer yes, no, or not sure."))
    in_turn(question.room)
    rows = Question.objects.open().with_people().select_related("room", "person__room")
    now = rows.filter(pk=question.pk).first()
    if now is None:
        raise Conflict(_("This question has been settled meanwhile."))
    if answer == "unsure":
        Question.objects.filter(pk=now.pk).update(skips=F("skips") + 1)
        return None
    change = _about_people(user, now, now.other, answer) if now.other else _about_face(user, now, answer)
    Question.objects.filter(pk=now.pk).delete()
    return change


def _action(user: User, question: Question) -> Action:
    claims = Person.objects.filter(pk__in=[question.person_id, question.other_id], user=user)
    return Action.CLAIM_PERSON if claims.exists() else Action.EDIT_PEOPLE


def _about_people(user: User, question: Question, other: Person, answer: str) -> PersonChange | None:
    """Yes makes them one; no keeps every face of the smaller one out of the larger one."""
    into, rest = sorted(
        (question.person, other), key=lambda one: (not one.user_id, not one.name, -one.photo_count, one.pk)
    )
    if answer == "yes":
        return unite(user=user, into=into, others=[rest], kind=ChangeKind.MERGE)
    larger, smaller = sorted((question.person, other), key=lambda one: (-one.photo_count, one.pk))
    faces = list(Face.objects.filter(person=smaller).values_list("pk", flat=True))
    people = [larger.pk, smaller.pk]
    with recorded(user=user, room=question.room, kind=ChangeKind.REFUSE, people=people, faces=faces) as draft:
        names = [one.name for one in (larger, smaller) if one.name]
        draft.summary = (
            f"{' and '.join(names)} are not the same person"
            if len(names) == 2
            else f"Somebody else is not {names[0]}"
            if names
            else "Two people are not the same"
        )
        refuse_within(larger, faces)
    return draft.change


def _about_face(user: User, question: Question, answer: str) -> PersonChange | None:
    faces = [question.face_id] if question.face_id else []
    if answer == "yes" and not _may_take(user, question):
        raise Conflict(SOMEBODY_ELSE)
    deed = confirm if answer == "yes" else refuse_here
    return deed(user=user, person=question.person, face_ids=faces)


def _may_take(user: User, question: Question) -> bool:
    """Who may only look says of no face that it is them once somebody has said who it is."""
    if question.face is None or allows(role_of(user, question.room), Action.EDIT_PEOPLE, question.room):
        return True
    names = ("", question.person.name.casefold())
    return not is_claimed_by_another(question.face, user) and confirmed_name(question.face) in names
