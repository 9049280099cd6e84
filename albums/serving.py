"""Photos, renditions and crops of faces as HTTP answers, for the pages and the API alike. Who may see them is asked before."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import PurePath

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase

from albums.blobs import FileRange, internal_name
from albums.models import Face, Photo
from albums.ranges import PRIVATE_FOREVER, ranged_response
from processing.exporting.names import safe_component

logger = logging.getLogger(__name__)

SIZES = ("320", "1280", "2048", "original")
# What browsers show and cannot run; everything else is only ever saved.
SHOWN_TYPES = frozenset(
    f"image/{kind}" for kind in ("jpeg", "png", "webp", "gif", "avif", "heic", "heif", "tiff")
) | {"video/mp4", "video/quicktime"}
CROP_CACHE = "private, max-age=3600"  # a face may be withdrawn: not kept for long


def photo_response(
    request: HttpRequest, photo: Photo, size: str, *, is_download: bool = False
) -> HttpResponseBase:
    """One photo as its original or as a rendition of that many pixels; Http404 while there is none."""
    if size not in SIZES:
        raise Http404("Photos come in the sizes 320, 1280, 2048 and original.")
    if size == "original":
        is_shown = photo.content_type in SHOWN_TYPES
        return _file_response(
            request,
            photo.original,
            size=photo.size_bytes,
            etag=photo.sha256,
            content_type=photo.content_type if is_shown else "application/octet-stream",
            filename=photo.filename,
            is_download=is_download or not is_shown,
        )
    rendition = photo.renditions.filter(side_px=int(size)).first()
    if rendition is None:
        raise Http404("This photo is not ready in this size yet. Try again in a moment.")
    return _file_response(
        request,
        rendition.file,
        size=rendition.size_bytes,
        etag=f"{photo.sha256[:32]}-{size}-{rendition.pk}",
        content_type="image/jpeg",
        filename=f"{PurePath(photo.filename).stem}-{size}.jpg",
        is_download=is_download,
    )


def face_crop_response(request: HttpRequest, face: Face) -> HttpResponseBase:
    """The small picture of one face; Http404 where there is none."""
    if not face.crop.name:
        raise Http404("There is no picture of this face.")
    return _file_response(
        request,
        face.crop,
        size=face.crop.size,
        etag=f"face-{face.pk}-{PurePath(face.crop.name).stem}",
        content_type="image/jpeg",
        filename=f"face-{face.pk}.jpg",
        cache_control=CROP_CACHE,
    )


def _file_response(
    request: HttpRequest,
    file: FieldFile,
    *,
    size: int,
    etag: str,
    content_type: str,
    filename: str,
    is_download: bool = False,
    cache_control: str = PRIVATE_FOREVER,
) -> HttpResponseBase:
    name = file.name or ""
    try:
        return ranged_response(
            request,
            size=size,
            etag=etag,
            content_type=content_type,
            filename=safe_component(filename, fallback="photo"),
            open_range=partial(FileRange, file.storage, name),
            disposition="attachment" if is_download else "inline",
            cache_control=cache_control,
            internal_name=internal_name(file.storage, name),
        )
    except FileNotFoundError as error:
        logger.exception("%s is not in the storage", name)
        raise Http404("The file of this photo is missing. Tell the administrator of this site.") from error
