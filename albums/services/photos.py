from __future__ import annotations

import hashlib
import shutil
import zlib
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from albums.counts import recount_events, recount_people
from albums.errors import DiskFull, FileRefused
from albums.models import Face, FileProblem, Photo, Room
from albums.models.photos import PhotoState
from albums.permissions import Action, allows, may_restore, require
from albums.services import intake
from albums.services.left_out import release_copies
from albums.services.names import clean_name
from albums.services.photo_history import disarrange
from albums.services.put_back import reopen_requests
from processing import copy_tasks, tasks

Result = Literal["created", "duplicate", "restored"]
CHUNK_BYTES = 1024 * 1024
HASHES_AT_ONCE = 500


def known_hashes(*, user: User, room: Room, hashes: Collection[str]) -> set[str]:
    """Which of these contents the room has already; what is damaged or lies in the trash counts as not there."""
    require(user, Action.UPLOAD, room)
    wanted = [value.lower() for value in list(hashes)[:HASHES_AT_ONCE]]
    return set(room.photos.present().filter(sha256__in=wanted, damage="").values_list("sha256", flat=True))


def add_photo(
    *,
    room: Room,
    uploader: User,
    file: File,
    filename: str,
    sha256: str = "",
    last_modified: datetime | None = None,
) -> tuple[Photo, Result]:
    """Keep a file as a photo of the room, untouched, and have it processed. The same content twice is one photo."""
    require(uploader, Action.UPLOAD, room)
    size_bytes = file.size or 0
    if size_bytes > settings.MAX_UPLOAD_BYTES:
        raise FileRefused(
            _("Files can have at most %(number)s MB; this one is larger.")
            % {"number": settings.MAX_UPLOAD_BYTES // 2**20}
        )
    found_sha256, crc32 = digest(file)
    if sha256 and sha256.lower() != found_sha256:
        raise FileRefused(_("The file was damaged on its way here. Send it once more."))
    existing = room.photos.filter(sha256=found_sha256).first()
    if existing:
        if existing.damage:
            mend(existing, file)
        return existing, _bring_back(existing, uploader)
    seen = intake.inspect(file)
    _require_space(size_bytes)
    photo = Photo(
        room=room,
        uploader=uploader,
        kind=seen.kind,
        filename=kept_name(filename) or f"photo.{seen.format.lower()}",
        format=seen.format,
        content_type=intake.content_type(seen.format),
        sha256=found_sha256,
        crc32=crc32,
        size_bytes=size_bytes,
        width=seen.width,
        height=seen.height,
        modified_at=_sane(last_modified),
    )
    photo.sort_at = photo.modified_at or photo.uploaded_at
    return _keep(photo, file, uploader)


def mend(photo: Photo, file: File) -> None:
    """Put the file of a photo back that is missing or damaged: somebody has uploaded the same content again."""
    name = photo.original.name or ""
    file.seek(0)
    photo.original.storage.delete(name)
    photo.original.name = photo.original.storage.save(name, file)
    with transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(
            original=photo.original.name, damage="", verified_at=timezone.now()
        )
        FileProblem.objects.filter(photo=photo).delete()
        if photo.state == PhotoState.FAILED:
            Photo.objects.filter(pk=photo.pk).update(state=PhotoState.PENDING, failure="")
            tasks.request_analysis(room_id=photo.room_id, photo_ids=[photo.pk])


def _keep(photo: Photo, file: File, uploader: User) -> tuple[Photo, Result]:
    """Store the bytes, then the row and its job together; whoever loses a race for the row takes its bytes back."""
    file.seek(0)
    photo.original.save(photo.filename, file, save=False)
    try:
        with transaction.atomic():
            photo.save(force_insert=True)
            tasks.request_analysis(room_id=photo.room_id, photo_ids=[photo.pk])
    except IntegrityError:
        winner = Photo.objects.get(room=photo.room_id, sha256=photo.sha256)
        if winner.original.name != photo.original.name:
            photo.original.delete(save=False)
        return winner, _bring_back(winner, uploader)
    except BaseException:
        photo.original.delete(save=False)
        raise
    return photo, "created"


def _bring_back(photo: Photo, user: User) -> Result:
    """What is uploaded again comes out of the trash, unless the owner of the room put it there."""
    if not photo.deleted_at:
        return "duplicate"
    was_own_wish = photo.uploader_id is not None and photo.deleted_by_id == photo.uploader_id
    if not was_own_wish and not may_restore(user, photo):
        raise FileRefused(
            _("The host of this room has taken this photo away. Ask them if it should be here again.")
        )
    _set_deleted([photo.pk], by=None)
    return "restored"


def kept_name(filename: str) -> str:
    """The last part of the name on the uploader's device; the end is kept where it is too long."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1][-200:]
    return clean_name(last, what=_("The name"), max_length=255, may_be_empty=True)


def digest(file: File) -> tuple[str, int]:
    """SHA-256 and CRC-32 of a file in one pass (the CRC gives zips a length that is known beforehand)."""
    sha256, crc32 = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        sha256.update(chunk)
        crc32 = zlib.crc32(chunk, crc32)
    file.seek(0)
    return sha256.hexdigest(), crc32


def _sane(moment: datetime | None) -> datetime | None:
    """A file's own time, unless its device dreamed it up."""
    if moment is None or moment.year < 1990 or moment > timezone.now() + timedelta(days=2):
        return None
    return moment


def _require_space(size_bytes: int) -> None:
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    if shutil.disk_usage(folder).free < size_bytes + settings.MIN_FREE_BYTES:
        raise DiskFull(
            _("The disk of this site is nearly full, so it takes no more photos. Tell its administrator.")
        )


def trash_photos(*, user: User, room: Room, photo_ids: Collection[int]) -> list[int]:
    """Set photos aside; they leave every album and can be brought back. Answers those that are in the trash now."""
    role = require(user, Action.VIEW, room)
    photos = list(room.photos.present().filter(pk__in=photo_ids))
    is_own = all(photo.uploader_id == user.pk for photo in photos)
    if not is_own and not allows(role, Action.DELETE_PHOTO, room):
        raise PermissionDenied(
            _("Only who added a photo and the owner of the room can delete it. Choose photos that you added.")
        )
    pks = [photo.pk for photo in photos]
    _set_deleted(pks, by=user)
    return pks


def restore_photos(*, user: User, room: Room, photo_ids: Collection[int]) -> list[int]:
    """Bring photos back from the trash: what one deleted oneself, or any as the owner."""
    require(user, Action.VIEW, room)
    photos = list(room.photos.in_trash().filter(pk__in=photo_ids))
    if any(photo.deleted_by_id != user.pk for photo in photos):
        require(user, Action.DELETE_PHOTO, room)
    pks = [photo.pk for photo in photos]
    _set_deleted(pks, by=None)
    return pks


@transaction.atomic
def _set_deleted(photo_ids: Collection[int], *, by: User | None) -> None:
    moment = timezone.now() if by else None
    Photo.objects.filter(pk__in=photo_ids).update(deleted_at=moment, deleted_by=by)
    if not by:
        reopen_requests(photo_ids)
    if by:
        photo_ids = [*photo_ids, *release_copies(photo_ids)]
    people = Face.objects.filter(photo__in=photo_ids, person__isnull=False).values_list("person", flat=True)
    recount_people(set(people))
    events = Photo.objects.filter(pk__in=photo_ids, event__isnull=False).values_list("event", flat=True)
    recount_events(set(events))
    for room in Room.objects.filter(photos__in=photo_ids).distinct():
        disarrange(room, photo_ids)  # another one is now the best of its group
        copy_tasks.settle_borrowed(room.pk)
        if not by:  # their faces may have gone before they were sorted
            tasks.request_clustering(room.pk)
            copy_tasks.request_rendering_of_many(room.pk)  # edits that waited in the trash
    for photo in Photo.objects.filter(pk__in=photo_ids, state=PhotoState.PENDING, deleted_at=None):
        tasks.request_analysis(room_id=photo.room_id, photo_ids=[photo.pk])


@transaction.atomic
def retry_photos(*, user: User, room: Room, photo_ids: Collection[int] | None = None) -> int:
    """Process again what failed: these photos, or all of the room."""
    require(user, Action.RETRY, room)
    failed = room.photos.troubled()
    if photo_ids is not None:
        failed = failed.filter(pk__in=photo_ids)
    pks = list(failed.values_list("pk", flat=True))
    Photo.objects.filter(pk__in=pks).update(state=PhotoState.PENDING, failure="")
    tasks.request_analysis(room_id=room.pk, photo_ids=pks)
    return len(pks)
