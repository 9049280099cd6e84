"""Writes what a room knows into a copy of a photo; the picture itself stays as it is, byte for byte."""

from __future__ import annotations

import io
from typing import BinaryIO

from processing import metadata
from processing.exporting import jpeg_files, png_files, webp_files
from processing.exporting.parts import CannotSplice, Part
from processing.exporting.xmp import PhotoNotes, packet, split_packet

FORMATS = frozenset({"JPEG", "MPO", "PNG", "WEBP"})  # as Pillow names them
SIDECAR_SUFFIX = ".xmp"  # after the whole name: IMG_1.HEIC.xmp, as digiKam and darktable look for it
# Their readers turn the picture themselves and leave nothing to turn.
TURNED_BY_READER = frozenset({"HEIF", "AVIF"})


def splice(stream: BinaryIO, file_format: str, notes: PhotoNotes) -> list[Part]:
    """Put the notes into a copy of a photo.

    Args:
        stream: the original, seekable.
        file_format: Pillow's name of the format.
        notes: what to write.

    Returns:
        The copy: new bytes and ranges of the original. What the file says already stays, unless the notes say it.

    Raises:
        CannotSplice: the format has no place for it, or the file is odd or damaged: then write a sidecar.
    """
    if file_format not in FORMATS:
        raise CannotSplice("Nothing can be written into a file of this format.")
    size = stream.seek(0, io.SEEK_END)
    turned = orientation_of(stream, file_format)
    if file_format in ("JPEG", "MPO"):
        return jpeg_files.with_xmp(
            stream,
            lambda old, most: split_packet(notes, most_bytes=most, orientation=turned, existing=old),
            size,
        )
    write = png_files.with_xmp if file_format == "PNG" else webp_files.with_xmp
    return write(stream, lambda old: packet(notes, orientation=turned, existing=old), size)


def sidecar(notes: PhotoNotes, stream: BinaryIO | None = None, file_format: str = "") -> bytes:
    """Write the notes as a file to lie beside the photo.

    Args:
        notes: what to write.
        stream: the photo, so that regions are those of the picture as it is stored; None if it is stored upright.
        file_format: Pillow's name of its format.
    """
    turned = orientation_of(stream, file_format) if stream else 1
    return packet(notes, orientation=turned)


def orientation_of(stream: BinaryIO, file_format: str) -> int:
    """Read how the stored picture has to be turned, 1 (not at all) to 8; 1 for what can't be read."""
    from PIL import Image

    if file_format in TURNED_BY_READER or file_format in ("MP4", "MOV"):
        return 1
    stream.seek(0)
    try:
        with Image.open(stream, formats=["JPEG" if file_format == "MPO" else file_format]) as image:
            if file_format == "PNG" and "exif" not in image.info:
                image.info["exif"] = png_files.exif(stream)
            return metadata.orientation(image)
    except (*metadata.TAG_ERRORS, Image.DecompressionBombError, MemoryError):
        return 1
