"""A prepared download as a zip that is made while it is sent, and resumes at any byte."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.http import HttpRequest, HttpResponseBase

from albums.blobs import open_at
from albums.errors import Gone
from albums.models import Download, Photo
from albums.ranges import ranged_response
from albums.zip_streams import LimitedStream
from albums.zips import StoredZip, ZipEntry
from processing.exporting.names import safe_component

PHOTOS_PER_QUERY = 500  # SQLite takes only so many parameters in one query


def download_response(request: HttpRequest, download: Download) -> HttpResponseBase:
    """Send the zip of a download, or the part of it that is asked for.

    Raises Gone if photos have left the room since it was prepared, TooManyDownloads if the user has enough streams running.
    """
    archive = StoredZip(zip_entries(download))

    def open_range(start: int, stop: int) -> LimitedStream:
        return LimitedStream(download.user_id, archive.iter(start, stop))

    return ranged_response(
        request,
        size=archive.size,
        etag=archive.etag,
        content_type="application/zip",
        filename=f"{safe_component(download.title, fallback='photos')}.zip",
        open_range=open_range,
        disposition="attachment",
    )


def zip_entries(download: Download) -> Iterator[ZipEntry]:
    """The download's photos under their names, in its order; Gone unless every one is still in the room."""
    entries = download.entries
    for start in range(0, len(entries), PHOTOS_PER_QUERY):
        yield from _entries_of(download, entries[start : start + PHOTOS_PER_QUERY])


def _entries_of(download: Download, wanted: list[tuple[int, str]]) -> Iterator[ZipEntry]:
    photos = (
        Photo.objects.present().filter(room=download.room_id).in_bulk([photo_id for photo_id, _ in wanted])
    )
    for photo_id, name in wanted:
        photo = photos.get(photo_id)
        if photo is None:
            raise Gone(
                "Some photos of this download have been deleted since it was prepared. "
                "Go back to the room and start the download again."
            )
        photo.room = download.room  # its time zone is needed, and it is the same for all
        yield ZipEntry(
            name=name,
            size=photo.size_bytes,
            crc32=photo.crc32,
            mtime=photo.local_time,
            open_at=partial(open_at, photo.original.storage, photo.original.name or ""),
        )
