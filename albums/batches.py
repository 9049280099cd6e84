"""As many rows as every database takes in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
BATCH = 500


def in_batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The same things in the same order, a few at a time."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def id_batches(ids: Iterable[int], size: int = BATCH) -> Iterator[list[int]]:
    """Ids in ascending order, each once: who locks rows in one order waits, and does not deadlock."""
    return in_batches(sorted(set(ids)), size)
