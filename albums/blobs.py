"""Reading kept files from any offset, whatever storage they lie in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, cast

from django.core.files.storage import FileSystemStorage, Storage

CHUNK_BYTES = 256 * 1024


def open_at(storage: Storage, name: str, offset: int) -> BinaryIO:
    """Open a kept file for reading from an offset on; FileNotFoundError if it is gone.

    S3's file object fetches the whole object before its first read, so there the range is asked for directly.
    """
    file = storage.open(name, "rb")
    remote = getattr(file, "obj", None)
    if remote is not None:
        file.close()
        return cast("BinaryIO", remote.get(Range=f"bytes={offset}-")["Body"])
    file.seek(offset)
    return cast("BinaryIO", file)


class FileRange:
    """A file's bytes from `start` up to but not including `stop`, opened at once, read in chunks of at most 256 KiB."""

    def __init__(self, storage: Storage, name: str, start: int, stop: int) -> None:
        self._name, self._at, self._stop = name, start, stop
        self._file = open_at(storage, name, start)

    def __iter__(self) -> Iterator[bytes]:
        while self._at < self._stop:
            chunk = self._file.read(min(CHUNK_BYTES, self._stop - self._at))
            if not chunk:
                raise EOFError(f"{self._name} ended at byte {self._at}, before byte {self._stop}")
            self._at += len(chunk)
            yield chunk

    def close(self) -> None:
        self._file.close()


def internal_name(storage: Storage, name: str) -> str:
    """The name under which a proxy on the same disk finds the file; empty where there is no such disk."""
    return name if isinstance(storage, FileSystemStorage) else ""
