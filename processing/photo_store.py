"""EDGE: the photos of a room as the clusterers of photos see them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from albums.models import Face, Favorite, Photo
from albums.querysets import PhotoQuerySet
from processing import feature_store
from processing.contracts import FaceShot, KnownPhoto

BATCH = 500
COLUMNS = (
    "pk", "sort_at", "taken_at", "time_source", "clock_at", "latitude", "longitude", "camera", "serial", "device",
    "uploader", "width", "height", "size_bytes", "format", "filename", "sha256", "sharpness", "exposure", "stars",
    "is_liked",
)  # fmt: skip
UNKNOWN_TIMES = ("", "file", "upload")
TYPES = {"phash": "u1", "gray": "u1", "outline": "<f2", "embedding": "<f2"}


def load_photos(
    room_id: uuid.UUID,
    *,
    ids: Collection[int] | None = None,
    arrays: Sequence[str] = (),
    has_faces: bool = False,
    is_left_out_too: bool = True,
) -> list[KnownPhoto]:
    """Read photos of a room that are ready and not in the trash, in order of time.

    Args:
        ids: only these; all if None.
        arrays: names of features to bring along; a photo without one has none under that name.
        has_faces: whether to bring the faces along.
        is_left_out_too: whether also those that are in no album.
    """
    rows = Photo.objects.filter(room=room_id, state="ready").present().in_order()
    if not is_left_out_too:
        rows = rows.in_albums()
    rows = rows.annotate(is_liked=Exists(Favorite.objects.filter(photo=OuterRef("pk"))))
    found: list[dict[str, Any]] = []
    for batch in _batches(ids):
        found += rows.filter(pk__in=batch).values(*COLUMNS) if batch is not None else rows.values(*COLUMNS)
    found.sort(key=lambda row: (row["sort_at"], row["pk"]))
    keys = [row["pk"] for row in found]
    made = {name: read_typed(name, keys) for name in arrays}
    faces = load_faces(room_id, keys if ids is not None else None) if has_faces else {}
    return [
        _photo(row, {name: values[row["pk"]] for name, values in made.items() if row["pk"] in values}, faces)
        for row in found
    ]


def read_typed(name: str, photo_ids: Sequence[int]) -> dict[int, Any]:
    """Arrays of one name as numpy arrays of one dimension; whoever needs a shape gives it."""
    import numpy as np

    dtype = np.dtype(TYPES[name])
    return {
        key: np.frombuffer(data, dtype) for key, data in feature_store.read_arrays(name, photo_ids).items()
    }


def read_typed_of(photos: PhotoQuerySet, name: str) -> dict[int, Any]:
    """As `read_typed`, of many photos at once."""
    import numpy as np

    dtype = np.dtype(TYPES[name])
    return {key: np.frombuffer(data, dtype) for key, data in feature_store.read_arrays_of(photos, name)}


def load_faces(room_id: uuid.UUID, photo_ids: Sequence[int] | None) -> dict[int, tuple[FaceShot, ...]]:
    """The faces of photos, in the order of their boxes."""
    columns = ("photo", "width", "height", "sharpness", "pose", "score", "person", "eyes", "smile")
    by_photo: dict[int, list[FaceShot]] = defaultdict(list)
    for batch in _batches(photo_ids):
        chosen = Q() if batch is None else Q(photo__in=batch)
        faces = Face.objects.filter(chosen, room=room_id, is_dismissed=False).order_by("x", "pk")
        for photo, width, height, *rest in faces.values_list(*columns):
            by_photo[photo].append(FaceShot(max(width, height), *rest))
    return {photo: tuple(shots) for photo, shots in by_photo.items()}


def _batches(ids: Collection[int] | None) -> Iterator[Sequence[int] | None]:
    if ids is None:
        yield None
        return
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def _photo(row: dict[str, Any], arrays: dict[str, Any], faces: dict[int, tuple[FaceShot, ...]]) -> KnownPhoto:
    clock = row["clock_at"]
    return KnownPhoto(
        id=row["pk"],
        taken_at=row["taken_at"] or row["sort_at"],
        is_time_known=row["taken_at"] is not None and row["time_source"] not in UNKNOWN_TIMES,
        time_source=row["time_source"],
        clock_at=clock.replace(tzinfo=None) if clock else None,
        latitude=row["latitude"],
        longitude=row["longitude"],
        camera=str(row["device"] or f"{row['camera']}/{row['uploader'] or ''}" if row["camera"] else ""),
        uploader=row["uploader"],
        width=row["width"],
        height=row["height"],
        size_bytes=row["size_bytes"],
        format=row["format"],
        filename=row["filename"],
        sha256=row["sha256"],
        has_metadata=clock is not None,
        sharpness=row["sharpness"],
        exposure=row["exposure"],
        is_favorite=row["is_liked"] or row["stars"] > 0,
        faces=faces.get(row["pk"], ()),
        arrays=arrays,
    )
