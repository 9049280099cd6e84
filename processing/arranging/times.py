"""When each photo was taken, from what its file says, its place and the room; a camera's shift is added."""

from __future__ import annotations

from albums.models import Room


def arrange(room: Room, new: frozenset[int]) -> None:
    """Not written yet."""
