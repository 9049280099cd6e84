"""MP4 and MOV: place and time overwritten in place with nothing, so that no offset in the file changes.

Sources: ISO/IEC 14496-12 (boxes, 8.2.2 mvhd, 8.3.2 tkhd, 8.4.2 mdhd, 8.4.3 hdlr, 8.7 sample tables, 8.10.1 udta, 8.11 meta);
Apple, QuickTime File Format (udta, timed metadata tracks).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from processing.containers import boxes
from processing.exporting.parts import CannotSplice, Part, Range, joined

PLAYED = frozenset({b"vide", b"soun", b"subt", b"text", b"sbtl", b"clcp"})
STRUCTURE = frozenset(
    {b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"styp", b"ssix", b"pdin", b"wide", b"prft"}
)
IN_MOVIE = frozenset({b"mvhd", b"trak", b"mvex", b"iods"})
IN_TRACK = frozenset(
    {b"tkhd", b"edts", b"mdia", b"tapt", b"load", b"imap", b"clip", b"matt", b"trgr", b"txas"}
)
IN_MEDIA = frozenset({b"mdhd", b"hdlr", b"minf", b"elng"})
TIMED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
MOST_BLANK_BYTES = 16 << 20  # in one box outside of the pictures
MOST_SAMPLES = 500_000
WHY = "Time and place can't be taken out of this video without breaking it."


@dataclass
class Blanks:
    """What is overwritten: new bytes by their offset, none overlapping."""

    stream: BinaryIO
    at: dict[int, bytes] = field(default_factory=dict)

    def box(self, start: int, content: int, stop: int) -> None:
        """Make a box an empty one of the same length."""
        if stop - content > MOST_BLANK_BYTES:
            raise CannotSplice(WHY)
        self.at[start + 4] = b"free"
        self.zero(content, stop)

    def zero(self, start: int, stop: int) -> None:
        if stop > start:
            self.at[start] = bytes(stop - start)


def blanked(stream: BinaryIO, size: int) -> list[Part]:
    """Overwrite what tells time and place: dates of headers, user data, metadata, tracks of positions.

    Args:
        stream: the video, seekable.
        size: its bytes.

    Returns:
        A file of the same length.

    Raises:
        CannotSplice: it is built in a way in which that is not certain to be complete and harmless.
    """
    blanks = Blanks(stream)
    end = 0
    is_fragmented = False
    names = set()
    for name, start, content, stop in _boxes(stream, 0, size):
        names.add(name)
        is_fragmented |= name == b"moof"
        if name == b"moov":
            _movie(blanks, content, stop)
        elif name == b"moof":
            _unknown(blanks, content, stop, frozenset({b"mfhd", b"traf"}))
        elif name not in STRUCTURE:
            blanks.box(start, content, stop)
        end = stop
    if not {b"moov", b"mdat"} <= names:
        raise CannotSplice(WHY)
    if end < size:  # what follows may be anything
        blanks.zero(end, size) if size - end <= MOST_BLANK_BYTES else _refuse()
    if is_fragmented and any(found == b"trak" for found in _freed(blanks)):
        raise CannotSplice(WHY)
    return _parts(blanks, size)


def _refuse() -> None:
    raise CannotSplice(WHY)


def _freed(blanks: Blanks) -> Iterator[bytes]:
    """The names of boxes that have been emptied."""
    for at, new in blanks.at.items():
        if new == b"free":
            yield _read(blanks.stream, at, at + 4)


def _movie(blanks: Blanks, start: int, stop: int) -> None:
    tracks = [found for found in _boxes(blanks.stream, start, stop) if found[0] == b"trak"]
    dropped = {found[1] for found in tracks if _handler(blanks.stream, found[2], found[3]) not in PLAYED}
    if len(dropped) == len(tracks):
        raise CannotSplice(WHY)
    for name, at, content, end in _boxes(blanks.stream, start, stop):
        if at in dropped:
            _samples(blanks, content, end)
            blanks.box(at, content, end)
        elif name == b"trak":
            _track(blanks, content, end)
        elif name == b"mvhd":
            _times(blanks, content, end)
        elif name not in IN_MOVIE:
            blanks.box(at, content, end)


def _track(blanks: Blanks, start: int, stop: int) -> None:
    """References to other tracks go, too: they may be to one that is dropped."""
    for name, at, content, end in _boxes(blanks.stream, start, stop):
        if name == b"tkhd":
            _times(blanks, content, end)
        elif name == b"mdia":
            _unknown(blanks, content, end, IN_MEDIA)
            for inner, _, body, last in _boxes(blanks.stream, content, end):
                if inner == b"mdhd":
                    _times(blanks, body, last)
        elif name not in IN_TRACK:
            blanks.box(at, content, end)


def _unknown(blanks: Blanks, start: int, stop: int, known: frozenset[bytes]) -> None:
    for name, at, content, end in _boxes(blanks.stream, start, stop):
        if name not in known:
            blanks.box(at, content, end)


def _times(blanks: Blanks, content: int, stop: int) -> None:
    """Zero creation and change of a header: version and flags, then two times of four or eight bytes."""
    version = _read(blanks.stream, content, content + 1)
    if version not in (b"\0", b"\1") or stop - content < 20:
        raise CannotSplice(WHY)
    blanks.zero(content + 4, content + (12 if version == b"\0" else 20))


def _handler(stream: BinaryIO, start: int, stop: int) -> bytes:
    media = next((found for found in _boxes(stream, start, stop) if found[0] == b"mdia"), None)
    if media is None:
        return b""
    found = next((found for found in _boxes(stream, media[2], media[3]) if found[0] == b"hdlr"), None)
    return _read(stream, found[2] + 8, found[2] + 12) if found else b""


def _samples(blanks: Blanks, start: int, stop: int) -> None:
    """Zero the data of a track that is dropped, chunk by chunk."""
    place = (start, stop)
    for name in (b"mdia", b"minf", b"stbl"):
        found = next((box for box in _boxes(blanks.stream, *place) if box[0] == name), None)
        if found is None:
            raise CannotSplice(WHY)
        place = found[2], found[3]
    tables = {name: (content, end) for name, _, content, end in _boxes(blanks.stream, *place)}
    try:
        sizes = _sizes(_table(blanks.stream, tables[b"stsz"]))
        runs = _table(blanks.stream, tables[b"stsc"])
        offsets = _offsets(blanks.stream, tables)
        entries = [
            struct.unpack_from(">III", runs, 8 + 12 * n)[:2]
            for n in range(struct.unpack_from(">I", runs, 4)[0])
        ]
    except (KeyError, struct.error, IndexError) as error:
        raise CannotSplice(WHY) from error
    sample = run = 0
    for number, offset in enumerate(offsets, 1):
        while run + 1 < len(entries) and entries[run + 1][0] <= number:
            run += 1
        count = entries[run][1] if entries else 0
        length = sum(sizes[sample : sample + count])
        if length > MOST_BLANK_BYTES:
            raise CannotSplice(WHY)
        blanks.zero(offset, offset + length)
        sample += count
    if sample < len(sizes):
        raise CannotSplice(WHY)


def _sizes(table: bytes) -> list[int]:
    same, count = struct.unpack_from(">II", table, 4)
    if count > MOST_SAMPLES:
        raise CannotSplice(WHY)
    return [same] * count if same else list(struct.unpack_from(f">{count}I", table, 12))


def _offsets(stream: BinaryIO, tables: dict[bytes, tuple[int, int]]) -> list[int]:
    table = _table(stream, tables[b"co64" if b"co64" in tables else b"stco"])
    count = struct.unpack_from(">I", table, 4)[0]
    if count > MOST_SAMPLES:
        raise CannotSplice(WHY)
    return list(struct.unpack_from(f">{count}{'Q' if b'co64' in tables else 'I'}", table, 8))


def _table(stream: BinaryIO, place: tuple[int, int]) -> bytes:
    return _read(stream, place[0], min(place[1], place[0] + 8 * MOST_SAMPLES + 64))


def _boxes(stream: BinaryIO, start: int, stop: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Name, where the box begins, where its content does, and its end.

    Boxes stand one behind the other, so each begins where the one before it ends.
    """
    at = start
    for name, content, end in boxes(stream, start, stop):
        yield name, at, content, end
        at = end


def _parts(blanks: Blanks, size: int) -> list[Part]:
    parts: list[Part] = []
    position = 0
    for at in sorted(blanks.at):
        new = blanks.at[at]
        if at < position or at + len(new) > size:
            raise CannotSplice(WHY)
        parts += [Range(position, at), new]
        position = at + len(new)
    return joined([*parts, Range(position, size)])


def _read(stream: BinaryIO, start: int, stop: int) -> bytes:
    stream.seek(start)
    return stream.read(max(0, stop - start))
