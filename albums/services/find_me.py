"""Looking for oneself in a room, with a selfie or a tapped face. A worker does the looking (processing/search_store.py)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.files.base import File
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from albums.errors import AlbumError, Conflict, FileRefused, TooLarge
from albums.models import Child, Face, FaceSearch, Person, PersonChange, Room
from albums.models.people import Assignment, ChangeKind
from albums.models.questions import SearchState
from albums.permissions import Action, require
from albums.services import intake
from albums.services.consents import require_consent, require_own
from albums.services.deciding import (
    confirm_within,
    confirmed_name,
    face_ids_of,
    is_claimed,
    is_claimed_by_another,
    join_people,
    keep_faces,
    own_person,
    refuse_within,
    with_followers,
)
from albums.services.history import lock, recorded
from albums.services.people import counted, free_name, in_turn
from albums.services.proposals import refuse_here
from processing import tasks

MAX_SELFIE_BYTES = 15 * 2**20
SELFIES, WINDOW_SECONDS = 10, 600
WHOLE_GROUP = 0.5  # of a group's faces: with so many accepted the rest of it is the same person
NOT_FOUND_FOR_YOU = "None of these faces was found for you."
SOMEBODY_ELSE = (
    "Somebody has said of these faces that they are somebody else. Ask the host of the room to look at it."
)


class TooManySelfies(AlbumError):
    code = "too_many_selfies"
    status = 429


@transaction.atomic
def start(
    *,
    user: User,
    room: Room,
    selfie: File | None = None,
    face: Face | None = None,
    child: Child | None = None,
) -> FaceSearch:
    """Begin anew with a selfie, which is kept only until a worker has described it, or with a face of this room.

    With a child it is the child who is looked for, by its guardian.
    """
    require(user, Action.CLAIM_PERSON, room)
    lock(room)  # nobody withdraws meanwhile
    require_consent(user, room, child)
    if (selfie is None) == (face is None):
        raise AlbumError("Take a selfie, or tap a face.")
    begun: dict[str, Any] = {
        "state": SearchState.WAITING,
        "failure": "",
        "selfie": _read_selfie(user, selfie) if selfie else None,
        "face": face,
        "descriptor": _descriptor(user, room, face, child) if face else None,
        "sure": [],
        "maybe": [],
        "created_at": timezone.now(),
        "searched_at": None,
    }
    search, _is_new = FaceSearch.objects.update_or_create(room=room, user=user, child=child, defaults=begun)
    tasks.request_search(room.pk)
    return search


def _read_selfie(user: User, selfie: File) -> bytes:
    """The bytes of a picture, judged by its header."""
    if (selfie.size or 0) > MAX_SELFIE_BYTES:
        raise TooLarge(f"A selfie can have at most {MAX_SELFIE_BYTES // 2**20} MB; this one is larger.")
    if intake.inspect(selfie).kind != "photo":
        raise FileRefused("A selfie is a picture, not a video.")
    _require_selfies_left(user)
    selfie.seek(0)
    return bytes(selfie.read(MAX_SELFIE_BYTES))


def _require_selfies_left(user: User) -> None:
    key = f"selfies:{user.pk}"
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        count = cache.incr(key)
    except ValueError:  # it expired between the two lines
        cache.set(key, count := 1, WINDOW_SECONDS)
    if count > SELFIES:
        raise TooManySelfies("That were many selfies in a short time. Wait ten minutes, then try again.")


def _descriptor(user: User, room: Room, face: Face, child: Child | None) -> bytes:
    found = Face.objects.present().filter(room=room, pk=face.pk).select_related("person").first()
    if found is None:
        raise AlbumError("Tap a face of this room.")
    if is_claimed_by_another(found, user, child):
        raise Conflict("Somebody else has said that this is them. Tap a face of yourself.")
    if not found.descriptor:
        raise AlbumError("This face has not been looked at yet. Try again in a moment.")
    return bytes(found.descriptor)


@dataclass(frozen=True, slots=True)
class Parts:
    """What accepted faces come to.

    Attributes:
        me: who becomes the user's person, or None for a new one.
        groups: go there whole.
        faces: are confirmed one by one.
        said: all faces that were accepted and may be.
        origins: people whom faces may leave.
        left_out: how many faces are somebody else, as people said.
    """

    me: Person | None
    groups: Sequence[Person]
    faces: Sequence[int]
    said: Sequence[int]
    origins: set[int]
    left_out: int


@transaction.atomic
def accept(
    *, user: User, room: Room, face_ids: Collection[int], child: Child | None = None
) -> PersonChange | None:
    """These are me, or my child. Groups that are mostly me come along; None if all of it was said before."""
    require(user, Action.CLAIM_PERSON, room)
    in_turn(room)
    require_consent(user, room, child)
    search = _search_of(user, room, child)
    wanted = set(face_ids) & {*search.sure, *search.maybe}
    faces = room.faces.present().filter(pk__in=wanted)
    parts = _parts(
        user, room, list(faces.select_related("person", "photo__shown_edit").defer("descriptor")), child
    )
    FaceSearch.objects.filter(pk=search.pk).update(
        declined=[pk for pk in search.declined if pk not in wanted]
    )
    if parts.me and is_claimed(parts.me) and not parts.groups and not parts.faces:
        return None
    groups = [*([parts.me] if parts.me else []), *parts.groups]
    people = {*with_followers(groups), *parts.origins}
    recording = recorded(
        user=user, room=room, kind=ChangeKind.CLAIM, people=people, faces={*face_ids_of(groups), *parts.faces}
    )
    with recording as draft:
        me = parts.me or Person.objects.create(room=room)
        draft.people.add(me.pk)
        me.name = me.name or free_name(me, child.name if child else user.display_name)
        me.user, me.child = (None, child) if child else (user, None)
        me.save(update_fields=["name", "user", "child"])
        join_people(me, parts.groups) if parts.groups else keep_faces([me])
        confirm_within(me, parts.faces)
        refuse_within(me, _declined_in(me, search, wanted))  # a whole group may have brought some along
        whom = f"this is my child {child.name}" if child else "this is me"
        draft.summary = f"{user} said of {counted(parts.said, 'face')}: {whom}"
        if parts.left_out:
            draft.summary += (
                f"; {parts.left_out} more of which people said that they are somebody else were left out"
            )
    return draft.change


def _declined_in(me: Person, search: FaceSearch, wanted: Collection[int]) -> list[int]:
    """The faces of this person of which the user has said: not me."""
    theirs = Face.objects.filter(person=me, pk__in=set(search.declined) - set(wanted))
    return list(theirs.values_list("pk", flat=True))


def search_of(user: User, room: Room, child: Child | None = None) -> FaceSearch | None:
    """The last search of somebody for themselves, or for a child; without the arrays that nobody needs to see it."""
    searches = FaceSearch.objects.filter(room=room, user_id=user.pk or 0, child=child)
    return searches.defer("selfie", "descriptor").first()


def _search_of(user: User, room: Room, child: Child | None) -> FaceSearch:
    search = search_of(user, room, child)
    if search is None:
        raise AlbumError("Look for yourself first, with a selfie or by tapping your face.")
    return search


def _parts(user: User, room: Room, faces: Sequence[Face], child: Child | None) -> Parts:
    if not faces:
        raise AlbumError(NOT_FOUND_FOR_YOU)
    free = [face for face in faces if not is_claimed_by_another(face, user, child)]
    whole = _whole_groups(free)
    me = own_person(user, room, child) or next(iter(whole), None)
    own_name = child.name if child else user.display_name
    names = {"", own_name.casefold(), me.name.casefold() if me else ""}
    mine = [face for face in free if confirmed_name(face) in names]
    if not mine:
        raise Conflict(SOMEBODY_ELSE)
    groups = [one for one in whole if one != me and not is_claimed(one) and one.name.casefold() in names]
    loose = [
        face.pk for face in mine if not (me and face.person == me and face.assignment == Assignment.CONFIRMED)
    ]
    origins = {face.person_id for face in mine if face.person_id}
    return Parts(me, groups, loose, [face.pk for face in mine], origins, len(faces) - len(mine))


def _whole_groups(faces: Sequence[Face]) -> list[Person]:
    """The people most of whose faces these are, those with the most of them first."""
    people = {face.person.pk: face.person for face in faces if face.person}
    accepted = {pk: sum(face.person_id == pk for face in faces) for pk in people}
    counts = Face.objects.in_albums().filter(person__in=people).order_by().values_list("person")
    sizes = dict(counts.annotate(n=Count("pk")))
    whole = [pk for pk in people if accepted[pk] >= WHOLE_GROUP * sizes.get(pk, 0)]
    return [people[pk] for pk in sorted(whole, key=lambda pk: (-accepted[pk], not people[pk].name, pk))]


@transaction.atomic
def decline(
    *, user: User, room: Room, face_ids: Collection[int], child: Child | None = None
) -> PersonChange | None:
    """These are not me, or my child: never shown again, and never put into the album of who said "this is me"."""
    require(user, Action.CLAIM_PERSON, room)
    in_turn(room)
    require_consent(user, room, child)
    search = _search_of(user, room, child)
    declined = sorted(set(face_ids) & {*search.sure, *search.maybe})
    if not declined:
        raise AlbumError(NOT_FOUND_FOR_YOU)
    FaceSearch.objects.filter(pk=search.pk).update(declined=sorted({*search.declined, *declined}))
    me = own_person(user, room, child)
    return refuse_here(user=user, person=me, face_ids=declined) if me else None


@transaction.atomic
def forget(*, user: User, room: Room, child: Child | None = None) -> None:
    """Delete what was searched with and what was found; who said "this is me" stays who they are."""
    require(user, Action.CLAIM_PERSON, room)
    require_own(user, room, child)
    FaceSearch.objects.filter(room=room, user=user, child=child).delete()
