"""EDGE: a room's own tags, learned from what people tagged, and proposed for the rest."""

from __future__ import annotations

import uuid


def learn(room_id: uuid.UUID) -> None:
    """Not written yet."""
