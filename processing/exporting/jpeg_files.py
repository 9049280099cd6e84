"""JPEG: its segments, an XMP packet put among them, or all but the picture taken out.

Sources: ITU-T T.81, annex B (segments); EXIF 2.32, 4.5.4 (APP1); XMP Specification Part 3, 1.1.3 (XMP in APP1, extended XMP);
CIPA DC-007 (further pictures behind the first one, found relative to their own segment).
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from processing.exporting.parts import CannotSplice, Part, Range, joined

EXIF = b"Exif\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
MOST_XMP_BYTES = 65_535 - 2 - len(XMP)
EXTENDED_CHUNK_BYTES = 65_000
MOST_SEGMENTS = 5_000
SOI, EOI, SOS, APP0, APP1, APP2, APP14, COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")  # what ends the data of a scan


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment before the data: its marker, where it begins and ends, and its content where that is metadata."""

    marker: int
    start: int
    stop: int
    content: bytes = b""


def segments(stream: BinaryIO) -> list[Segment]:
    """List the segments up to, but without, the first scan.

    Raises:
        CannotSplice: this is no JPEG, or its head is damaged.
    """
    stream.seek(0)
    if stream.read(2) != b"\xff\xd8":
        raise CannotSplice("This is no JPEG.")
    found: list[Segment] = []
    at = 2
    while len(found) < MOST_SEGMENTS:
        stream.seek(at)
        head = stream.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            break
        if head[1] == 0xFF:  # padding
            at += 1
            continue
        if head[1] == SOS:
            return [*found, Segment(SOS, at, at)]
        if head[1] in ALONE or head[1] in (SOI, EOI):
            break
        length = struct.unpack(">H", head[2:])[0]
        is_metadata = APP0 <= head[1] <= 0xEF or head[1] == COM
        content = stream.read(length - 2) if is_metadata else b""
        if length < 2 or (is_metadata and len(content) < length - 2):
            break
        found.append(Segment(head[1], at, at + 2 + length, content))
        at += 2 + length
    raise CannotSplice("The head of this JPEG is damaged.")


def with_xmp(
    stream: BinaryIO, make: Callable[[bytes | None, int], tuple[bytes, bytes]], size: int
) -> list[Part]:
    """Put a packet behind the EXIF part, in place of the one that is there.

    Args:
        stream: the JPEG, seekable.
        make: gets the existing packet or None and the most bytes that a packet may have; answers the packet and its extension
            (or b"").
        size: bytes of the file.

    Raises:
        CannotSplice: the file is no sound JPEG.
    """
    found = segments(stream)
    old = [segment for segment in found if segment.marker == APP1 and segment.content.startswith(XMP)]
    first = [segment for segment in found if segment.marker == APP0 or segment.content.startswith(EXIF)]
    at = max((segment.stop for segment in first[:2]), default=2)
    packet, extension = make(old[0].content[len(XMP) :] if old else None, MOST_XMP_BYTES)
    new = _segment(APP1, XMP + packet) + _extended(extension)
    parts: list[Part] = []
    position = 0
    for cut in sorted([(at, at), *((segment.start, segment.stop) for segment in old)]):
        parts.append(Range(position, max(cut[0], position)))
        if cut == (at, at):
            parts.append(new)
        position = max(cut[1], position)
    return joined([*parts, Range(position, size)])


def stripped(stream: BinaryIO, orientation: int) -> list[Part]:
    """Keep the picture, its colors and how it is turned, nothing else.

    Whatever lies behind the picture (second pictures, the video of a moving photo) is left out, too: it has metadata of its own.

    Raises:
        CannotSplice: the file is no sound JPEG.
    """
    found = segments(stream)
    parts: list[Part] = [b"\xff\xd8"]
    is_first = True
    for segment in found:
        if segment.marker == SOS:
            break
        if is_first and segment.marker != APP0 and orientation != 1:
            parts.append(_segment(APP1, EXIF + exif_with_orientation(orientation)))
            is_first = False
        if _is_picture(segment):
            parts.append(Range(segment.start, segment.stop))
    if is_first and orientation != 1:
        parts.append(_segment(APP1, EXIF + exif_with_orientation(orientation)))
    parts += _scans(stream, found[-1].start)
    return joined(parts)


def exif_with_orientation(orientation: int) -> bytes:
    """Make an EXIF part of a single tag: how the picture has to be turned."""
    return struct.pack(">2sHLHHHLHHL", b"MM", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def exif_segment(exif: bytes) -> bytes:
    """Make the segment of an EXIF part; empty where it does not fit into one."""
    return _segment(APP1, EXIF + exif) if exif and len(exif) < 65_500 else b""


def _is_picture(segment: Segment) -> bool:
    """Whether a segment is needed to show the picture in its colors."""
    if segment.marker == APP0:
        return segment.content.startswith(b"JFIF\0")
    if segment.marker == APP2:
        return segment.content.startswith(b"ICC_PROFILE\0")
    if segment.marker == APP14:
        return segment.content.startswith(b"Adobe")
    return not (APP0 <= segment.marker <= 0xEF or segment.marker == COM)


def _scans(stream: BinaryIO, start: int) -> list[Part]:
    """The data from the first scan to the end of the picture, without comments among it."""
    stream.seek(start)
    data = stream.read()
    parts: list[Part] = []
    at = kept = 0
    while at + 4 <= len(data):
        marker = data[at + 1]
        if data[at] != 0xFF or marker == EOI:
            break
        length = 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        if APP0 <= marker <= 0xEF or marker == COM:
            parts.append(Range(start + kept, start + at))
            kept = at + length
        at += length
        if marker == SOS:
            match = _MARKER.search(data, at)
            at = match.start() if match else len(data)
    if data[at : at + 2] != b"\xff\xd9":
        raise CannotSplice("The end of this JPEG is missing.")
    return [*parts, Range(start + kept, start + at + 2)]


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _extended(extension: bytes) -> bytes:
    if not extension:
        return b""
    guid = hashlib.md5(extension, usedforsecurity=False).hexdigest().upper().encode()
    return b"".join(
        _segment(
            APP1,
            EXTENDED
            + guid
            + struct.pack(">LL", len(extension), at)
            + extension[at : at + EXTENDED_CHUNK_BYTES],
        )
        for at in range(0, len(extension), EXTENDED_CHUNK_BYTES)
    )
