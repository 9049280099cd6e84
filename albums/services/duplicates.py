"""What people decide about photos that are the same shot: which of them is kept, or that they are different after all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from albums.batches import id_batches
from albums.errors import AlbumError, Conflict
from albums.models import Photo, PhotoChange, PhotoGroup, Room
from albums.models.order import GroupKind
from albums.models.photos import LeftOut
from albums.permissions import Action, require
from albums.querysets import InRoomQuerySet, PhotoQuerySet
from albums.services.left_out import counted, leave_out
from albums.services.photo_history import recorded

SET_ASIDE = (LeftOut.DUPLICATE, LeftOut.ASIDE)
MOST_AT_ONCE = 1000  # groups
GONE = gettext_lazy("These photos are no longer listed as duplicates. Look at the page again.")


@dataclass(frozen=True, slots=True)
class KeptBest:
    """What "keep the best of all" did: the change, in how many groups, how many photos were set aside, groups left."""

    change: PhotoChange
    groups: int
    photos: int
    left: int


def open_groups(room: Room) -> InRoomQuerySet:
    """The groups that nobody has decided about and of which at least two photos can be seen; no Python per group."""
    shown = shown_photos(room).filter(duplicates=OuterRef("pk")).order_by().values("duplicates")
    is_several = shown.annotate(n=Count("pk")).filter(n__gt=1)
    return PhotoGroup.objects.filter(
        Exists(is_several), room=room, kind=GroupKind.DUPLICATES, is_settled=False
    )


def shown_photos(room: Room) -> PhotoQuerySet:
    """Photos that nobody has set aside."""
    return Photo.objects.filter(room=room).present().exclude(left_out__in=SET_ASIDE)


def members(group: PhotoGroup) -> PhotoQuerySet:
    return Photo.objects.filter(duplicates=group).present()


@transaction.atomic
def keep(*, user: User, group: PhotoGroup, photo_id: int) -> PhotoChange | None:
    """Keep one photo of a group and set the others aside; said again with another photo, that one is kept instead."""
    require(user, Action.EDIT_PHOTOS, group.room)
    group = _locked(group)
    photos = list(members(group).only("pk", "left_out", "is_left_out_fixed"))
    chosen = next((photo for photo in photos if photo.pk == photo_id), None)
    if chosen is None:
        raise Conflict(GONE)
    others = [photo for photo in photos if photo.pk != photo_id and photo.left_out not in SET_ASIDE]
    if group.is_settled and group.chosen_id == photo_id and not others and not chosen.left_out:
        return None
    touched = [chosen.pk, *(photo.pk for photo in others)]
    with recorded(user=user, room=group.room, kind="left_out", photos=touched, groups=[group.pk]) as draft:
        aside = f", {counted(len(others))} set aside" if others else ""
        draft.summary = f"One of {len(photos)} duplicates kept{aside}"
        leave_out([chosen.pk], "")
        leave_out([photo.pk for photo in others], LeftOut.DUPLICATE)
        _settle([group.pk], chosen=photo_id, by=user)
    return draft.made


@transaction.atomic
def keep_all(*, user: User, group: PhotoGroup) -> PhotoChange | None:
    """These are different photos: all stay or come back, and nobody is asked again whether they are the same."""
    require(user, Action.EDIT_PHOTOS, group.room)
    group = _locked(group)
    photos = list(members(group).values_list("pk", "left_out"))
    back = [pk for pk, left_out in photos if left_out == LeftOut.DUPLICATE]
    if group.is_settled and group.chosen_id is None and group.chosen_by_id is None and not back:
        return None
    with recorded(user=user, room=group.room, kind="left_out", photos=back, groups=[group.pk]) as draft:
        draft.summary = f"All of {len(photos)} alike photos kept"
        leave_out(back, "")
        _settle([group.pk], chosen=None, by=None)
    return draft.made


@transaction.atomic
def keep_proposed(*, user: User, room: Room, group_ids: Collection[int] | None = None) -> KeptBest:
    """In all open groups (or in these) keep the best photo and set the others aside; one change, one undo."""
    require(user, Action.EDIT_PHOTOS, room)
    Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    asked = open_groups(room).filter(proposed__isnull=False, proposed__deleted_at=None).order_by("pk")
    if group_ids is not None:
        asked = asked.filter(pk__in=list(group_ids)[:MOST_AT_ONCE])
    groups = dict(asked.values_list("pk", "proposed")[:MOST_AT_ONCE])
    if not groups:
        raise AlbumError(_("There are no duplicates to decide about."))
    shown: dict[int, list[int]] = defaultdict(list)
    for batch in id_batches(groups):
        rows = shown_photos(room).filter(duplicates__in=batch)
        for group, photo in rows.values_list("duplicates", "pk"):
            shown[group].append(photo)
    kept = {group: best for group, best in groups.items() if best in shown[group]}
    aside = [photo for group, best in kept.items() for photo in shown[group] if photo != best]
    with recorded(
        user=user, room=room, kind="left_out", photos=[*kept.values(), *aside], groups=list(kept)
    ) as draft:
        draft.summary = f"The best of {counted_groups(len(kept))} kept, {counted(len(aside))} set aside"
        leave_out(list(kept.values()), "")
        leave_out(aside, LeftOut.DUPLICATE)
        _settle_proposed(list(kept), user)
    return KeptBest(draft.made, len(kept), len(aside), open_groups(room).count())


def counted_groups(count: int) -> str:
    return "1 group" if count == 1 else f"{count:,} groups"


def copies_in(room: Room) -> int:
    """How many photos would be set aside if the best of every open group was kept."""
    groups = open_groups(room).order_by()
    sums = (
        shown_photos(room)
        .filter(duplicates__in=groups.values("pk"))
        .aggregate(photos=Count("pk"), groups=Count("duplicates", distinct=True))
    )
    return int(sums["photos"] - sums["groups"])


def _locked(group: PhotoGroup) -> PhotoGroup:
    """The group as it is now, with its room locked so that no machine changes it meanwhile."""
    Room.objects.select_for_update(no_key=True).get(pk=group.room_id)
    fresh = PhotoGroup.objects.filter(pk=group.pk, kind=GroupKind.DUPLICATES).select_related("room").first()
    if fresh is None:
        raise Conflict(GONE)
    return fresh


def _settle(group_ids: Sequence[int], *, chosen: int | None, by: User | None) -> None:
    PhotoGroup.objects.filter(pk__in=group_ids).update(chosen=chosen, chosen_by=by, is_settled=True)


def _settle_proposed(group_ids: Sequence[int], user: User) -> None:
    for batch in id_batches(group_ids):
        PhotoGroup.objects.filter(pk__in=batch).update(chosen=F("proposed"), chosen_by=user, is_settled=True)
