"""EDGE: prepares the files of a zip whose bytes differ from the originals."""

from __future__ import annotations

import uuid


def pack(download_id: uuid.UUID) -> None:
    """Not written yet."""
