"""What people decide about look-alikes: which is the best, which to keep, what is not alike at all."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from albums.errors import AlbumError, Conflict
from albums.models import Photo, PhotoChange, PhotoGroup, Room
from albums.models.order import GroupKind
from albums.models.photos import LeftOut
from albums.permissions import Action, require
from albums.querysets import PhotoQuerySet
from albums.services.photo_history import recorded

NOT_THERE = gettext_lazy("This photo is not in the group any more. Look at the page again.")


@transaction.atomic
def choose_best(*, user: User, group: PhotoGroup, photo_id: int) -> PhotoChange:
    """This one stands for its look-alikes, whatever the machine proposes."""
    require(user, Action.EDIT_PHOTOS, group.room)
    photo = _member(group, photo_id)
    with recorded(user=user, room=group.room, kind="best", groups=[group.pk]) as draft:
        draft.summary = f"Best shot: {photo.filename[:150]}"
        _choose(user, group, photo)
    return draft.made


@transaction.atomic
def keep_only(*, user: User, group: PhotoGroup, photo_id: int) -> PhotoChange:
    """This one is the best, and its look-alikes are set aside: out of albums and zips, but kept."""
    require(user, Action.EDIT_PHOTOS, group.room)
    photo = _member(group, photo_id)
    others = list(_members(group).exclude(pk=photo.pk).values_list("pk", flat=True))
    if not others:
        raise Conflict(_("This photo has no look-alikes any more."))
    with recorded(user=user, room=group.room, kind="best", groups=[group.pk], photos=others) as draft:
        count = "1 look-alike" if len(others) == 1 else f"{len(others):,} look-alikes"
        draft.summary = f"Kept {photo.filename[:120]}, set {count} aside"
        _choose(user, group, photo)
        Photo.objects.filter(pk__in=others).update(left_out=LeftOut.ASIDE, is_left_out_fixed=True)
    return draft.made


@transaction.atomic
def keep_all(*, user: User, group: PhotoGroup) -> PhotoChange:
    """All of them stay and nobody is asked about them any more; the best remains the best."""
    require(user, Action.EDIT_PHOTOS, group.room)
    with recorded(user=user, room=group.room, kind="best", groups=[group.pk]) as draft:
        draft.summary = "Kept all look-alikes of a moment"
        PhotoGroup.objects.filter(pk=group.pk).update(is_settled=True)
    return draft.made


@transaction.atomic
def take_apart(*, user: User, group: PhotoGroup, photo_ids: Collection[int], is_moment: bool) -> PhotoChange:
    """Take photos out of a group: each stands for itself from now on or, with `is_moment`, they are a group of their own."""
    require(user, Action.EDIT_PHOTOS, group.room)
    members = list(_members(group).values_list("pk", flat=True))
    chosen = sorted(set(photo_ids) & set(members))
    if not chosen:
        raise AlbumError(_("Choose the photos that do not belong to the others."))
    if len(members) - len(chosen) == 1:  # whoever is left alone has no look-alikes either
        chosen = members if not is_moment else chosen
    with recorded(user=user, room=group.room, kind="best", photos=chosen) as draft:
        count = "1 photo" if len(chosen) == 1 else f"{len(chosen):,} photos"
        draft.summary = f"{count} taken out of a group of look-alikes"
        own = _group_of(group.room, chosen) if is_moment and 1 < len(chosen) < len(members) else None
        Photo.objects.filter(pk__in=chosen).update(
            look_alikes=own, look_alike_rank=None, is_look_alikes_fixed=True
        )
    return draft.made


def _choose(user: User, group: PhotoGroup, photo: Photo) -> None:
    """At once in the ranks, too; the run that follows makes them whole again."""
    PhotoGroup.objects.filter(pk=group.pk).update(chosen=photo, chosen_by=user, is_settled=True)
    ahead = Photo.objects.filter(look_alikes=group, look_alike_rank__isnull=False)
    if photo.look_alike_rank:
        ahead = ahead.filter(look_alike_rank__lt=photo.look_alike_rank)
    ahead.update(look_alike_rank=F("look_alike_rank") + 1)
    Photo.objects.filter(pk=photo.pk).update(look_alike_rank=1)


def _members(group: PhotoGroup) -> PhotoQuerySet:
    return Photo.objects.filter(room=group.room_id, look_alikes=group).in_albums()


def _member(group: PhotoGroup, photo_id: int) -> Photo:
    photo = _members(group).filter(pk=photo_id).first()
    if photo is None:
        raise Conflict(NOT_THERE)
    return photo


def _group_of(room: Room, photo_ids: Collection[int]) -> PhotoGroup:
    return PhotoGroup.objects.create(room=room, kind=GroupKind.LOOK_ALIKES, proposed_id=min(photo_ids))
