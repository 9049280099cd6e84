from __future__ import annotations

import datetime
import zoneinfo
from typing import TypedDict, Unpack

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from albums.blurred import settle_blurred
from albums.errors import AlbumError
from albums.models import Membership, Photo, Room
from albums.models.rooms import FaceMode, Role, UploadPolicy
from albums.permissions import Action, require
from albums.services.names import clean_name
from albums.services.photo_history import disarrange
from processing import tasks

LATEST_YEAR = 2200


class RoomChanges(TypedDict, total=False):
    name: str
    description: str
    date: datetime.date | None
    time_zone: str
    upload_policy: str
    password: str  # "" takes it away
    cover: Photo | None
    ends_on: datetime.date | None
    shows_blurred: bool
    allows_comments: bool


@transaction.atomic
def create_room(
    *,
    owner: User,
    name: str,
    date: datetime.date | None = None,
    description: str = "",
    time_zone: str | None = None,
    upload_policy: str = UploadPolicy.MEMBERS,
    password: str = "",
    ends_on: datetime.date | None = None,
    face_mode: str = FaceMode.EVERYONE,
    allows_comments: bool = True,
    is_express: bool = False,
) -> Room:
    """Open a room; an express room only sorts the photos and gives them back, then cleans itself up."""
    if face_mode not in FaceMode.values:
        raise AlbumError(_("Choose what happens with faces: nothing, only people who said yes, or everyone."))
    room = Room(is_express=is_express, face_mode=face_mode)
    _apply(
        room,
        name=name,
        date=date,
        description=description,
        time_zone=time_zone or settings.TIME_ZONE,
        upload_policy=upload_policy,
        password=password,
        ends_on=ends_on,
        allows_comments=allows_comments,
    )
    room.save()
    Membership.objects.create(room=room, user=owner, role=Role.OWNER)
    return room


@transaction.atomic
def update_room(*, user: User, room: Room, **changes: Unpack[RoomChanges]) -> Room:
    require(user, Action.CHANGE_ROOM, room)
    before, showed_blurred = room.time_zone, room.shows_blurred
    _apply(room, **changes)
    room.save()
    moved = settle_blurred(room) if room.shows_blurred != showed_blurred else set()
    if room.time_zone != before:
        Photo.objects.filter(room=room).disarrange()
        tasks.request_arranging(room.pk)
    elif moved:
        disarrange(room, moved)
    return room


@transaction.atomic
def keep_room(*, user: User, room: Room) -> Room:
    """Make an express room one that stays."""
    require(user, Action.CHANGE_ROOM, room)
    room.is_express = False
    room.save(update_fields=["is_express"])
    return room


@transaction.atomic
def delete_room(*, user: User, room: Room) -> None:
    """Everything in it goes, files too (after the commit)."""
    require(user, Action.DELETE_ROOM, room)
    room.delete()


def _apply(room: Room, **changes: Unpack[RoomChanges]) -> None:
    if "name" in changes:
        room.name = clean_name(changes["name"], what=_("The room's name"), max_length=80)
    if "description" in changes:
        what = _("The description")
        room.description = clean_name(changes["description"], what=what, max_length=500, may_be_empty=True)
    if "date" in changes:
        room.date = changes["date"]
    if "time_zone" in changes:
        room.time_zone = _time_zone(changes["time_zone"])
    if "ends_on" in changes:
        _end_on(room, changes["ends_on"])
    if "shows_blurred" in changes:
        room.shows_blurred = changes["shows_blurred"]
    if "allows_comments" in changes:
        room.allows_comments = changes["allows_comments"]
    if "upload_policy" in changes:
        if changes["upload_policy"] not in UploadPolicy.values:
            raise AlbumError(_("Choose who may add photos: the owner, the members, or everybody."))
        room.upload_policy = changes["upload_policy"]
    if "password" in changes:
        room.set_password(changes["password"])
    if "cover" in changes:
        cover = changes["cover"]
        if cover is not None and cover.room_id != room.pk:
            raise AlbumError(_("The cover must be a photo of this room."))
        room.cover = cover


def _end_on(room: Room, day: datetime.date | None) -> None:
    """Set the last day of a room; whoever was told of another one is told again."""
    if day == room.ends_on:
        return
    if day is not None and day.year >= LATEST_YEAR:
        raise AlbumError(
            _("A room can end before %(latest_year)s, or stay without a last day.")
            % {"latest_year": LATEST_YEAR}
        )
    room.ends_on = day
    room.end_told_at = None
    if room.ends_at is not None and room.ends_at <= timezone.now() + datetime.timedelta(days=1):
        raise AlbumError(
            _("A room can end tomorrow at the earliest, so that everybody can fetch their photos.")
        )


def _time_zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise AlbumError(
            _("“%(name)s” is no time zone. Choose one such as Europe/Berlin.") % {"name": name[:64]}
        ) from error
    return name
