"""Rows of Download.entries: what each says of a file in a zip.

[photo, path]                          the photo's original
[photo, path, BESIDE]                  the original beside an edited copy of it
[photo, path, edit, crc32]             the full copy of an edit, as long as it has this sum; 0: it has to be made first
[photo or 0, path, bytes, crc32, [year, ... second], [[pack or "", start, length], ...]]   prepared
[..., edit]                            prepared, and made of what this edit shows
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

BESIDE = -1

Row = list[Any]


def is_prepared(row: Sequence[Any]) -> bool:
    return len(row) >= 6


def is_beside(row: Sequence[Any]) -> bool:
    return len(row) == 3


def is_edited(row: Sequence[Any]) -> bool:
    """Whether it is sent from an edited copy as it lies in the storage."""
    return len(row) == 4


def edit_of(row: Sequence[Any]) -> int:
    """The edit that the file shows; 0 where it shows the photo as it was added."""
    if is_edited(row):
        return int(row[2])
    return int(row[6]) if len(row) > 6 else 0
