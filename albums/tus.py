"""Large files that arrive in pieces (tus 1.0): where the bytes are decides, so a kill at any point loses nothing.

A row says what is coming, a file of the row's id in UPLOADS_DIR holds what has come; its size is the offset. A row without
a file has arrived completely and is kept for a while, for clients that did not hear the answer.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.http import Http404
from django.http.request import UnreadablePostError
from django.utils import timezone

from accounts.models import User
from albums.errors import AlbumError, Conflict, FileRefused, Gone
from albums.models import Photo, Room, Upload
from albums.permissions import Action, require
from albums.services.photos import add_photo

logger = logging.getLogger(__name__)

LIFETIME = timedelta(days=3)  # after the last byte
CHUNK_BYTES = 256 * 1024
GONE = "This upload is no longer here. Start it again."


class UploadBusy(AlbumError):
    code = "upload_busy"
    status = 423


class DiskFull(AlbumError):
    code = "disk_full"
    status = 507


class TooLarge(AlbumError):
    code = "too_large"
    status = 413


class Progress(NamedTuple):
    """How far an upload is: the bytes that are here and, when all are, the photo and "created", "duplicate" or "restored"."""

    offset: int
    photo: Photo | None = None
    result: str = ""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def path_of(upload: Upload) -> Path:
    return Path(settings.UPLOADS_DIR) / str(upload.pk)


def create_upload(
    *,
    user: User,
    room: Room,
    filename: str,
    sha256: str,
    size_bytes: int,
    modified_at: datetime | None = None,
) -> Upload:
    """Announce a file; its bytes may come now or in the next days."""
    require(user, Action.UPLOAD, room)
    if size_bytes == 0:
        raise FileRefused("This file is empty.")
    if size_bytes > settings.MAX_UPLOAD_BYTES:
        raise TooLarge(
            f"Files can have at most {settings.MAX_UPLOAD_BYTES // 2**20:,} MB; this one is larger."
        )
    upload = Upload(
        room=room,
        user=user,
        filename=filename.replace("\\", "/").rsplit("/", 1)[-1][-255:],
        sha256=sha256,
        size_bytes=size_bytes,
        modified_at=modified_at,
    )
    path = path_of(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    _require_space(size_bytes)
    path.touch()  # before the row: a row without a file means that everything has arrived
    upload.save(force_insert=True)
    return upload


def progress_of(upload: Upload) -> Progress:
    """How much is here; completes an upload whose server died after the last byte."""
    require(upload.user, Action.UPLOAD, upload.room)
    try:
        offset = path_of(upload).stat().st_size
    except FileNotFoundError:
        photo = upload.room.photos.filter(sha256=upload.sha256).first()
        if photo is None:
            raise Gone(GONE) from None
        return Progress(upload.size_bytes, photo, "created")
    if offset < upload.size_bytes:
        return Progress(offset)
    with _locked(upload):
        return _finish(upload)


def append(upload: Upload, *, offset: int, length: int, source: Readable) -> Progress:
    """Add `length` bytes at `offset`; the last byte makes the file a photo.

    A connection that breaks leaves what has come; only one writer at a time gets in.
    """
    require(upload.user, Action.UPLOAD, upload.room)
    with _locked(upload) as file:
        size = file.seek(0, os.SEEK_END)
        if offset != size:
            raise Conflict(f"This upload goes on at byte {size}, not at byte {offset}.")
        if length > upload.size_bytes - size:
            raise TooLarge(f"This upload was announced with {upload.size_bytes} bytes; these would be more.")
        _require_space(length)
        _copy(source, file, length)
        size = file.tell()
        return _finish(upload) if size == upload.size_bytes else Progress(size)


def discard(upload: Upload) -> None:
    """Forget an upload and its bytes. Photos that it has become stay."""
    with suppress(Gone), _locked(upload):
        path_of(upload).unlink(missing_ok=True)
    upload.delete()


def expires_at(upload: Upload) -> datetime:
    """When it is forgotten unless more bytes come."""
    with suppress(FileNotFoundError):
        return datetime.fromtimestamp(path_of(upload).stat().st_mtime, UTC) + LIFETIME
    return upload.created_at + LIFETIME


def expire_uploads() -> int:
    """Forget uploads that nobody continued, complete those whose server died, delete bytes without a row.

    Returns:
        How many uploads and stray files went.
    """
    count = 0
    for upload in Upload.objects.select_related("room", "user"):
        try:
            count += _sweep(upload)
        except Exception:  # one that can't be completed must not stop the others
            logger.exception("upload %s can't be swept", upload.pk)
    return count + _delete_strays()


def _sweep(upload: Upload) -> int:
    if expires_at(upload) < timezone.now():
        with suppress(UploadBusy):
            discard(upload)
            return 1
    with suppress(AlbumError, PermissionDenied, Http404):  # arriving right now, or refused
        progress_of(upload)
    return 0


def _delete_strays() -> int:
    known = {str(pk) for pk in Upload.objects.values_list("pk", flat=True)}
    before = (timezone.now() - LIFETIME).timestamp()
    files = [path for path in Path(settings.UPLOADS_DIR).glob("*-*-*-*-*") if path.name not in known]
    strays = [path for path in files if path.stat().st_mtime < before]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


@contextmanager
def _locked(upload: Upload) -> Iterator[BinaryIO]:
    """The file of an upload for nobody else at the same time; the system lets go of the lock when the process dies."""
    path = path_of(upload)
    try:
        file = path.open("r+b", buffering=0)
    except FileNotFoundError:
        raise Gone(GONE) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UploadBusy("This file is arriving on another connection. Try again in a moment.") from None
        if not path.exists():  # completed or discarded between opening and locking
            raise Gone(GONE)
        yield cast("BinaryIO", file)


def _copy(source: Readable, file: BinaryIO, length: int) -> None:
    try:
        while length and (chunk := source.read(min(CHUNK_BYTES, length))):
            length -= len(chunk)
            unwritten = memoryview(chunk)
            while unwritten:
                unwritten = unwritten[file.write(unwritten) :]
    except UnreadablePostError:
        logger.info("a connection broke with %d bytes of its request missing", length)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull(
            "The disk of this site is full. Tell its administrator; then the upload can go on."
        ) from error


def _finish(upload: Upload) -> Progress:
    """Make a photo of a complete file. Done twice it gives one photo; refused, the file is gone."""
    path = path_of(upload)
    try:
        with path.open("rb") as file:
            photo, result = add_photo(
                room=upload.room,
                uploader=upload.user,
                file=File(file, name=upload.filename),
                filename=upload.filename,
                sha256=upload.sha256,
                last_modified=upload.modified_at,
            )
    except FileRefused:
        upload.delete()
        path.unlink()
        raise
    path.unlink()
    return Progress(upload.size_bytes, photo, result)


def _require_space(size_bytes: int) -> None:
    # Twice: the bytes lie here and in the storage for the moment in which the upload becomes a photo.
    free = shutil.disk_usage(settings.UPLOADS_DIR).free
    if free < size_bytes * 2 + settings.MIN_FREE_BYTES:
        raise DiskFull(
            "The disk of this site is nearly full, so it takes no more photos. Tell its administrator."
        )
