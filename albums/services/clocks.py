"""A camera's clock was wrong: all its photos are shifted together. Each change can be undone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from albums.errors import AlbumError, Conflict
from albums.models import Device, Photo, PhotoChange
from albums.permissions import Action, require
from albums.services.clock_times import BY_CLOCK, move_photos
from albums.services.photo_history import recorded
from albums.services.times import spoken, zone_for

FARTHEST_SECONDS = 50 * 366 * 86400  # a clock that was never set


@transaction.atomic
def shift_camera(*, user: User, device: Device, seconds: int) -> PhotoChange | None:
    """This camera's clock was so much slow (or, below zero, fast); None if that is known already."""
    require(user, Action.EDIT_PHOTOS, device.room)
    if abs(seconds) > FARTHEST_SECONDS:
        raise AlbumError(_("No camera's clock is that far off. Check the numbers."))
    device.refresh_from_db()
    apart = seconds - device.shift_seconds
    if not apart and device.proposed_seconds is None:
        return None
    with recorded(user=user, room=device.room, kind="clock", devices=[device.pk]) as draft:
        draft.summary = (
            f"The clock of {device}: {spoken(seconds)}" if seconds else f"The clock of {device}: as it was"
        )
        Device.objects.filter(pk=device.pk).update(
            shift_seconds=seconds, proposed_seconds=None, declined_seconds=None
        )
        move_photos(device.pk, apart)
    device.refresh_from_db()
    return draft.made


def shift_by_photo(*, user: User, device: Device, photo: Photo, local_time: datetime) -> PhotoChange | None:
    """This photo of the camera was taken at this time on the clock of its place, so its clock was off by the rest."""
    require(user, Action.EDIT_PHOTOS, device.room)
    if photo.device_id != device.pk or photo.time_source not in BY_CLOCK or photo.taken_at is None:
        raise AlbumError(_("Choose a photo whose time comes from this camera’s clock."))
    apart = local_time.replace(tzinfo=zone_for(photo)) - photo.taken_at
    return shift_camera(user=user, device=device, seconds=device.shift_seconds + round(apart.total_seconds()))


def accept_proposal(*, user: User, device: Device) -> PhotoChange | None:
    """Yes: its clock is off by what other cameras suggest."""
    require(user, Action.EDIT_PHOTOS, device.room)
    if device.proposed_seconds is None:
        raise Conflict(_("Nothing is proposed for this camera any more."))
    return shift_camera(user=user, device=device, seconds=device.proposed_seconds)


@transaction.atomic
def decline_proposal(*, user: User, device: Device) -> PhotoChange:
    """No: its clock is right. The same is not proposed again."""
    require(user, Action.EDIT_PHOTOS, device.room)
    if device.proposed_seconds is None:
        raise Conflict(_("Nothing is proposed for this camera any more."))
    with recorded(user=user, room=device.room, kind="clock", devices=[device.pk]) as draft:
        draft.summary = f"The clock of {device} is right"
        Device.objects.filter(pk=device.pk).update(
            declined_seconds=F("proposed_seconds"), proposed_seconds=None
        )
    device.refresh_from_db()
    return draft.made
