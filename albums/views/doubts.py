"""Where other pages show that there is something to answer: a notice of questions, faces that are probably somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from albums.models import Face, Person, Question
from albums.permissions import Action
from albums.services.questions import open_for
from albums.views.places import Place

FACES_SHOWN = 8
PROBABLE = 0.5


@dataclass(frozen=True)
class QuestionNotice:
    """How many questions are open, how many photos they would sort, and the first of them."""

    count: int
    gain: int
    first: Question


def question_notice(place: Place) -> QuestionNotice | None:
    asked = open_for(place.user, place.room)
    first = asked.with_people().first()
    if first is None:
        return None
    sums = asked.order_by().aggregate(count=Count("pk"), gain=Sum("gain"))
    return QuestionNotice(sums["count"], sums["gain"], first)


@dataclass(frozen=True)
class Likely:
    """Photos outside a person's album that are probably theirs, or at least may be, and the likeliest faces of those."""

    photos: int
    faces: Sequence[Face]
    is_probable: bool


def likely_photos(place: Place, person: Person) -> Likely | None:
    """Nothing for who may not decide it, and where nothing is open."""
    if Action.EDIT_PEOPLE not in place.can:
        return None
    outside = place.room.proposals.open().filter(person=person).exclude(face__person=person)
    probable = Count("face__photo", distinct=True, filter=Q(probability__gte=PROBABLE))
    counts = outside.order_by().aggregate(all=Count("face__photo", distinct=True), probable=probable)
    if not counts["all"]:
        return None
    shown = outside.exclude(face__crop="").with_faces().order_by("-probability", "pk")[:FACES_SHOWN]
    faces = [
        proposal.face for proposal in shown if proposal.probability >= PROBABLE or not counts["probable"]
    ]
    return Likely(counts["probable"] or counts["all"], faces, is_probable=bool(counts["probable"]))
