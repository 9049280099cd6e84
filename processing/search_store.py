"""EDGE: members who look for themselves, to the face search, and what it finds back to their rows."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from albums.models import Consent, Face, FaceSearch, Person
from albums.models.people import Assignment
from albums.models.questions import SearchState
from processing import face_search, imaging
from processing.analyzers import faces as face_analyzer
from processing.contracts import KnownFace, Matches
from processing.errors import ProcessingError
from processing.people_store import load_faces

Seeker: TypeAlias = tuple[int | None, int | None]  # a user, or a child of somebody

NOT_THERE = "This face is not in the room any more. Choose another one, or take a picture of yourself."


def search_room(room_id: uuid.UUID) -> None:
    """Answer every search of the room that is waiting, and those whose room has changed."""
    forget_unasked(room_id)
    waiting = FaceSearch.objects.filter(room=room_id, state=SearchState.WAITING).order_by("pk")
    for search in waiting.select_related("face"):
        describe(search)
    searches = list(described_searches(room_id))
    if searches:
        faces = load_faces(room_id)
        claims = Person.objects.filter(room=room_id, merged_into=None)
        people: dict[Seeker, int] = {
            (user, child): pk
            for pk, user, child in claims.values_list("pk", "user", "child")
            if user or child
        }
        confirmed = confirmed_faces(room_id)
        for search in searches:
            save_matches(search, matches_for(search, faces, people, confirmed))


def forget_unasked(room_id: uuid.UUID) -> None:
    """Drop searches for people who have not said yes, or not any more: nobody looks for them."""
    given = Consent.objects.filter(room=room_id, withdrawn_at=None)
    own = given.filter(user=OuterRef("user"), child=None)
    child = given.filter(child=OuterRef("child"))
    searches = FaceSearch.objects.filter(room=room_id)
    searches.filter(~Exists(own), child=None).delete()
    searches.filter(~Exists(child), child__isnull=False).delete()


def confirmed_faces(room_id: uuid.UUID) -> dict[int, int]:
    """Faces of which a human said that they are somebody with a name, and who."""
    faces = Face.objects.filter(room=room_id, assignment=Assignment.CONFIRMED, person__isnull=False)
    return dict(faces.exclude(person__name="").values_list("pk", "person"))


def described_searches(room_id: uuid.UUID) -> QuerySet[FaceSearch]:
    """Searches that can be answered again without their selfie, which is gone."""
    rows = FaceSearch.objects.filter(room=room_id, descriptor__isnull=False, selfie=None)
    return rows.exclude(state=SearchState.FAILED).defer("selfie").order_by("pk")


def describe(search: FaceSearch) -> None:
    """Keep the descriptor of a selfie or of a tapped face; the selfie is gone after it, also if that fails."""
    selfie = bytes(search.selfie) if search.selfie is not None else None
    asked = FaceSearch.objects.filter(pk=search.pk, selfie=selfie, state=SearchState.WAITING)
    try:
        descriptor = describe_selfie(selfie) if selfie is not None else known_descriptor(search)
    except ProcessingError as error:
        asked.update(state=SearchState.FAILED, failure=str(error)[:300], selfie=None, descriptor=None)
        return
    asked.update(descriptor=descriptor, selfie=None, failure="")  # nothing if it was withdrawn meanwhile


def describe_selfie(selfie: bytes) -> bytes:
    limits = imaging.Limits(pixels=settings.MAX_PIXELS, bytes=settings.MAX_IMAGE_BYTES)
    picture = imaging.open_picture(io.BytesIO(selfie), face_analyzer.side_px, limits=limits)
    return face_analyzer.describe_selfie(picture).descriptor.astype("<f4").tobytes()


def known_descriptor(search: FaceSearch) -> bytes:
    """Of the search as it was described before, else of the face that was tapped."""
    known = search.descriptor or (search.face.descriptor if search.face else b"")
    if not known:
        raise ProcessingError(NOT_THERE)
    return bytes(known)


def matches_for(
    search: FaceSearch, faces: Sequence[KnownFace], people: Mapping[Seeker, int], confirmed: Mapping[int, int]
) -> Matches:
    """The faces that look like this user; none of people who somebody else said they are.

    Args:
        people: who each user said that they are, or each child is.
        confirmed: see `confirmed_faces`; left out as soon as it is known who the user is.
    """
    import numpy as np

    descriptor = np.frombuffer(search.descriptor or b"", "<f4")
    found = face_search.search(descriptor, faces, frozenset(search.declined))
    person_of = {face.id: face.person for face in faces}
    own = people.get((None, search.child_id) if search.child_id else (search.user_id, None))
    others = set(people.values()) - {own}
    left_out = set(search.declined)
    if own:
        left_out |= {face for face, person in confirmed.items() if person != own}
    sure = (pk for pk in found.sure if person_of[pk] not in others)
    settled = others | ({own} if own else set())
    return Matches(
        sure=tuple(pk for pk in sure if pk not in left_out),
        maybe=tuple(pk for pk in found.maybe if person_of[pk] not in settled and pk not in left_out),
    )


def save_matches(search: FaceSearch, matches: Matches) -> None:
    same = FaceSearch.objects.filter(pk=search.pk, descriptor=bytes(search.descriptor or b""), selfie=None)
    same.update(
        sure=list(matches.sure),
        maybe=list(matches.maybe),
        state=SearchState.DONE,
        failure="",
        searched_at=timezone.now(),
    )
