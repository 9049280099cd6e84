"""Doubts that one word settles: the same person or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Window, prefetch_related_objects
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from albums.errors import AlbumError, Gone
from albums.models import Face, Question
from albums.search import number
from albums.services import questions as services
from albums.services.reopening import ask_again
from albums.views.answering import answer, taken
from albums.views.places import Place, in_room, render_room

QUESTIONS_AHEAD = 12
FACES_OF_EACH = 6
ANSWERS = ("yes", "no", "unsure")


@dataclass(frozen=True)
class Card:
    """A question with what is needed to answer it: faces of both sides."""

    question: Question
    faces: Sequence[Face]
    others: Sequence[Face]

    @property
    def is_outlier(self) -> bool:
        """Whether the face lies in the person's album already."""
        face = self.question.face
        return face is not None and face.person_id == self.question.person_id


def faces_of(people: set[int]) -> dict[int, list[Face]]:
    """The best few faces of each of these people, in one query."""
    rank = Window(
        RowNumber(), partition_by=F("person"), order_by=["quality", "-is_exemplar", "-sharpness", "id"]
    )
    faces = Face.objects.filter(person__in=people).present().exclude(crop="").annotate(rank=rank)
    found: dict[int, list[Face]] = defaultdict(list)
    for face in faces.filter(rank__lte=FACES_OF_EACH + 1).order_by(
        "rank"
    ):  # one more: a face that is asked about is left out
        found[face.person_id or 0].append(face)
    return found


def cards_of(questions: Sequence[Question]) -> list[Card]:
    people = {pk for question in questions for pk in (question.person_id, question.other_id) if pk}
    faces = faces_of(people)
    prefetch_related_objects(
        [question.face.photo for question in questions if question.face],
        "renditions",
        "uploader",
        "shown_edit",
    )
    cards = []
    for question in questions:
        of_person = [face for face in faces[question.person_id] if face.pk != question.face_id]
        of_other = faces[question.other_id] if question.other_id else []
        cards.append(Card(question, of_person[:FACES_OF_EACH], of_other[:FACES_OF_EACH]))
    return cards


@in_room()
def questions_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Is this the same person? What brings most first; who may only look is asked about themselves."""
    asked = services.open_for(place.user, place.room)
    skipped = [pk for part in request.GET.get("skip", "").split(".") if (pk := number(part))]
    questions = list(asked.exclude(pk__in=skipped).with_people()[:QUESTIONS_AHEAD])
    return render_room(
        request,
        place,
        "albums/questions.html",
        "people",
        cards=cards_of(questions),
        total=asked.order_by().count(),
    )


def asked_again(request: HttpRequest, place: Place) -> Question:
    """The question went with its answer; where that was undone, the same card asks it once more."""
    person, other, face_id = (number(request.POST.get(name, "")) for name in ("person", "other", "face"))
    people = {
        one.pk: one for one in place.room.people.current(place.user).filter(pk__in=[person or 0, other or 0])
    }
    face = place.room.faces.present().seen_by(place.user).filter(pk=face_id or 0).first()
    if person not in people or (other not in people and face is None):
        raise Gone(_("This question is settled already."))
    return ask_again(user=place.user, person=people[person], other=people.get(other), face=face)


@in_room()
@answer
def question_answer(request: HttpRequest, place: Place, question_id: int) -> HttpResponse:
    questions = place.room.questions.select_related("person", "other", "face")
    question = questions.filter(pk=question_id).first() or asked_again(request, place)
    said = request.POST.get("answer", "")
    if said not in ANSWERS:
        raise AlbumError(_("Answer yes, no, or not sure."))
    change = services.answer(user=place.user, question=question, answer=said)
    left = services.open_for(place.user, place.room).order_by().count()
    return taken(request, place, change, to=reverse("albums:questions", args=[place.room.pk]), left=left)
