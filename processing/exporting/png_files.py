"""PNG: its chunks, an XMP packet put among them, or all but the picture taken out.

Sources: PNG (Third Edition), sections 5 (chunks) and 11; XMP Specification Part 3, 1.1.5 (iTXt "XML:com.adobe.xmp").
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from processing.exporting.jpeg_files import exif_with_orientation
from processing.exporting.parts import CannotSplice, Part, Range, joined

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"XML:com.adobe.xmp"
MOST_CHUNKS = 200_000
MOST_XMP_BYTES = 16 << 20
# Chunks that make the picture look as it does, animations included.
PICTURE = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD hIST pHYs sPLT cICP mDCv cLLi acTL fcTL fdAT".split()
)


class Chunk(NamedTuple):
    """One chunk: its type, where it begins and ends."""

    kind: bytes
    start: int
    stop: int


def chunks(stream: BinaryIO, size: int) -> list[Chunk]:
    """List the chunks from IHDR to IEND.

    Raises:
        CannotSplice: this is no PNG, or it ends too early.
    """
    stream.seek(0)
    if stream.read(8) != SIGNATURE:
        raise CannotSplice("This is no PNG.")
    found: list[Chunk] = []
    at = 8
    while len(found) < MOST_CHUNKS:
        stream.seek(at)
        head = stream.read(8)
        if len(head) < 8:
            break
        length, kind = struct.unpack(">L4s", head)
        if at + 12 + length > size or (not found and kind != b"IHDR"):
            break
        found.append(Chunk(kind, at, at + 12 + length))
        if kind == b"IEND":
            return found
        at += 12 + length
    raise CannotSplice("This PNG is damaged or was not copied completely.")


def exif(stream: BinaryIO) -> bytes:
    """Read the EXIF part wherever it stands; b"" if there is none. Pillow finds one behind the pixels only once it has decoded them."""
    try:
        found = chunks(stream, stream.seek(0, io.SEEK_END))
    except CannotSplice:
        return b""
    for chunk in found:
        if chunk.kind == b"eXIf":
            stream.seek(chunk.start + 8)
            return stream.read(chunk.stop - chunk.start - 12)
    return b""


def with_xmp(stream: BinaryIO, make: Callable[[bytes | None], bytes], size: int) -> list[Part]:
    """Put a packet behind the first chunk, in place of the one that is there.

    Args:
        stream: the PNG, seekable.
        make: gets the existing packet or None, answers the new one.
        size: bytes of the file.

    Raises:
        CannotSplice: the file is no sound PNG, or its packet can't be read.
    """
    found = chunks(stream, size)
    packets = [(chunk, packet) for chunk in found if (packet := _packet(stream, chunk)) is not None]
    text = KEYWORD + b"\0\0\0\0\0" + make(packets[0][1] if packets else None)
    parts: list[Part] = [Range(0, found[0].stop), _chunk(b"iTXt", text)]
    position = found[0].stop
    for chunk, _ in packets:
        parts.append(Range(position, chunk.start))
        position = chunk.stop
    return joined([*parts, Range(position, size)])


def stripped(stream: BinaryIO, orientation: int, size: int) -> list[Part]:
    """Keep the picture, its colors and how it is turned, nothing else.

    Raises:
        CannotSplice: the file is no sound PNG, or has a critical chunk that nobody knows.
    """
    parts: list[Part] = [SIGNATURE]
    for chunk in chunks(stream, size):
        if chunk.kind in PICTURE:
            parts.append(Range(chunk.start, chunk.stop))
        elif not chunk.kind[0] & 0x20:  # a capital letter: the picture can't be shown without it
            raise CannotSplice("This PNG has parts that are not known.")
        if chunk.kind == b"IHDR" and orientation != 1:
            parts.append(_chunk(b"eXIf", exif_with_orientation(orientation)))
    return joined(parts)


def _packet(stream: BinaryIO, chunk: Chunk) -> bytes | None:
    if chunk.kind != b"iTXt":
        return None
    stream.seek(chunk.start + 8)
    content = stream.read(min(chunk.stop - chunk.start - 12, MOST_XMP_BYTES))
    keyword, _, rest = content.partition(b"\0")
    if keyword != KEYWORD:
        return None
    is_compressed, rest = rest[:1] == b"\1", rest[2:]
    text = rest.split(b"\0", 2)[-1]
    if not is_compressed:
        return text
    try:
        opened = zlib.decompressobj()
        return opened.decompress(text, MOST_XMP_BYTES)
    except zlib.error as error:
        raise CannotSplice("The file's own metadata can't be read.") from error


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))
