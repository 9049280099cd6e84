"""A download as a zip that is made while it is sent, and resumes at any byte."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, BinaryIO

from django.core.files.storage import FileSystemStorage, default_storage
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from albums import lost_copies, lost_originals
from albums.blobs import open_at
from albums.edited_copies import FULL
from albums.errors import Conflict, Gone
from albums.models import Download, EditedCopy, Photo
from albums.models.downloads import DownloadState
from albums.packs import pack_name
from albums.pieces import Piece, open_pieces
from albums.ranges import ranged_response
from albums.veils import veils_in
from albums.zip_rows import Row, is_edited, is_prepared
from albums.zip_streams import LimitedStream
from albums.zips import StoredZip, ZipEntry
from processing.exporting.names import safe_component

# What is needed of each photo; all of its columns would take three times as long.
COLUMNS = (
    "id",
    "room",
    "original",
    "size_bytes",
    "crc32",
    "sort_at",
    "taken_at",
    "taken_offset_minutes",
    "edit",
    "shown_edit",
)
PHOTOS_PER_QUERY = 500  # SQLite takes only so many parameters in one query


class NotReady(Conflict):
    """The zip is still being prepared, or could not be."""

    code = "not_ready"


def download_response(request: HttpRequest, download: Download, *, receiver: str = "") -> HttpResponseBase:
    """Send the zip of a download, or the part of it that is asked for; `receiver` names who gets it where that is no user.

    Raises Gone if photos have left the room since it was prepared, NotReady before that, TooManyDownloads if the user has
    enough streams running.
    """
    if not download.is_ready:
        raise NotReady(
            download.failure
            if download.state == DownloadState.FAILED
            else "This download is still being prepared. It starts by itself as soon as it is ready."
        )
    archive = StoredZip(zip_entries(download))

    def open_range(start: int, stop: int) -> LimitedStream:
        chunks = archive.iter(start, stop)
        is_end = stop == archive.size
        return LimitedStream(receiver or str(download.user_id), noted(download, chunks) if is_end else chunks)

    return ranged_response(
        request,
        size=archive.size,
        etag=archive.etag,
        content_type="application/zip",
        filename=f"{safe_component(download.title, fallback='photos')}.zip",
        open_range=open_range,
        disposition="attachment",
    )


def noted(download: Download, chunks: Generator[bytes]) -> Generator[bytes]:
    """Pass the archive's last bytes on and note when they were all sent."""
    try:
        yield from chunks
    finally:
        chunks.close()
    Download.objects.filter(pk=download.pk, fetched_at=None).update(fetched_at=timezone.now())


def zip_entries(download: Download) -> Iterator[ZipEntry]:
    """The download's files under their names, in its order; Gone unless every photo is still in the room, and as it was."""
    entries = download.entries
    require_veiled(download)
    for start in range(0, len(entries), PHOTOS_PER_QUERY):
        yield from _entries_of(download, entries[start : start + PHOTOS_PER_QUERY])


def require_veiled(download: Download) -> None:
    """Gone if somebody on a photo asked meanwhile not to be shown: nobody gets a zip in which they still are."""
    found = veils_in(download.room_id)
    if not found:
        return
    user, made = download.user, download.veils
    now = {pk: veil.number for pk, veil in found.items() if veil.is_for(user)}
    if now and any(now.get(pk, made.get(str(pk))) != made.get(str(pk)) for pk, *_rest in download.entries):
        raise Gone(
            _(
                "Somebody on these photos has asked not to be shown since this download was prepared. "
                "Go back to the room and start the download again."
            )
        )


def _entries_of(download: Download, wanted: list[Row]) -> Iterator[ZipEntry]:
    ids = {entry[0] for entry in wanted if entry[0]}
    photos = Photo.objects.present().filter(room=download.room_id).only(*COLUMNS).in_bulk(ids)
    if len(photos) < len(ids):
        raise Gone(
            "Some photos of this download have been deleted since it was prepared. "
            "Go back to the room and start the download again."
        )
    edits = [entry[2] for entry in wanted if is_edited(entry)]
    copies = {copy.edit_id: copy for copy in EditedCopy.objects.filter(edit__in=edits, side_px=FULL)}
    for entry in wanted:
        photo = photos.get(entry[0])
        if is_prepared(entry):
            yield _prepared_entry(download, photo, *entry[1:6])
        elif photo:
            photo.room = download.room  # its time zone is needed, and it is the same for all
            yield (
                _edited(photo, entry, copies.get(entry[2]))
                if is_edited(entry)
                else _original(photo, entry[1])
            )


def _original(photo: Photo, name: str) -> ZipEntry:
    """The file as it was uploaded; Gone where it is not that any more."""
    lost_originals.require_whole(photo)
    return ZipEntry(
        name=name,
        size=photo.size_bytes,
        crc32=photo.crc32,
        mtime=photo.local_time,
        open_at=partial(open_at, photo.original.storage, photo.original.name or ""),
    )


def _edited(photo: Photo, entry: Row, copy: EditedCopy | None) -> ZipEntry:
    """The copy of the edit that was shown when the zip was asked for; Gone if that is not shown any more, or another file."""
    if copy is None or photo.shown_edit_id != copy.edit_id or copy.crc32 != entry[3]:
        raise Gone(
            _(
                "Some of these photos have been edited since this download was prepared. "
                "Go back to the room and start the download again."
            )
        )
    name = copy.file.name or ""
    if isinstance(copy.file.storage, FileSystemStorage) and not copy.file.storage.exists(name):
        lost_copies.make_again(photo)
        raise Gone(
            _(
                "Some edited photos of this download are being made again. "
                "Go back to the room and start the download again in a moment."
            )
        )
    return ZipEntry(
        name=entry[1],
        size=copy.size_bytes,
        crc32=copy.crc32,
        mtime=photo.local_time,
        open_at=partial(_open_edited, photo, copy),
    )


def _open_edited(photo: Photo, copy: EditedCopy, offset: int) -> BinaryIO:
    """A copy is a cache: where its file has gone the zip breaks off, and the next one will have it."""
    try:
        return open_at(copy.file.storage, copy.file.name or "", offset)
    except FileNotFoundError:
        lost_copies.make_again(photo)
        raise


def _prepared_entry(
    download: Download,
    photo: Photo | None,
    name: str,
    size: int,
    crc32: int,
    moment: list[int],
    parts: list[Any],
) -> ZipEntry:
    pieces = []
    for source, start, length in parts:
        if source:
            pieces.append(Piece(default_storage, pack_name(download.pack, source), start, length))
        elif photo:
            lost_originals.require_whole(photo)
            pieces.append(Piece(photo.original.storage, photo.original.name or "", start, length))
    return ZipEntry(
        name=name,
        size=size,
        crc32=crc32,
        mtime=_wall_clock(*moment),
        open_at=partial(open_pieces, pieces),
    )


def _wall_clock(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)  # unpackers know no time zone
