"""Saying whose faces they are: one face after the other, or all that are probably one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite

from django.db.models import Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from albums.errors import AlbumError, Gone
from albums.models import Face, Person, PersonChange, Proposal
from albums.people_querysets import ProposalQuerySet
from albums.permissions import Action
from albums.search import number
from albums.services import faces as face_services
from albums.services import labelling as services
from albums.services import people as people_services
from albums.services import proposals as proposal_services
from albums.templatetags.faces import percent
from albums.views.answering import answer, is_script, taken
from albums.views.people import person_of
from albums.views.places import Place, in_room, render_room

FACES_AHEAD = 24
MOST_SKIPPED = 200
SURE = 0.5  # the first candidate is taken by Enter
PROPOSALS_ON_PAGE = 60
LINES = (95, 90, 80, 60)  # percent, offered without a script


@dataclass(frozen=True)
class Choice:
    person: Person
    percent: int | None
    is_sure: bool


@dataclass(frozen=True)
class Card:
    """One face to be labelled, and who it may be."""

    face: Face
    choices: Sequence[Choice]

    @classmethod
    def of(cls, found: services.LabelFace) -> Card:
        choices = []
        for at, (person, probability) in enumerate(found.candidates):
            is_sure = at == 0 and probability is not None and probability >= SURE
            choices.append(Choice(person, None if probability is None else percent(probability), is_sure))
        return cls(found.face, choices)


def skipped_of(text: str) -> list[int]:
    """The ids of faces that are not asked about again now, from an address."""
    pks = [pk for part in text.split(".")[-MOST_SKIPPED:] if (pk := number(part))]
    return list(dict.fromkeys(pks))


def cards_of(place: Place, *, skipped: Sequence[int], person: Person | None) -> list[Card]:
    found = services.next_faces(
        user=place.user, room=place.room, limit=FACES_AHEAD + len(skipped), person=person
    )
    cards = [Card.of(face) for face in found if face.face.pk not in skipped][:FACES_AHEAD]
    prefetch_related_objects([card.face.photo for card in cards], "renditions", "uploader", "shown_edit")
    return cards


@in_room(Action.EDIT_PEOPLE)
def label_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Label faces: the one that teaches most first, the next ones ready behind it."""
    skipped = skipped_of(request.GET.get("skip", ""))
    person = place.room.people.named(place.user).filter(pk=number(request.GET.get("person", "")) or 0).first()
    cards = cards_of(place, skipped=skipped, person=person)
    return render_room(
        request,
        place,
        "albums/label.html",
        "people",
        cards=cards,
        person=person,
        skipped=skipped,
        progress=services.progress(place.room),
        has_faces=bool(cards) or place.room.faces.present().exists(),
    )


@in_room(Action.EDIT_PEOPLE)
@answer
def label_answer(request: HttpRequest, place: Place) -> HttpResponse:
    """Whose face it is, or that it is none, or that one can't say."""
    faces = place.room.faces.present().seen_by(place.user).select_related("person")
    face = faces.filter(pk=number(request.POST.get("face", "")) or 0).first()
    if face is None:
        raise Gone(
            gettext(
                "This face is not there any more: its photo was deleted, or somebody said that it is none."
            )
        )
    changes = [] if "skip" in request.POST else say_whose(place, face, request)
    skipped = skipped_of(request.POST.get("skipped", "")) + ([face.pk] if "skip" in request.POST else [])
    query = [f"skip={'.'.join(map(str, skipped))}"] if skipped else []
    if person := number(request.POST.get("for", "")):
        query.append(f"person={person}")
    to = reverse("albums:label", args=[place.room.pk]) + (f"?{'&'.join(query)}" if query else "")
    if not is_script(request):
        return taken(request, place, *changes, to=to)
    context = {"progress": services.progress(place.room), "room": place.room}
    html = render_to_string("albums/_label_progress.html", context, request)
    return taken(request, place, *changes, to=to, progress=html)


def say_whose(place: Place, face: Face, request: HttpRequest) -> list[PersonChange | None]:
    """What was changed, in order."""
    user, faces = place.user, [face.pk]
    if "no" in request.POST:
        return [face_services.dismiss(user=user, room=place.room, face_ids=faces)]
    if person_id := number(request.POST.get("person", "")):
        person = get_object_or_404(place.room.people.current(place.user), pk=person_id)
        return [people_services.confirm_faces(user=user, person=person, face_ids=faces)]
    name = " ".join(request.POST.get("name", "").split())
    if not name:
        raise AlbumError(gettext("Type a name first."))
    is_known = place.room.people.named(place.user).filter(name__iexact=name).exists()
    if is_known or face.person is None or face.person.name:
        return [people_services.move_faces(user=user, room=place.room, face_ids=faces, to=None, name=name)]
    # A new name is the name of the whole group that the face stands for.
    named = people_services.name_person(user=user, person=face.person, name=name)
    return [named, people_services.confirm_faces(user=user, person=face.person, face_ids=faces)]


@dataclass(frozen=True)
class ProposalPage:
    """Some guesses in order. No second face of one photo is accepted together with others."""

    proposals: Sequence[Proposal]
    next_query: str  # of the page after this one, empty at the end
    total: int
    best: frozenset[int]  # faces that a line accepts: the likeliest of their photo
    counts: Sequence[int]  # how many of those there are at 0 %, 1 % ... 100 % or more

    @property
    def lines(self) -> list[tuple[int, int]]:
        """Percent, and how many lie above; those that take in nobody more than the one before are left out."""
        lines = [(line, self.counts[line]) for line in LINES]
        return [
            (line, count) for at, (line, count) in enumerate(lines) if count > (lines[at - 1][1] if at else 0)
        ]


def proposal_page(proposals: ProposalQuerySet, after: str) -> ProposalPage:
    """Cut by place and not by number, so that answers given meanwhile shift nothing."""
    alone = proposals.alone_on_photo().order_by("-probability", "pk")
    best: dict[int, tuple[int, float]] = {}
    for photo, face, probability in alone.values_list("face__photo", "face", "probability"):
        best.setdefault(photo, (face, probability))
    at = [0] * 101
    for _, probability in best.values():
        at[percent(probability)] += 1
    counts = list(accumulate(reversed(at)))[::-1]
    total = proposals.count()
    if place := cursor_of(after):
        probability, pk = place
        proposals = proposals.filter(Q(probability__gt=probability) | Q(probability=probability, pk__gt=pk))
    found = list(proposals.with_faces().order_by("probability", "pk")[: PROPOSALS_ON_PAGE + 1])
    next_query = ""
    if len(found) > PROPOSALS_ON_PAGE:
        found.pop()
        next_query = f"?after={found[-1].probability!r}_{found[-1].pk}"
    return ProposalPage(found, next_query, total, frozenset(face for face, _ in best.values()), counts)


def cursor_of(text: str) -> tuple[float, int] | None:
    probability, _, pk = text.rpartition("_")
    try:
        return (float(probability), number(pk) or 0) if isfinite(float(probability)) else None
    except ValueError:
        return None


@in_room(Action.EDIT_PEOPLE)
def person_proposals(request: HttpRequest, place: Place, person_id: int) -> HttpResponse:
    """All faces that are probably this person, the most doubtful first."""
    person = person_of(place, person_id)
    if person.merged_into_id:
        return redirect("albums:person_proposals", place.room.pk, person.merged_into_id)
    proposals = place.room.proposals.open().filter(person=person)
    page = proposal_page(proposals, request.GET.get("after", ""))
    return render_room(
        request,
        place,
        "albums/proposals.html",
        "people",
        person=person,
        page=page,
        needed=services.needed(person),
    )


def chosen_faces(request: HttpRequest) -> list[int]:
    return [pk for value in request.POST.getlist("faces") if (pk := number(value))]


@in_room(Action.EDIT_PEOPLE)
@answer
def proposals_accept(request: HttpRequest, place: Place, person_id: int) -> HttpResponse:
    """Yes, this is them: of chosen faces, or of all at this percentage or more."""
    person = person_of(place, person_id)
    line = number(request.POST.get("above", ""))
    if line is not None and line <= 100:
        change = proposal_services.accept(user=place.user, person=person, above=line / 100)
    else:
        change = proposal_services.accept(user=place.user, person=person, face_ids=chosen_faces(request))
    return taken(
        request, place, change, to=reverse("albums:person_proposals", args=[place.room.pk, person.pk])
    )


@in_room(Action.EDIT_PEOPLE)
@answer
def proposals_refuse(request: HttpRequest, place: Place, person_id: int) -> HttpResponse:
    person = person_of(place, person_id)
    change = proposal_services.refuse(user=place.user, person=person, face_ids=chosen_faces(request))
    return taken(
        request, place, change, to=reverse("albums:person_proposals", args=[place.room.pk, person.pk])
    )
