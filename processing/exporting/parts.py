"""A new file described as pieces: new bytes, and ranges of an original that stays as it is."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from processing.errors import ProcessingError

CHUNK_BYTES = 1 << 20
POLYNOMIAL = 0xEDB88320  # of the CRC-32 of zip files, reflected


class CannotSplice(ProcessingError):
    """The file is built in a way in which nothing can be changed without risking the photo."""


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes of the original from `start` up to but not including `stop`."""

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


Part: TypeAlias = bytes | Range


def joined(parts: Sequence[Part]) -> list[Part]:
    """Put neighbors together: bytes with bytes, ranges with the ranges that they go on from; empty parts are dropped."""
    found: list[Part] = []
    for part in parts:
        last = found[-1] if found else None
        if not len(part):
            continue
        if isinstance(part, bytes) and isinstance(last, bytes):
            found[-1] = last + part
        elif isinstance(part, Range) and isinstance(last, Range) and last.stop == part.start:
            found[-1] = Range(last.start, part.stop)
        else:
            found.append(part)
    return found


def size_of(parts: Sequence[Part]) -> int:
    """Count the bytes of a file made of parts."""
    return sum(len(part) for part in parts)


def read_parts(parts: Sequence[Part], original: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a file made of parts, in chunks of at most 1 MiB for ranges.

    Raises:
        CannotSplice: the original is shorter than a range says.
    """
    for part in parts:
        if isinstance(part, bytes):
            yield part
            continue
        original.seek(part.start)
        left = len(part)
        while left:
            chunk = original.read(min(left, CHUNK_BYTES))
            if not chunk:
                raise CannotSplice("The file is shorter than it was.")
            left -= len(chunk)
            yield chunk


def crc_of(parts: Sequence[Part], original: BinaryIO, *, original_crc: int, original_size: int) -> int:
    """Compute the CRC-32 of a file made of parts; a range up to the original's end is not read.

    Args:
        parts: what the file is made of.
        original: seekable.
        original_crc, original_size: CRC-32 and bytes of the whole original.

    Returns:
        The CRC-32, unsigned.

    Source: zlib's crc32_combine. For A followed by B of n bytes, crc(AB) = crc(A) * x^(8n) + crc(B) modulo the polynomial over
    the field of two elements, so crc(B) follows from crc(AB) and from the bytes before it alone.
    """
    crc = 0
    for part in parts:
        if isinstance(part, Range) and part.stop == original_size and part.start < part.stop // 2:
            head = zlib.crc32(b"")
            for chunk in read_parts([Range(0, part.start)], original):
                head = zlib.crc32(chunk, head)
            tail = _shifted(head, len(part)) ^ original_crc
            crc = _shifted(crc, len(part)) ^ tail
            continue
        for chunk in read_parts([part], original):
            crc = zlib.crc32(chunk, crc)
    return crc


def write_parts(parts: Sequence[Part], original: BinaryIO) -> bytes:
    """Make the file in memory; for tests and small files."""
    made = io.BytesIO()
    for chunk in read_parts(parts, original):
        made.write(chunk)
    return made.getvalue()


def _shifted(crc: int, length: int) -> int:
    """Multiply by x^(8 * length): the CRC after that many more bytes, less what these bytes add themselves."""
    factor, power, bits = 1 << 31, 1 << 30, 8 * length  # 1 and x, in reflected order
    while bits:
        if bits & 1:
            factor = _times(factor, power)
        power = _times(power, power)
        bits >>= 1
    return _times(crc, factor)


def _times(a: int, b: int) -> int:
    """Multiply two polynomials modulo the CRC's; bit 31 stands for x^0."""
    product = 0
    for bit in range(31, -1, -1):
        if a >> bit & 1:
            product ^= b
        b = (b >> 1) ^ POLYNOMIAL if b & 1 else b >> 1
    return product
