"""Events of a room: made, carried over from the last run, named."""

from __future__ import annotations

from albums.models import Room


def arrange(room: Room, new: frozenset[int]) -> None:
    """Not written yet."""
