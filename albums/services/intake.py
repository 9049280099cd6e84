"""What an arriving file is, judged by its header only: nothing is decoded in a web process."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.base import File

from albums.errors import FileRefused
from processing.errors import UnreadableImage
from processing.imaging import Limits, Probe, probe

CONTENT_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
    "TIFF": "image/tiff",
    "GIF": "image/gif",
    "MP4": "video/mp4",
    "MOV": "video/quicktime",
}


def limits() -> Limits:
    return Limits(pixels=settings.MAX_PIXELS, bytes=settings.MAX_IMAGE_BYTES)


def inspect(file: File) -> Probe:
    """Kind, format and size; FileRefused with the reason where it is nothing that can be kept."""
    file.seek(0)
    try:
        return probe(cast(BinaryIO, file), limits=limits())
    except UnreadableImage as error:
        raise FileRefused(str(error)) from error
    finally:
        file.seek(0)


def content_type(format_name: str) -> str:
    return CONTENT_TYPES.get(format_name, "application/octet-stream")
