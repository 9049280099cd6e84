"""Groups of photos that are the same shot."""

from __future__ import annotations

from albums.models import Room


def arrange(room: Room, new: frozenset[int]) -> None:
    """Not written yet."""
