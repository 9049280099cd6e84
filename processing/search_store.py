"""EDGE: members who look for themselves, to the face search, and what it finds back to their rows."""

from __future__ import annotations

import uuid


def search_room(room_id: uuid.UUID) -> None:
    """Answer every search of the room that is waiting, and those whose room has changed."""
