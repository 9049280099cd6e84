"""Raw metadata of a picture, by name, never trusted: whatever is damaged is left out."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

ORIENTATION = 0x0112
EXIF_IFD, GPS_IFD = 0x8769, 0x8825
MAX_VALUE_BYTES = 4096  # maker notes and thumbnails are of no use here
TAG_ERRORS = (
    OSError, SyntaxError, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, RuntimeError, EOFError,
    ZeroDivisionError, struct.error,
)  # fmt: skip


def read_metadata(image: Image.Image) -> dict[str, Any]:
    """Read the EXIF tags of an opened picture.

    Args:
        image: as Pillow opened it, loaded or not.

    Returns:
        Value by the tag's name; those of the EXIF part beside those of the main part, GPS tags by their own names
        ("GPSLatitude", ...). Empty if there are none or they can't be read.
    """
    from PIL import ExifTags

    exif = _exif(image)
    tags = _named(exif, ExifTags.TAGS)
    tags |= _named(_part(exif, EXIF_IFD), ExifTags.TAGS)
    tags |= _named(_part(exif, GPS_IFD), ExifTags.GPSTAGS)
    return tags


def orientation(image: Image.Image) -> int:
    """Read how the picture has to be turned: 1 (as it is) to 8; 1 if it does not say."""
    try:
        value = _exif(image).get(ORIENTATION, 1)
    except TAG_ERRORS:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _exif(image: Image.Image) -> Any:
    from PIL import Image

    try:
        if image.format != "PNG":
            return image.getexif()
        # Pillow's reader of PNG would decode the pixels here, and an error of that decode would be lost.
        exif = Image.Exif()
        exif.load(image.info.get("exif", b""))
    except TAG_ERRORS:
        return {}
    return exif


def _part(exif: Any, tag: int) -> Mapping[int, Any]:
    try:
        return exif.get_ifd(tag) if hasattr(exif, "get_ifd") else {}
    except TAG_ERRORS:
        return {}


def _named(tags: Mapping[int, Any], names: Mapping[int, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        for tag in list(tags):
            value = tags[tag]
            is_long = isinstance(value, str | bytes) and len(value) > MAX_VALUE_BYTES
            if tag in names and not is_long and not isinstance(value, dict):
                found[names[tag]] = value
    except TAG_ERRORS:
        return found
    return found
