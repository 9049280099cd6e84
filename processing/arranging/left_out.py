"""Which photos leave the albums because they are blurred."""

from __future__ import annotations

from albums.models import Room


def arrange(room: Room, new: frozenset[int]) -> None:
    """Not written yet."""
