"""WebP: its chunks, an XMP packet put among them, or all but the picture taken out.

Sources: RFC 9649 (WebP container: RIFF, VP8X and its flags, order of chunks); RFC 6386, 9.1 (size of VP8).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from processing.exporting.jpeg_files import exif_with_orientation
from processing.exporting.parts import CannotSplice, Part, Range, joined

ICC_FLAG, ALPHA_FLAG, EXIF_FLAG, XMP_FLAG = 0x20, 0x10, 0x08, 0x04
MOST_CHUNKS = 100_000
MOST_XMP_BYTES = 16 << 20
PICTURE = frozenset({b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"})


class Chunk(NamedTuple):
    """One chunk: its name, where its header begins, its bytes, and where the next one begins."""

    kind: bytes
    start: int
    length: int
    stop: int


def chunks(stream: BinaryIO, size: int) -> tuple[list[Chunk], int]:
    """List the chunks, and say where the RIFF file ends.

    Raises:
        CannotSplice: this is no WebP, or it ends too early.
    """
    stream.seek(0)
    head = stream.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WEBP":
        raise CannotSplice("This is no WebP.")
    end = 8 + struct.unpack("<L", head[4:8])[0]
    found: list[Chunk] = []
    at = 12
    while at + 8 <= end <= size and len(found) < MOST_CHUNKS:
        stream.seek(at)
        kind, length = struct.unpack("<4sL", stream.read(8))
        stop = at + 8 + length + length % 2
        if stop > end + 1:
            break
        found.append(Chunk(kind, at, length, min(stop, end)))
        at = stop
    if end > size or at < end or not any(chunk.kind in (b"VP8 ", b"VP8L", b"ANMF") for chunk in found):
        raise CannotSplice("This WebP is damaged or was not copied completely.")
    return found, end


def with_xmp(stream: BinaryIO, make: Callable[[bytes | None], bytes], size: int) -> list[Part]:
    """Put a packet at the end, in place of the one that is there.

    Args:
        stream: the WebP, seekable.
        make: gets the existing packet or None, answers the new one.
        size: bytes of the file.

    Raises:
        CannotSplice: the file is no sound WebP.
    """
    found, end = chunks(stream, size)
    old = [chunk for chunk in found if chunk.kind == b"XMP "]
    existing = _content(stream, old[0], MOST_XMP_BYTES) if old else None
    body: list[Part] = [_header(stream, found, add=XMP_FLAG)]
    body += [_padded(chunk) for chunk in found if chunk.kind not in (b"VP8X", b"XMP ")]
    body.append(_chunk(b"XMP ", make(existing)))
    return _file(body, Range(end, size))


def with_exif(stream: BinaryIO, exif: bytes, size: int) -> list[Part]:
    """Put an EXIF part behind the picture, in place of the one that is there.

    Args:
        stream: the WebP, seekable.
        exif: a TIFF structure.
        size: bytes of the file.

    Raises:
        CannotSplice: the file is no sound WebP.
    """
    found, end = chunks(stream, size)
    body: list[Part] = [_header(stream, found, add=EXIF_FLAG)]
    body += [_padded(chunk) for chunk in found if chunk.kind not in (b"VP8X", b"EXIF", b"XMP ")]
    body.append(_chunk(b"EXIF", exif))
    body += [_padded(chunk) for chunk in found if chunk.kind == b"XMP "]
    return _file(body, Range(end, size))


def stripped(stream: BinaryIO, orientation: int, size: int) -> list[Part]:
    """Keep the picture, its colors and how it is turned, nothing else.

    Raises:
        CannotSplice: the file is no sound WebP.
    """
    found, _ = chunks(stream, size)
    is_turned = orientation != 1
    header = _header(stream, found, add=EXIF_FLAG if is_turned else 0, drop=EXIF_FLAG | XMP_FLAG)
    body: list[Part] = [header]
    body += [_padded(chunk) for chunk in found if chunk.kind in PICTURE and chunk.kind != b"VP8X"]
    if is_turned:
        body.append(_chunk(b"EXIF", exif_with_orientation(orientation)))
    return _file(body, Range(0, 0))


def _header(stream: BinaryIO, found: list[Chunk], *, add: int, drop: int = 0) -> bytes:
    """The VP8X chunk with other flags; made for a file that has none."""
    old = next((chunk for chunk in found if chunk.kind == b"VP8X"), None)
    if old:
        content = _content(stream, old, 10)
        if len(content) < 10:
            raise CannotSplice("The head of this WebP is damaged.")
        return _chunk(b"VP8X", bytes([content[0] & ~drop | add]) + content[1:10])
    picture = next(chunk for chunk in found if chunk.kind in (b"VP8 ", b"VP8L"))
    width, height, has_alpha = _size(picture.kind, _content(stream, picture, 10))
    flags = add | (ALPHA_FLAG if has_alpha else 0)
    return _chunk(
        b"VP8X",
        bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"),
    )


def _size(kind: bytes, head: bytes) -> tuple[int, int, bool]:
    if kind == b"VP8 " and len(head) == 10 and head[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[6:])
        if width & 0x3FFF and height & 0x3FFF:
            return width & 0x3FFF, height & 0x3FFF, False
    if kind == b"VP8L" and len(head) >= 5 and head[0] == 0x2F:
        bits = struct.unpack("<L", head[1:5])[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
    raise CannotSplice("The head of this WebP is damaged.")


def _content(stream: BinaryIO, chunk: Chunk, most: int) -> bytes:
    stream.seek(chunk.start + 8)
    return stream.read(min(chunk.length, most))


def _padded(chunk: Chunk) -> Range:
    return Range(chunk.start, chunk.stop)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<L", len(content)) + content + b"\0" * (len(content) % 2)


def _file(body: list[Part], rest: Range) -> list[Part]:
    padded: list[Part] = []
    for part in body:
        padded.append(part)
        if len(part) % 2:  # the last chunk of a careless writer has no padding
            padded.append(b"\0")
    length = 4 + sum(len(part) for part in padded)
    if length > 0xFFFFFFFF - 8:
        raise CannotSplice("This WebP is too large.")
    return joined([b"RIFF" + struct.pack("<L", length) + b"WEBP", *padded, rest])
