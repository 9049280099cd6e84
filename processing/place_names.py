"""EDGE: better names of places from a Nominatim server, where an administrator switched that on."""

from __future__ import annotations

import uuid


def improve(room_id: uuid.UUID) -> None:
    """Not written yet."""
