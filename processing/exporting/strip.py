"""Takes place, time and everything else that a file tells out of a copy; how it looks stays: turn and colors."""

from __future__ import annotations

import io
from typing import BinaryIO

from processing.errors import UnreadableImage
from processing.exporting import jpeg_files, png_files, video_blanks, webp_files
from processing.exporting.parts import CannotSplice, Part
from processing.exporting.splice import orientation_of

JPEG_QUALITY = 92
VIDEOS = frozenset({"MP4", "MOV"})
SPLICED = frozenset({"JPEG", "MPO", "PNG", "WEBP", *VIDEOS})
LEFT_OUT = "time and place can't be taken out of this file without breaking it"


def stripped(stream: BinaryIO, file_format: str) -> tuple[list[Part], str]:
    """Make a copy that does not tell when, where, with what or by whom it was taken.

    Args:
        stream: the original, seekable.
        file_format: Pillow's name of the format, "MP4" or "MOV".

    Returns:
        The copy as new bytes and ranges of the original, and the suffix that it needs (".jpg") or "" to keep its own.
        What can't be taken apart safely is decoded and written as JPEG of full size, quality 92.

    Raises:
        CannotSplice: neither is possible; then the file has to be left out.
    """
    try:
        return spliced(stream, file_format), ""
    except CannotSplice:
        if file_format in VIDEOS:
            raise
    return [_reencoded(stream)], ".jpg"


def spliced(stream: BinaryIO, file_format: str) -> list[Part]:
    """The copy without decoding anything; CannotSplice where that is not possible."""
    size = stream.seek(0, io.SEEK_END)
    if file_format in VIDEOS:
        return video_blanks.blanked(stream, size)
    if file_format not in SPLICED:
        raise CannotSplice("Files of this format are written anew.")
    turned = orientation_of(stream, file_format)
    if file_format == "PNG":
        return png_files.stripped(stream, turned, size)
    if file_format == "WEBP":
        return webp_files.stripped(stream, turned, size)
    return jpeg_files.stripped(stream, turned)


def _reencoded(stream: BinaryIO) -> bytes:
    from processing import imaging

    try:
        picture = imaging.open_picture(stream)
    except UnreadableImage as error:
        raise CannotSplice(f"{LEFT_OUT[0].upper()}{LEFT_OUT[1:]}.") from error
    made = io.BytesIO()
    picture.image.save(made, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
    return made.getvalue()
