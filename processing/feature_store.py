"""EDGE: arrays that analyzers made of photos, to rows and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from albums.batches import in_batches
from albums.models import Feature, Photo
from albums.querysets import PhotoQuerySet
from processing.pipeline import Analyzed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 500


def save_arrays(photo: Photo, analyzed: Analyzed) -> None:
    """Keep the arrays of all analyzers that succeeded, in place of older ones of the same names."""
    rows = [
        Feature(photo=photo, name=name, data=little_endian(array))
        for findings in analyzed.findings.values()
        for name, array in findings.arrays.items()
    ]
    Feature.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["photo", "name"], update_fields=["data"]
    )


def little_endian(array: NDArray[np.generic]) -> bytes:
    """Write an array in C order with its least significant bytes first, whatever this machine does."""
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def read_arrays(name: str, photo_ids: Iterable[int]) -> dict[int, bytes]:
    """The bytes of one kind of array for each of these photos that has it."""
    ids = list(photo_ids)
    found: dict[int, bytes] = {}
    for batch in in_batches(ids):
        rows = Feature.objects.filter(name=name, photo__in=batch)
        found.update((photo, bytes(data)) for photo, data in rows.values_list("photo", "data"))
    return found


def read_arrays_of(photos: PhotoQuerySet, name: str) -> Iterator[tuple[int, bytes]]:
    """The bytes of one kind of array of many photos, in one query: lists of ids cost more than the rows."""
    rows = Feature.objects.filter(name=name, photo__in=photos.order_by().values("pk"))
    for photo, data in rows.values_list("photo", "data").iterator(chunk_size=BATCH):
        yield photo, bytes(data)
