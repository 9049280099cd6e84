"""How many zips one person may be receiving at the same time; each of them holds a thread of the server."""

from __future__ import annotations

import secrets
import time
from collections.abc import Generator, Iterator

from django.core.cache import cache

from albums.errors import AlbumError

STREAMS_PER_USER = 3
LEASE_SECONDS = 60  # a stream whose server was killed blocks its place for no longer
RENEWAL_SECONDS = 15


class TooManyDownloads(AlbumError):
    code = "too_many_downloads"
    status = 429


class LimitedStream:
    """Passes bytes on while holding one of its user's places, which `close()` gives back."""

    def __init__(self, receiver: str, chunks: Generator[bytes]) -> None:
        """Take a place, or raise TooManyDownloads."""
        self._chunks, self._token = chunks, secrets.token_hex(8)
        self._key = _take_place(receiver, self._token)
        self._renewed_at = time.monotonic()

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._chunks:
                self._renew()
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        """Close the source; give the place back unless the lease ran out and somebody else has it."""
        self._chunks.close()
        if self._key and cache.get(self._key) == self._token:
            cache.delete(self._key)
        self._key = ""

    def _renew(self) -> None:
        now = time.monotonic()
        if now - self._renewed_at > RENEWAL_SECONDS:
            self._renewed_at = now
            cache.touch(self._key, LEASE_SECONDS)


def _take_place(receiver: str, token: str) -> str:
    for place in range(STREAMS_PER_USER):
        key = f"zip-stream:{receiver}:{place}"
        if cache.add(key, token, LEASE_SECONDS):
            return key
    raise TooManyDownloads(
        f"You are downloading {STREAMS_PER_USER} albums at the moment. Wait until one of them is finished, then try again."
    )
