"""Groups of photos of the same moment, each with its best."""

from __future__ import annotations

from albums.models import Room


def arrange(room: Room, new: frozenset[int]) -> None:
    """Not written yet."""
