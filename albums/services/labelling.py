"""Which face to label next, who it may be, and how far the labelling is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, When, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from albums.faces_policy import is_by_consent
from albums.models import Face, LabelOrder, Person, Room
from albums.models.people import Assignment
from albums.people_querysets import FaceQuerySet
from albums.permissions import Action, require

ENOUGH_LABELS = 10  # faces of a person, after which the rest is recognized well
MOST_CANDIDATES = 9  # one for each digit of the keyboard
MOST_LOOKED_AT = 1000  # of the order of a room: those decided since it was made are passed over


@dataclass(frozen=True, slots=True)
class LabelFace:
    """A face to be labelled, with its photo at hand, and who it may be: most certain first, None where nothing is known."""

    face: Face
    candidates: Sequence[tuple[Person, float | None]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """How many faces of a person can be learned from, of how many that are in the album."""

    person: Person
    labelled: int
    recognized: int
    needed: int = ENOUGH_LABELS

    @property
    def is_done(self) -> bool:
        return self.labelled >= self.needed


def next_faces(*, user: User, room: Room, limit: int = 24, person: Person | None = None) -> list[LabelFace]:
    """The faces whose label teaches most, first those of one person if one is given; a fixed number of queries."""
    require(user, Action.EDIT_PEOPLE, room)
    order = LabelOrder.objects.filter(room=room).values_list("faces", flat=True).first() or []
    open_faces = _undecided(room)
    if person is not None:
        theirs = Q(person=person) | Q(proposal__person=person) | Q(proposal__second=person)
        found = list(
            open_faces.filter(theirs).order_by(F("proposal__probability").asc(nulls_last=True), "id")[:limit]
        )
        return _with_candidates(room, found)
    at = {pk: number for number, pk in enumerate(order[:MOST_LOOKED_AT])}
    found = sorted(open_faces.filter(pk__in=at), key=lambda face: at[face.pk])[:limit]
    if len(found) < limit:
        found += _best_of_groups(open_faces.exclude(pk__in=at), limit - len(found))
    return _with_candidates(room, found)


def progress(room: Room) -> list[Labelled]:
    """Of each named person how many faces can be learned from, those with the most photos first."""
    labelled = Count("pk", filter=_teaches())
    faces = Face.objects.present_in(room.pk).order_by()
    by_person = faces.values_list("person").annotate(labelled=labelled, all=Count("pk"))
    counts = {person: (taught, recognized) for person, taught, recognized in by_person}
    people = room.people.named().filter(is_hidden=False).for_strip()
    return [Labelled(person, *counts.get(person.pk, (0, 0))) for person in people]


def needed(person: Person) -> int:
    """How many more faces of this person should be labelled."""
    taught = Face.objects.present().filter(_teaches(), person=person)
    return max(0, ENOUGH_LABELS - taught.count())


def _teaches() -> Q:
    """Faces from which recognition learns: humans said who they are, of each or of its group, and they show enough."""
    return Q(person__isnull=False) & ~Q(assignment=Assignment.MACHINE) & ~Q(quality="C")


def _undecided(room: Room) -> FaceQuerySet:
    """Faces of which nobody has said who they are, one by one; strangers who were hidden are left in peace."""
    faces = Face.objects.present_in(room.pk).exclude(assignment=Assignment.CONFIRMED, person__isnull=False)
    rows: FaceQuerySet = faces.exclude(person__is_hidden=True).seen_by(None)
    if is_by_consent(room):
        rows = rows.filter(person__isnull=False)
    return rows.select_related("photo__shown_edit", "person", "proposal").defer("descriptor")


def _best_of_groups(faces: FaceQuerySet, limit: int) -> list[Face]:
    """The best face of each group that has no name, the largest first, then the second best; then those with names."""
    rank = Window(
        RowNumber(), partition_by=F("person"), order_by=["quality", "-is_exemplar", "-sharpness", "id"]
    )
    ranked = faces.annotate(rank=rank).order_by(
        Case(When(person__name__gt="", then=1), default=0),
        "rank",
        F("person__photo_count").desc(nulls_last=True),
        "id",
    )
    keys = list(ranked.values_list("pk", flat=True)[:limit])  # sorting keys alone is several times faster
    found: dict[int, Face] = faces.in_bulk(keys)
    return [found[pk] for pk in keys]


def _with_candidates(room: Room, faces: Sequence[Face]) -> list[LabelFace]:
    guesses = {face.pk: _guesses(face) for face in faces}
    wanted = {person for known in guesses.values() for person in known}
    current = room.people.filter(merged_into=None, is_hidden=False, is_concealed=False)
    named = list(current.named().for_strip()[:MOST_CANDIDATES])
    people = {person.pk: person for person in current.filter(pk__in=wanted).select_related("cover", "user")}
    return [
        LabelFace(
            face,
            [
                *((people[pk], probability) for pk, probability in guesses[face.pk].items() if pk in people),
                *((person, None) for person in named if person.pk not in guesses[face.pk]),
            ][:MOST_CANDIDATES],
        )
        for face in faces
    ]


def _guesses(face: Face) -> dict[int, float | None]:
    """Keys of the people that it may be: the machine's guess, the second one, the named group that it lies in."""
    found: dict[int, float | None] = {}
    proposal = getattr(face, "proposal", None)
    if proposal:
        found[proposal.person_id] = proposal.probability
        if proposal.second_id:
            found.setdefault(proposal.second_id, None)
    if face.person and face.person.name:
        found.setdefault(face.person.pk, None)
    return found
