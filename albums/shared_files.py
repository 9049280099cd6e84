"""The bytes of photos for people outside the room: veiled for everybody, and with metadata off without any of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePath
from typing import BinaryIO, cast

from django.core.exceptions import PermissionDenied
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from albums import edited_copies
from albums.blobs import CHUNK_BYTES, open_at
from albums.models import Photo, ShareLink
from albums.ranges import ranged_response
from albums.serving import FULL, ORIGINAL, SHOWN_TYPES, SIZES, photo_response
from albums.veils import is_veiled_for
from albums.zip_plans import STRIPPED_SUFFIX
from processing.exporting.names import safe_component
from processing.exporting.parts import CannotSplice, Part, size_of
from processing.exporting.strip import spliced

CACHE_CONTROL = (
    "private, max-age=300"  # a link that is withdrawn or gets a password ends soon in browsers, too
)
WHOLE = (FULL, ORIGINAL)  # what has what the camera wrote into it
STRIPPED_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".mp4": "video/mp4", ".mov": "video/quicktime"}  # fmt: skip


def shared_photo_response(
    request: HttpRequest, link: ShareLink, photo: Photo, size: str, *, number: int, is_download: bool
) -> HttpResponseBase:
    """One photo of a link. `number` is its place in the link, which gives it a name that tells nothing; 0: it needs none."""
    if size not in SIZES:
        raise Http404("There is no such size.")
    if size in WHOLE:  # what the room shows, and nothing of what was cut off or covered
        size = FULL if photo.shown_edit_id else ORIGINAL
    if (size in WHOLE or is_download) and not link.allows_downloads:
        raise PermissionDenied(_("Downloads are switched off for this link."))
    if size in WHOLE and is_stripped(link, photo):
        return _stripped(request, photo, number=number, is_download=is_download)
    name = ""
    if is_stripped(link, photo):
        name = neutral_name(photo, number, ".jpg") if number else "photo.jpg"
    return _named(photo_response(request, photo, size, is_download=is_download), name, is_download)


def is_stripped(link: ShareLink, photo: Photo) -> bool:
    """Whether nothing may be told of where and when it was taken; a place that somebody cleared is never told."""
    return not link.shows_metadata or photo.is_place_cleared


def neutral_name(photo: Photo, number: int, suffix: str) -> str:
    return f"{photo.kind}-{number:05d}{suffix}"


def _stripped(request: HttpRequest, photo: Photo, *, number: int, is_download: bool) -> HttpResponseBase:
    """The file without its metadata, put together while it is sent. What would have to be decoded comes as the largest
    JPEG that there is: that is work for a worker, which makes the full size for the zip."""
    if is_veiled_for(photo, None):
        response = photo_response(request, photo, "original", is_download=is_download)
        return _named(response, neutral_name(photo, number, ".jpg"), is_download)
    source = _source(photo)
    if source is None:  # its copies are being made again
        return photo_response(request, photo, FULL, is_download=is_download)
    file, kind_of_file = source
    suffix = STRIPPED_SUFFIX.get(kind_of_file, ".jpg")
    parts = _parts(file, kind_of_file)
    if parts is None:
        return _largest(request, photo, number=number, is_download=is_download)
    kind = STRIPPED_TYPES[suffix]
    return ranged_response(
        request,
        size=size_of(parts),
        etag=f"{photo.sha256[:32]}-{photo.look}-stripped",
        content_type=kind if kind in SHOWN_TYPES else "application/octet-stream",
        filename=neutral_name(photo, number, suffix),
        open_range=partial(PartsRange, file, parts),
        disposition="attachment" if is_download else "inline",
        cache_control=CACHE_CONTROL,
    )


def _source(photo: Photo) -> tuple[FieldFile, str] | None:
    """The file that people outside get, with Pillow's name of its format: the edited copy if there is one."""
    if not photo.shown_edit_id:
        return photo.original, photo.format
    copy = edited_copies.copy_of(photo, edited_copies.FULL)
    if copy is None or not copy.file.storage.exists(copy.file.name or ""):
        return None
    return copy.file, "PNG" if copy.content_type == "image/png" else "JPEG"


def _parts(file: FieldFile, kind: str) -> list[Part] | None:
    """The pieces of a file without its metadata; None where it would have to be decoded for that."""
    if kind not in STRIPPED_SUFFIX:
        return None
    try:
        with file.open("rb") as stream:
            return spliced(cast("BinaryIO", stream), kind)
    except CannotSplice:
        return None
    except FileNotFoundError as error:
        raise Http404("The file of this photo is missing.") from error


def _largest(request: HttpRequest, photo: Photo, *, number: int, is_download: bool) -> HttpResponseBase:
    sides = sorted(photo.renditions.values_list("side_px", flat=True))
    if not sides or photo.is_video:
        raise Http404(_("This file can’t be shown without what its camera wrote into it."))
    response = photo_response(request, photo, str(sides[-1]), is_download=is_download)
    return _named(response, neutral_name(photo, number, ".jpg"), is_download)


def _named(response: HttpResponseBase, name: str, is_download: bool) -> HttpResponseBase:
    """The answer with a name that tells nothing, and kept by browsers for minutes only."""
    if response.status_code == 404:  # a drawing while the blurred copy is made
        return response
    response["Cache-Control"] = CACHE_CONTROL
    if name and response.has_header("Content-Disposition"):
        safe = safe_component(name, fallback=f"photo{PurePath(name).suffix}")
        response["Content-Disposition"] = content_disposition_header(is_download, safe) or "inline"
    return response


class PartsRange:
    """Bytes `start` up to but not including `stop` of a file that is new bytes and ranges of a kept file."""

    def __init__(self, file: FieldFile, parts: Sequence[Part], start: int, stop: int) -> None:
        self._storage, self._name = file.storage, file.name or ""
        self._parts, self._start, self._stop = parts, start, stop

    def __iter__(self) -> Iterator[bytes]:
        at = 0
        for part in self._parts:
            first, last = max(self._start - at, 0), min(self._stop - at, len(part))
            at += len(part)
            if first >= last:
                continue
            if isinstance(part, bytes):
                yield part[first:last]
            else:
                yield from self._original(part.start + first, last - first)

    def _original(self, start: int, left: int) -> Iterator[bytes]:
        with open_at(self._storage, self._name, start) as file:
            while left:
                chunk = file.read(min(CHUNK_BYTES, left))
                if not chunk:
                    raise EOFError(f"{self._name} is shorter than it was")
                left -= len(chunk)
                yield chunk
