"""One photo on its way out: the original or a small copy, with what is known written in, beside it, or taken out."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO

from processing.exporting import exif_copy, jpeg_files, splice, strip, webp_files
from processing.exporting.choices import Metadata
from processing.exporting.parts import CannotSplice, Part, Range, write_parts
from processing.exporting.xmp import PhotoNotes


@dataclass(frozen=True, slots=True)
class Copy:
    """A file to send.

    Attributes:
        parts: new bytes, and ranges of the original.
        suffix: ".jpg" or ".webp" if it has become one, else "".
        sidecar: an XMP file to lie beside it, or b"".
    """

    parts: list[Part]
    suffix: str = ""
    sidecar: bytes = b""


def make_copy(
    original: BinaryIO, file_format: str, notes: PhotoNotes, metadata: Metadata, small: bytes | None = None
) -> Copy:
    """Make what is sent of one photo or video.

    Args:
        original: seekable.
        file_format: Pillow's name of its format, "MP4" or "MOV".
        notes: what is known; read for WRITE and SIDECAR only.
        metadata: what becomes of it.
        small: a smaller JPEG or WebP of the photo, upright and without metadata, to be sent instead of the original.

    Raises:
        CannotSplice: with STRIP, where time and place can't be taken out: leave the file out.
    """
    if small is not None:
        return _small_copy(original, file_format, notes, metadata, small)
    if metadata is Metadata.STRIP:
        parts, suffix = strip.stripped(original, file_format)
        return Copy(parts, suffix)
    whole: list[Part] = [Range(0, original.seek(0, io.SEEK_END))]
    if metadata is Metadata.AS_IS:
        return Copy(whole)
    if metadata is Metadata.WRITE:
        try:
            return Copy(splice.splice(original, file_format, notes))
        except CannotSplice:
            pass  # the photo stays whole, what is known lies beside it
    return Copy(whole, sidecar=splice.sidecar(notes, original, file_format))


def _small_copy(
    original: BinaryIO, file_format: str, notes: PhotoNotes, metadata: Metadata, small: bytes
) -> Copy:
    is_webp = small[:4] == b"RIFF"
    suffix = ".webp" if is_webp else ".jpg"
    if metadata is Metadata.STRIP:
        return Copy([small], suffix)
    exif = exif_copy.upright_exif(original, file_format)
    whole = _webp_with(small, exif) if is_webp else small[:2] + jpeg_files.exif_segment(exif) + small[2:]
    if metadata is Metadata.WRITE:
        stream = io.BytesIO(whole)
        spliced = splice.splice(stream, "WEBP" if is_webp else "JPEG", notes)
        return Copy([write_parts(spliced, stream)], suffix)
    sidecar = splice.sidecar(notes) if metadata is Metadata.SIDECAR else b""
    return Copy([whole], suffix, sidecar)


def _webp_with(small: bytes, exif: bytes) -> bytes:
    if not exif:
        return small
    stream = io.BytesIO(small)
    return write_parts(webp_files.with_exif(stream, exif, len(small)), stream)
