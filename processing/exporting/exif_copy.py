"""The EXIF part of an original for a smaller copy of it that stands upright."""

from __future__ import annotations

from typing import BinaryIO

from processing.exporting import png_files
from processing.metadata import EXIF_IFD, GPS_IFD, ORIENTATION, TAG_ERRORS

# What belongs to the old pixels and not to the copy's: how they are stored and where in the old file; pictures of them (layers of
# Photoshop, thumbnails); the primaries of their colors, for the copy is sRGB; makers' private parts, which may hold all of that.
LEFT_OUT_MAIN = frozenset(
    {
        0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0111, 0x0115, 0x0116, 0x0117, 0x011C, 0x012D, 0x013D, 0x013E, 0x013F, 0x0140,
        0x0142, 0x0143, 0x0144, 0x0145, 0x014A, 0x0152, 0x0153, 0x015B, 0x0200, 0x0201, 0x0202, 0x0203, 0x0205, 0x0206, 0x0207,
        0x0208, 0x0209, 0x0211, 0x0212, 0x0213, 0x0214, 0x02BC, 0x83BB, 0x8649, 0x8773, 0x935C, 0xC634,
    }
)  # fmt: skip
# Also where the subject is, in the old pixels: a face that was cut off or covered, perhaps.
LEFT_OUT_EXIF = frozenset({0x927C, 0x9214, 0xA001, 0xA002, 0xA003, 0xA005, 0xA214, 0xA500})
PARTS = {EXIF_IFD: LEFT_OUT_EXIF, GPS_IFD: frozenset[int]()}
MOST_BYTES = 60_000


def upright_exif(stream: BinaryIO, file_format: str) -> bytes:
    """Copy what the EXIF part of an original says, for a copy that is not turned any more.

    Args:
        stream: the original, seekable.
        file_format: Pillow's name of its format.

    Returns:
        A TIFF structure, or b"" if there is nothing that can be copied.
    """
    from PIL import Image

    try:
        source = _exif_of(stream, file_format)
        copy = Image.Exif()
        copy.endian = source.endian
        for tag, value in source.items():
            if tag not in LEFT_OUT_MAIN and tag not in PARTS and tag != ORIENTATION:
                copy[tag] = value
        for part, left_out in PARTS.items():
            inside = {tag: value for tag, value in source.get_ifd(part).items() if tag not in left_out}
            if inside:
                copy.get_ifd(part).update(inside)
        if not len(copy) and not any(copy.get_ifd(part) for part in PARTS):
            return b""
        made = copy.tobytes().removeprefix(b"Exif\0\0")
    except (*TAG_ERRORS, Image.DecompressionBombError, MemoryError):
        return b""
    return made if len(made) <= MOST_BYTES else b""


def _exif_of(stream: BinaryIO, file_format: str):  # type: ignore[no-untyped-def]  # Pillow's class without types
    from PIL import Image

    stream.seek(0)
    if file_format == "HEIF":
        import pillow_heif

        exif = Image.Exif()
        exif.load(pillow_heif.open_heif(stream, convert_hdr_to_8bit=False).info.get("exif") or b"")
        return exif
    with Image.open(stream, formats=["JPEG" if file_format == "MPO" else file_format]) as image:
        if file_format == "PNG":
            exif = Image.Exif()
            exif.load(image.info.get("exif") or png_files.exif(stream))
            return exif
        return image.getexif()
