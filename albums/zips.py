"""An album as a zip whose length is known before the first byte is read.

The members are stored, not compressed (photos already are), so the place of every byte follows from the names and sizes
alone. That gives an exact Content-Length, any byte range (a download resumes where it broke off), and memory that grows
with the number of entries but not with their bytes. Sizes and CRC-32 sums come from the upload and are trusted.

The format is PKWARE's APPNOTE 6.3.10: sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to 4.3.16 (ends
of it), 4.5.3 (ZIP64), appendix D (UTF-8 names).
"""

from __future__ import annotations

import hashlib
import struct
from array import array
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import BinaryIO

CHUNK_BYTES = 256 * 1024

_LIMIT16 = 0xFFFF  # the old format's largest count; the number itself means "look in the ZIP64 record"
_LIMIT32 = 0xFFFFFFFF  # the same for sizes and offsets
_VERSION_PLAIN, _VERSION_ZIP64 = 20, 45
_MADE_BY_UNIX = 3
_FLAG_UTF8 = 0x0800
_REGULAR_FILE_0644 = 0o100644 << 16
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s2B5H3L5H2L")
_ZIP64_END = struct.Struct("<4sQ2H2L4Q")
_ZIP64_LOCATOR = struct.Struct("<4sLQL")
_END = struct.Struct("<4s4H2LH")


class SourceChangedError(Exception):
    """The bytes of a member are gone or fewer than announced; the archive can't be finished and the stream must break."""


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One member of the archive.

    Attributes:
        name: path inside the archive with forward slashes, at most 65,535 bytes in UTF-8.
        size: bytes.
        crc32: CRC-32 of all its bytes, unsigned.
        mtime: wall clock time shown by unpackers, which know no time zone; only 1980 to 2107 can be written.
        open_at: opens the bytes for reading from an offset on (0 <= offset < size).
    """

    name: str
    size: int
    crc32: int
    mtime: datetime
    open_at: Callable[[int], BinaryIO]


class StoredZip:
    """A zip laid out but not written; the same entries always give the same bytes.

    Attributes:
        size: bytes of the whole archive.
        count: number of members.
    """

    def __init__(self, entries: Iterable[ZipEntry]) -> None:
        """Lay the archive out.

        Args:
            entries: the members in the order in which they are written; nothing is opened yet.
        Raises:
            ValueError: a name is empty, too long or there twice, or a size or sum is out of range.
        """
        self._entries = list(entries)
        _check(self._entries)
        self.count = len(self._entries)
        self._local_starts = _starts(_local_bytes(entry) for entry in self._entries)
        self._directory_at = self._local_starts[-1]
        self._central_starts = _starts(
            _central_bytes(entry, at) for entry, at in zip(self._entries, self._local_starts, strict=False)
        )
        self._end_at = self._directory_at + self._central_starts[-1]
        self._end = _end_records(self.count, self._central_starts[-1], self._directory_at)
        self.size = self._end_at + len(self._end)

    @property
    def etag(self) -> str:
        """Name these bytes: 32 hex digits that differ whenever a name, size, sum, time or the order differs."""
        digest = hashlib.sha256(self._end)
        for index in range(self.count):
            digest.update(self._central_header(index))
        return digest.hexdigest()[:32]

    def iter(self, start: int = 0, stop: int | None = None) -> Generator[bytes]:
        """Yield the archive's bytes from `start` up to but not including `stop`.

        Args:
            start: first byte, 0 <= start <= size.
            stop: one past the last byte; None for the end of the archive.
        Returns:
            Chunks of at most 256 KiB, none of them empty. Closing the iterator closes the member that is open.
        Raises:
            ValueError: the range lies outside the archive.
            SourceChangedError: a member vanished or is shorter than its size says.
        """
        stop = self.size if stop is None else stop
        if not 0 <= start <= stop <= self.size:
            raise ValueError(f"bytes {start} to {stop} are outside an archive of {self.size} bytes")
        return self._iter(start, stop)

    def _iter(self, start: int, stop: int) -> Generator[bytes]:
        yield from self._iter_members(start, min(stop, self._directory_at))
        first = max(start - self._directory_at, 0)
        yield from self._iter_directory(first, min(stop, self._end_at) - self._directory_at)
        if stop > self._end_at:
            yield self._end[max(start - self._end_at, 0) : stop - self._end_at]

    def _iter_members(self, start: int, stop: int) -> Generator[bytes]:
        index = bisect_right(self._local_starts, start) - 1
        while start < stop:
            entry, begin = self._entries[index], self._local_starts[index]
            header = _local_header(entry)
            end = min(stop, self._local_starts[index + 1])
            if start < begin + len(header):
                yield header[start - begin : end - begin]
            body = begin + len(header)
            yield from _read_member(entry, max(start - body, 0), end - body)
            start, index = end, index + 1

    def _iter_directory(self, start: int, stop: int) -> Generator[bytes]:
        index = bisect_right(self._central_starts, start) - 1
        pending = bytearray()
        while start < stop:
            begin, end = self._central_starts[index], min(stop, self._central_starts[index + 1])
            pending += self._central_header(index)[start - begin : end - begin]
            if len(pending) >= CHUNK_BYTES // 2:
                yield bytes(pending)
                pending.clear()
            start, index = end, index + 1
        if pending:
            yield bytes(pending)

    def _central_header(self, index: int) -> bytes:
        return _central_header(self._entries[index], self._local_starts[index])


def _check(entries: list[ZipEntry]) -> None:
    names = set()
    for entry in entries:
        if not 0 < len(entry.name.encode()) <= _LIMIT16:
            raise ValueError(f"a name of {len(entry.name)} characters can't be stored in a zip")
        if entry.name in names:
            raise ValueError(f"{entry.name!r} is in the archive twice")
        if entry.size < 0 or not 0 <= entry.crc32 <= _LIMIT32:
            raise ValueError(f"{entry.name!r} has an impossible size or CRC-32")
        names.add(entry.name)


def _starts(lengths: Iterable[int]) -> array[int]:
    """Offsets of pieces that follow each other, with the end of the last one as an extra item."""
    return array("Q", accumulate(lengths, initial=0))


def _local_bytes(entry: ZipEntry) -> int:
    extra = 20 if entry.size >= _LIMIT32 else 0
    return _LOCAL.size + len(entry.name.encode()) + extra + entry.size


def _central_bytes(entry: ZipEntry, offset: int) -> int:
    values = 2 * (entry.size >= _LIMIT32) + (offset >= _LIMIT32)
    return _CENTRAL.size + len(entry.name.encode()) + (4 + 8 * values if values else 0)


def _local_header(entry: ZipEntry) -> bytes:
    is_large = entry.size >= _LIMIT32
    extra = _zip64_extra([entry.size, entry.size] if is_large else [])
    version = _VERSION_ZIP64 if is_large else _VERSION_PLAIN
    return _LOCAL.pack(b"PK\3\4", version, *_description(entry, extra)) + entry.name.encode() + extra


def _central_header(entry: ZipEntry, offset: int) -> bytes:
    sizes = [entry.size, entry.size] if entry.size >= _LIMIT32 else []
    extra = _zip64_extra(sizes + ([offset] if offset >= _LIMIT32 else []))
    versions = (_VERSION_ZIP64, _MADE_BY_UNIX, _VERSION_ZIP64 if extra else _VERSION_PLAIN)
    place = (0, 0, 0, _REGULAR_FILE_0644, min(offset, _LIMIT32))
    header = _CENTRAL.pack(b"PK\1\2", *versions, *_description(entry, extra), *place)
    return header + entry.name.encode() + extra


def _description(entry: ZipEntry, extra: bytes) -> tuple[int, ...]:
    """The fields that a local and a central header share, from the flags to the length of the extra field."""
    size = min(entry.size, _LIMIT32)
    lengths = (len(entry.name.encode()), len(extra))
    return (_FLAG_UTF8, 0, *_dos_time(entry.mtime), entry.crc32, size, size, *lengths)


def _zip64_extra(values: list[int]) -> bytes:
    return struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values) if values else b""


def _end_records(count: int, directory_bytes: int, directory_at: int) -> bytes:
    zip64 = b""
    if count >= _LIMIT16 or directory_bytes >= _LIMIT32 or directory_at >= _LIMIT32:
        versions = (_VERSION_ZIP64 | _MADE_BY_UNIX << 8, _VERSION_ZIP64)
        rest = _ZIP64_END.size - 12  # APPNOTE 4.3.14.1: the record's length without its first two fields
        zip64 = _ZIP64_END.pack(b"PK\6\6", rest, *versions, 0, 0, count, count, directory_bytes, directory_at)
        zip64 += _ZIP64_LOCATOR.pack(b"PK\6\7", 0, directory_at + directory_bytes, 1)
    counts = (min(count, _LIMIT16), min(count, _LIMIT16))
    place = (min(directory_bytes, _LIMIT32), min(directory_at, _LIMIT32))
    return zip64 + _END.pack(b"PK\5\6", 0, 0, *counts, *place, 0)


def _dos_time(moment: datetime) -> tuple[int, int]:
    """MS-DOS time and date words; two-second steps, years outside 1980 to 2107 go to the nearest end."""
    if moment.year < 1980:
        return 0, 1 << 5 | 1
    if moment.year > 2107:
        return 23 << 11 | 59 << 5 | 29, 127 << 9 | 12 << 5 | 31
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return time, (moment.year - 1980) << 9 | moment.month << 5 | moment.day


def _read_member(entry: ZipEntry, start: int, stop: int) -> Generator[bytes]:
    if start >= stop:
        return
    try:
        with entry.open_at(start) as source:
            while start < stop:
                chunk = source.read(min(CHUNK_BYTES, stop - start))
                if not chunk:
                    raise SourceChangedError(f"{entry.name!r} ended after {start} of {entry.size} bytes")
                start += len(chunk)
                yield chunk
    except OSError as error:
        raise SourceChangedError(f"{entry.name!r} can't be read from byte {start} on: {error}") from error
