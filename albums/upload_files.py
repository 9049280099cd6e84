"""The bytes of large uploads on the way: one file per row of Upload in UPLOADS_DIR, its size is what has come."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from albums.errors import AlbumError, Gone
from albums.models import Upload

LIFETIME = timedelta(days=3)  # after the last byte
GONE = gettext_lazy("This upload is no longer here. Start it again.")


class UploadBusy(AlbumError):
    code = "upload_busy"
    status = 423


def path_of(upload: Upload) -> Path:
    return Path(settings.UPLOADS_DIR) / str(upload.pk)


@contextmanager
def locked(upload: Upload) -> Iterator[BinaryIO]:
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
            raise UploadBusy(
                _("This file is arriving on another connection. Try again in a moment.")
            ) from None
        if not path.exists():  # completed or discarded between opening and locking
            raise Gone(GONE)
        yield cast("BinaryIO", file)


def discard(upload: Upload) -> None:
    """Forget an upload and its bytes. Photos that it has become stay."""
    with suppress(Gone), locked(upload):
        path_of(upload).unlink(missing_ok=True)
    upload.delete()


def expires_at(upload: Upload) -> datetime:
    """When it is forgotten unless more bytes come."""
    with suppress(FileNotFoundError):
        return datetime.fromtimestamp(path_of(upload).stat().st_mtime, UTC) + LIFETIME
    return upload.created_at + LIFETIME


def expire_uploads() -> int:
    """Forget uploads that nobody continued for days, and bytes without a row; answer how many."""
    count = 0
    for upload in Upload.objects.all():
        if expires_at(upload) < timezone.now():
            with suppress(UploadBusy):
                discard(upload)
                count += 1
    return count + _delete_strays()


def _delete_strays() -> int:
    known = {str(pk) for pk in Upload.objects.values_list("pk", flat=True)}
    before = (timezone.now() - LIFETIME).timestamp()
    files = [path for path in Path(settings.UPLOADS_DIR).glob("*-*-*-*-*") if path.name not in known]
    strays = [path for path in files if path.stat().st_mtime < before]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
