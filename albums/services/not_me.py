"""Photos out of somebody's own album, many at once: "this is not me", and back again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from albums.batches import id_batches
from albums.errors import AlbumError
from albums.models import Child, Face, FaceSearch, PersonChange, Room
from albums.permissions import Action, require
from albums.services.chosen import present_ids
from albums.services.consents import require_own
from albums.services.deciding import own_person
from albums.services.find_me import search_of
from albums.services.history import undo
from albums.services.people import in_turn
from albums.services.proposals import refuse_here


@dataclass(frozen=True)
class NotMe:
    """What brings the photos back: the change to one's person, and faces that the own search had found."""

    photos: int
    change: PersonChange | None
    declined: list[int]


@transaction.atomic
def leave_photos(*, user: User, room: Room, photo_ids: Collection[int], child: Child | None = None) -> NotMe:
    """None of one's faces on these photos is oneself, or the child; they leave the album and never come back by themselves."""
    require(user, Action.CLAIM_PERSON, room)
    require_own(user, room, child)
    in_turn(room)
    me, search = own_person(user, room, child), search_of(user, room, child)
    found = {*search.sure, *search.maybe} - set(search.declined) if search else set()
    mine: list[int] = []
    declined: list[int] = []
    photos: set[int] = set()
    for batch in id_batches(present_ids(room, photo_ids)):
        rows = Face.objects.present().filter(photo__in=batch).order_by("pk")
        for pk, photo, person in rows.values_list("pk", "photo", "person"):
            is_mine = me is not None and person == me.pk
            mine += [pk] if is_mine else []
            declined += [pk] if pk in found else []
            photos |= {photo} if is_mine or pk in found else set()
    if not photos:
        raise AlbumError(_("None of these photos is in this album because of a face."))
    if search and declined:
        _decline(search, {*search.declined, *declined})
    change = refuse_here(user=user, person=me, face_ids=mine) if me and mine else None
    return NotMe(len(photos), change, declined)


@transaction.atomic
def return_photos(
    *, user: User, room: Room, change_id: int | None, face_ids: Collection[int], child: Child | None = None
) -> None:
    """Take `leave_photos` back."""
    require(user, Action.CLAIM_PERSON, room)
    require_own(user, room, child)
    in_turn(room)
    search = search_of(user, room, child)
    if search and face_ids:
        _decline(search, set(search.declined) - set(face_ids))
    if change_id is not None:
        undo(user=user, change=get_object_or_404(PersonChange, pk=change_id, room=room, actor=user))


def _decline(search: FaceSearch, faces: set[int]) -> None:
    FaceSearch.objects.filter(pk=search.pk).update(declined=sorted(faces))
