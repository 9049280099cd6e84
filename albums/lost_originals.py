"""Originals that are not what was uploaded any more: a zip says so and goes without them, instead of breaking off."""

from __future__ import annotations

from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext as _

from albums.errors import Gone
from albums.file_checks import Report, check
from albums.models import Photo


def require_whole(photo: Photo) -> None:
    """Gone if the file is missing or of another size, and noted: the next zip is prepared without it.

    Asked of a disk only, where it costs nothing; of other storages the nightly check knows.
    """
    storage, name = photo.original.storage, photo.original.name or ""
    if not isinstance(storage, FileSystemStorage):
        return
    try:
        if storage.size(name) == photo.size_bytes:
            return
    except FileNotFoundError:
        pass
    check(photo, Report())
    raise Gone(
        _(
            "The file of “%(photo)s” on this site is missing or damaged. "
            "Go back to the room and start the download again: it will hold all the others."
        )
        % {"photo": photo.filename}
    )
