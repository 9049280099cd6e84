"""EDGE: what people labelled in a room to the recognizer, and its guesses back to rows."""

from __future__ import annotations

import uuid


def learn(room_id: uuid.UUID) -> bool:
    """Guess whose the undecided faces of a room are; False if somebody said more meanwhile, so that nothing was written."""
    return True
