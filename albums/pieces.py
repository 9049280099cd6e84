"""One stream of bytes out of several pieces of kept files, from any offset on."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO, NamedTuple, cast

from django.core.files.storage import Storage

from albums.blobs import open_at


class Piece(NamedTuple):
    """`length` bytes of a kept file from `start` on."""

    storage: Storage
    name: str
    start: int
    length: int


def open_pieces(pieces: Sequence[Piece], offset: int) -> BinaryIO:
    """Open the pieces, one behind the other, from an offset on; FileNotFoundError if the first one is gone."""
    return cast("BinaryIO", PieceReader(pieces, offset))


class PieceReader(io.RawIOBase):
    """Reads pieces as one file; at most one of them is open at a time."""

    def __init__(self, pieces: Sequence[Piece], offset: int) -> None:
        super().__init__()
        self._waiting = list(pieces)
        while self._waiting and offset >= self._waiting[0].length:
            offset -= self._waiting.pop(0).length
        if self._waiting and offset:
            storage, name, start, length = self._waiting[0]
            self._waiting[0] = Piece(storage, name, start + offset, length - offset)
        self._file: BinaryIO | None = None
        self._left = 0
        self._next()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes, of one piece; empty at the end, also where a file ends too early."""
        if not self._left:
            self._next()
        if self._file is None:
            return b""
        chunk = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None
        super().close()

    def _next(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._waiting:
            storage, name, start, self._left = self._waiting.pop(0)
            self._file = open_at(storage, name, start)
