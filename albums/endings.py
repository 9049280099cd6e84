"""How rooms end: members are told a week before, then everything goes, and a receipt says so.

Deleting goes in small transactions and can be killed at any moment: the next hour goes on where it stopped. The receipt is
written first, with the numbers, and counts only when it has its date.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.formats import date_format

from accounts import mail
from albums.models import Download, Face, FaceSearch, Photo, Receipt, Rendition, Room
from albums.models.downloads import DownloadState
from albums.models.talk import NoticeKind
from albums.notifying import tell

logger = logging.getLogger(__name__)

BATCH = 100  # photos in one transaction
EXPRESS_LIFE = timedelta(days=1)  # since the last photo came
AFTER_DOWNLOAD = timedelta(hours=1)  # since the zip was fetched: a browser that lost it can fetch it again
LONGEST_WORK = timedelta(days=3)  # photos that never get processed keep no room alive
EXPRESS_REASON = "It was opened only to sort photos and give them back."


def tell_members() -> int:
    """Tell the members of rooms whose last week has begun, once; answers the number of rooms.

    It is mailed with whatever else is new to them (albums/news_mails.py).
    """
    told = 0
    for room in Room.objects.filter(ends_on__isnull=False, end_told_at=None):
        if room.is_ending:
            told += tell_end(room)
    return told


@transaction.atomic
def tell_end(room: Room) -> bool:
    """False if somebody else has told them in this very moment."""
    if not Room.objects.filter(pk=room.pk, end_told_at=None).update(end_told_at=timezone.now()):
        return False
    members = room.memberships.values_list("user", flat=True)
    tell(room=room, users=list(members), kind=NoticeKind.ROOM_ENDS, count=1, day=str(room.ends_on))
    return True


def end_rooms() -> int:
    """End the rooms whose day has passed and the express rooms that are done; answers how many ended."""
    now = timezone.now()
    ended = 0
    for room in Room.objects.filter(ends_on__isnull=False).order_by("ends_on"):
        if room.ends_on and room.ends_at and room.ends_at <= now:
            end_room(room, f"It ended on {date_format(room.ends_on, 'j F Y')}, as its host had decided.")
            ended += 1
    for room in Room.objects.filter(is_express=True, ends_on=None):
        if express_end(room) <= now and not is_working(room, now):
            end_room(room, EXPRESS_REASON)
            ended += 1
    return ended


def express_end(room: Room) -> datetime:
    """When an express room cleans itself: a day after its last photo, or an hour after its zip was fetched."""
    last = Photo.objects.filter(room=room).aggregate(last=Max("uploaded_at"))["last"] or room.created_at
    end = max(last, room.created_at) + EXPRESS_LIFE
    fetched = (
        Download.objects.filter(room=room, share_link=None, state=DownloadState.READY, fetched_at__gt=last)
        .aggregate(last=Max("fetched_at"))
        .get("last")
    )
    return min(end, fetched + AFTER_DOWNLOAD) if fetched else end


def is_working(room: Room, now: datetime) -> bool:
    """Whether its photos or its zip are still being made, so that there was nothing to fetch yet."""
    if room.created_at < now - LONGEST_WORK:
        return False
    has_photos = Photo.objects.filter(room=room, state="pending").present().exists()
    return has_photos or room.downloads.filter(state=DownloadState.PREPARING).exists()


def end_room(room: Room, reason: str) -> Receipt:
    """Delete everything of a room for good, files too, and leave a receipt to those who were in it."""
    receipt = open_receipt(room, reason)
    empty_room(room)
    name, key, zone = room.name, room.pk, room.time_zone
    with transaction.atomic():
        room.delete()
    remove_leftovers(default_storage, f"rooms/{key}")
    receipt.ended_at = timezone.now()
    receipt.save(update_fields=["ended_at"])
    addresses = mail.addresses_of(receipt.readers.values_list("pk", flat=True))
    link = f"{settings.PUBLIC_URL}{receipt.get_absolute_url()}" if settings.PUBLIC_URL else ""
    moment = receipt.ended_at.astimezone(ZoneInfo(zone))
    mail.send("albums/mail/room_ended", addresses, {"receipt": receipt, "link": link, "moment": moment})
    logger.info("the room %s (%s) ended", key, name)
    return receipt


@transaction.atomic
def open_receipt(room: Room, reason: str) -> Receipt:
    """The numbers of what is about to go; a second try after a crash finds those of the first."""
    photos = Photo.objects.filter(room=room)
    described = Face.objects.filter(room=room).exclude(descriptor=b"").count()
    searched = FaceSearch.objects.filter(room=room).exclude(descriptor=None).count()
    receipt, is_new = Receipt.objects.get_or_create(
        room_key=room.pk,
        defaults={
            "room_name": room.name,
            "reason": reason,
            "photos": photos.count(),
            "renditions": Rendition.objects.filter(photo__room=room).count(),
            "faces": Face.objects.filter(room=room).count(),
            "descriptors": described + searched,
            "size_bytes": photos.aggregate(size=Sum("size_bytes"))["size"] or 0,
        },
    )
    if is_new:
        receipt.readers.set(room.memberships.values_list("user", flat=True))
    return receipt


def empty_room(room: Room) -> None:
    """Delete its photos in small transactions: their files go after each commit."""
    Room.objects.filter(pk=room.pk).update(cover=None)
    while batch := list(Photo.objects.filter(room=room).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            Photo.objects.filter(pk__in=batch).delete()


def remove_leftovers(storage: Storage, folder: str) -> int:
    """Remove what still lies below a folder, such as files whose deletion failed; answers how many files."""
    count = 0
    for name in list(files_below(storage, folder)):
        storage.delete(name)
        count += 1
    if isinstance(storage, FileSystemStorage):
        remove_empty_folders(Path(storage.path(folder)))
    return count


def remove_empty_folders(folder: Path) -> None:
    """Where folders are more than parts of names, those go too, unless a file has come into them meanwhile."""
    for path, _, _ in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):
            Path(path).rmdir()


def files_below(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        if name:
            yield from files_below(storage, f"{folder}/{name}")
