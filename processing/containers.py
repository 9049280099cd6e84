"""Reads the boxes of ISO base media files (MP4, MOV, HEIF) with nothing but the standard library.

Source: ISO/IEC 14496-12, sections 4.2 (boxes), 8.2.2 (mvhd) and 8.3.2 (tkhd).
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

PICTURE_BRANDS = frozenset(b"heic heix hevc hevx heim heis hevm hevs mif1 mif2 msf1 miaf avif avis".split())
VIDEO_BRANDS = frozenset(
    b"qt__ isom iso2 iso3 iso4 iso5 iso6 mp41 mp42 mp71 avc1 hvc1 M4V_ M4VP M4VH dash mmp4 MSNV 3gp4 3gp5 3gp6 3gp7 "
    b"3gr6 3gs6 3ge6 3g2a XAVC f4v_".split()
)
EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
MAX_BOXES = 10_000  # more than any camera writes; a hostile file ends there
MAX_PLACE_BYTES = 64 * 1024
MAX_HEADER_BYTES = 256  # mvhd and tkhd have about a hundred; what claims to be more is not read


@dataclass(frozen=True, slots=True)
class Movie:
    """What the header of a video says. Sizes are as displayed; 0 or None where the file does not say."""

    format: str
    width: int
    height: int
    seconds: float
    taken_at: datetime | None
    latitude: float | None = None
    longitude: float | None = None
    camera: str = ""


def brands(head: bytes) -> tuple[bytes, frozenset[bytes]]:
    """Read the major and the compatible brands from a file's first bytes.

    Args:
        head: at least 12 bytes from the start of the file.

    Returns:
        Major brand and all compatible brands, spaces as underscores; (b"", empty) if this is no such file.
    """
    if len(head) < 12 or head[4:8] != b"ftyp":
        return b"", frozenset()
    size = min(max(struct.unpack(">I", head[:4])[0], 12), len(head))
    names = [head[at : at + 4].replace(b" ", b"_") for at in (8, *range(16, size - 3, 4))]
    return names[0], frozenset(names[1:])


def is_video(head: bytes) -> bool:
    """Say whether the first bytes are those of an MP4 or MOV video."""
    major, compatible = brands(head)
    if major in PICTURE_BRANDS:
        return False
    return major in VIDEO_BRANDS or bool(compatible & VIDEO_BRANDS)


def read_movie(stream: BinaryIO) -> Movie | None:
    """Read size, length, time and place of a video from its header, without decoding anything.

    Args:
        stream: the file, seekable, at any position.

    Returns:
        What the header says, or None if there is no movie header at all.
    """
    stream.seek(0)
    head = stream.read(64)
    end = stream.seek(0, 2)
    found = next(((at, stop) for name, at, stop in boxes(stream, 0, end) if name == b"moov"), None)
    if found is None:
        return None
    seconds, taken_at, size = 0.0, None, (0, 0)
    place: tuple[float | None, float | None] = (None, None)
    words: dict[str, str] = {}
    for name, at, stop in boxes(stream, *found):
        if name == b"mvhd":
            seconds, taken_at = _movie_header(_read(stream, at, min(stop, at + MAX_HEADER_BYTES)))
        elif name == b"trak":
            size = max(size, _track_size(stream, at, stop), key=math.prod)
        elif name == b"udta":
            place = _place(_read(stream, at, min(stop, at + MAX_PLACE_BYTES)))
        elif name == b"meta":
            words = _words(stream, at, stop)
    if words:
        taken_at = _creation_date(words) or taken_at
        place = place if place[0] is not None else _position(words.get("location.ISO6709", "").encode())
    file_format = "MOV" if brands(head)[0] == b"qt__" else "MP4"
    return Movie(
        file_format,
        *size,
        seconds=seconds,
        taken_at=taken_at,
        latitude=place[0],
        longitude=place[1],
        camera=_camera(words),
    )


def boxes(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Walk over the boxes that lie between two offsets.

    Yields:
        Name, offset of the content, offset of the end. Stops at the first box that can't be right.
    """
    at = start
    for _ in range(MAX_BOXES):
        header = _read(stream, at, at + 16)
        if at + 8 > end or len(header) < 8:
            return
        size, name = struct.unpack(">I4s", header[:8])
        content = at + 8
        if size == 1 and len(header) == 16:
            size, content = struct.unpack(">Q", header[8:])[0], at + 16
        elif size == 0:
            size = end - at
        if size < content - at or at + size > end:
            return
        yield name, content, at + size
        at += size


def _read(stream: BinaryIO, start: int, stop: int) -> bytes:
    stream.seek(start)
    return stream.read(max(0, stop - start))


def _movie_header(content: bytes) -> tuple[float, datetime | None]:
    try:
        if content[0] == 1:
            created, _, scale, duration = struct.unpack_from(">QQIQ", content, 4)
        else:
            created, _, scale, duration = struct.unpack_from(">IIII", content, 4)
    except (struct.error, IndexError):
        return 0.0, None
    seconds = duration / scale if scale else 0.0
    try:
        taken_at = EPOCH + timedelta(seconds=created)
    except OverflowError:
        return seconds, None
    # Cameras without a clock write 0 or 1970: no time is better than a wrong one.
    return seconds, taken_at if taken_at.year > 1970 else None


def _track_size(stream: BinaryIO, start: int, stop: int) -> tuple[int, int]:
    found = next(((at, end) for name, at, end in boxes(stream, start, stop) if name == b"tkhd"), (0, 0))
    content = _read(stream, found[0], min(found[1], found[0] + MAX_HEADER_BYTES))
    try:
        matrix_at = 52 if content[0] == 1 else 40
        a, b, _, c, d, *_ = struct.unpack_from(">9i", content, matrix_at)
        width, height = struct.unpack_from(">II", content, matrix_at + 36)
    except (struct.error, IndexError):
        return 0, 0
    size = (width >> 16, height >> 16)
    return (size[1], size[0]) if a == d == 0 and b and c else size


def _place(content: bytes) -> tuple[float | None, float | None]:
    """Read the box that phones write, "©xyz", e.g. +41.9028+012.4964/ (ISO 6709)."""
    at = content.find(b"\xa9xyz")
    return _position(content[at + 8 : at + 64]) if at >= 0 else (None, None)


def _position(text: bytes) -> tuple[float | None, float | None]:
    found = re.match(rb"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)", text)
    if not found:
        return None, None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else (None, None)


def _words(stream: BinaryIO, start: int, stop: int) -> dict[str, str]:
    """Read what Apple's and Google's phones write as key and value: "creationdate", "make", "model" ...

    Source: QuickTime File Format, "Metadata" (keys, ilst); keys of com.apple.quicktime and com.android.
    """
    if _read(stream, start + 4, start + 8) != b"hdlr":
        start += 4  # in ISO files version and flags stand first
    parts = {name: (at, end) for name, at, end in boxes(stream, start, stop)}
    if b"keys" not in parts or b"ilst" not in parts:
        return {}
    names = _keys(
        _read(stream, parts[b"keys"][0], min(parts[b"keys"][1], parts[b"keys"][0] + MAX_PLACE_BYTES))
    )
    words = {}
    for index, at, end in boxes(stream, *parts[b"ilst"]):
        name = names.get(int.from_bytes(index, "big"), "")
        value = _read(stream, at, min(end, at + MAX_HEADER_BYTES))
        if name and value[4:8] == b"data":
            words[name] = value[16:].decode("utf-8", "replace").strip("\0 ")
    return words


def _keys(content: bytes) -> dict[int, str]:
    names, at = {}, 8
    for index in range(1, 200):
        if at + 8 > len(content):
            break
        size = int.from_bytes(content[at : at + 4], "big")
        if size < 8:
            break
        name = content[at + 8 : at + size].decode("utf-8", "replace")
        names[index] = name.removeprefix("com.apple.quicktime.").removeprefix("com.android.")
        at += size
    return names


def _creation_date(words: dict[str, str]) -> datetime | None:
    """The phone's clock with its offset: "2026-06-20T18:03:11+0200"."""
    try:
        moment = datetime.strptime(words.get("creationdate", "")[:40], "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return None
    return moment if moment.year > 1970 else None


def _camera(words: dict[str, str]) -> str:
    make, model = words.get("make") or words.get("manufacturer", ""), words.get("model", "")
    return (
        model if make and model.lower().startswith(make.split()[0].lower()) else f"{make} {model}"
    ).strip()[:100]
