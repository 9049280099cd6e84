"""Large files that arrive in pieces (tus 1.0): where the bytes are decides, so a kill at any point loses nothing.

A row says what is coming, a file of the row's id in UPLOADS_DIR holds what has come; its size is the offset. A row without
a file has arrived completely and is kept for a while, for clients that did not hear the answer.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
from datetime import datetime
from typing import BinaryIO, NamedTuple, Protocol

from django.conf import settings
from django.core.files import File
from django.http.request import UnreadablePostError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from albums.errors import Conflict, DiskFull, FileRefused, Gone, TooLarge
from albums.models import Photo, Room, Upload
from albums.permissions import Action, require
from albums.services.photos import add_photo, kept_name
from albums.upload_files import GONE, locked, path_of

logger = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024


class Progress(NamedTuple):
    """How far an upload is: the bytes that are here and, when all are, the photo and "created", "duplicate" or "restored"."""

    offset: int
    photo: Photo | None = None
    result: str = ""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


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
        raise FileRefused(_("This file is empty."))
    if size_bytes > settings.MAX_UPLOAD_BYTES:
        raise TooLarge(
            _("Files can have at most %(number)s MB; this one is larger.")
            % {"number": number_format(settings.MAX_UPLOAD_BYTES // 2**20, force_grouping=True)}
        )
    upload = Upload(
        room=room,
        user=user,
        filename=kept_name(filename),
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
    with locked(upload):
        return _finish(upload)


def append(upload: Upload, *, offset: int, length: int, source: Readable) -> Progress:
    """Add `length` bytes at `offset`; the last byte makes the file a photo.

    A connection that breaks leaves what has come; only one writer at a time gets in.
    """
    require(upload.user, Action.UPLOAD, upload.room)
    with locked(upload) as file:
        size = file.seek(0, os.SEEK_END)
        if offset != size:
            raise Conflict(
                _("This upload goes on at byte %(size)s, not at byte %(offset)s.")
                % {"size": size, "offset": offset}
            )
        if length > upload.size_bytes - size:
            raise TooLarge(
                _("This upload was announced with %(size_bytes)s bytes; these would be more.")
                % {"size_bytes": upload.size_bytes}
            )
        _require_space(length)
        _copy(source, file, length)
        size = file.tell()
        return _finish(upload) if size == upload.size_bytes else Progress(size)


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
            _("The disk of this site is full. Tell its administrator; then the upload can go on.")
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
    except DiskFull:
        raise
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
            _("The disk of this site is nearly full, so it takes no more photos. Tell its administrator.")
        )
