"""Which photos of a room look most like one of them.

The short codes of a room's photos (processing.image_network.code: 128 bytes each) stay in this process; their products find
the few hundred that are compared by their whole features. No model is loaded. Measured in docs/organizing.md.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from albums.batches import in_batches
from albums.models import Feature, Photo, Room
from albums.querysets import PhotoQuerySet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_ROOMS = 4  # whose codes are kept
FRESH_SECONDS = 600  # then they are read anew: photos may have been looked at again
LOOKED_AT = 400  # photos whose whole features are compared
LEAST_ALIKE = 0.35  # less than this is nothing that people would call similar


@dataclass(slots=True)
class Codes:
    """The codes of a room's photos.

    Attributes:
        photos: int64 of shape (n,).
        rows: int8 of shape (n, 128).
        last: the highest id of a feature that is in here.
        read_at: by the monotonic clock.
    """

    photos: NDArray[np.int64]
    rows: NDArray[np.int8]
    last: int
    read_at: float


_codes: OrderedDict[uuid.UUID, Codes] = OrderedDict()
_lock = threading.Lock()


def reset() -> None:
    """Forget all codes, for tests."""
    with _lock:
        _codes.clear()


def similar_photos(room: Room, photo: Photo, limit: int) -> list[tuple[int, float]]:
    """Photos of the room's albums that look most like this one, with the cosine of their features, the most alike first.

    Empty while nobody has looked at the photo.
    """
    import numpy as np

    kept = codes_of(room)
    here = np.flatnonzero(kept.photos == photo.pk)
    if not len(here):
        return []
    near = kept.photos[_nearest(kept.rows, int(here[0]))]
    visible = _visible(room, [int(pk) for pk in near if pk != photo.pk])
    found = _compared(photo.pk, visible)
    return [one for one in found if one[1] >= LEAST_ALIKE][:limit]


def codes_of(room: Room) -> Codes:
    """The codes of a room: those that are kept, with what has come since."""
    import numpy as np

    with _lock:
        kept = _codes.get(room.pk)
    if kept is None or time.monotonic() - kept.read_at > FRESH_SECONDS:
        kept = Codes(np.zeros(0, np.int64), np.zeros((0, 0), np.int8), 0, time.monotonic())
    rows = Feature.objects.filter(name="code", photo__room=room, pk__gt=kept.last)
    new = list(rows.order_by("pk").values_list("pk", "photo", "data"))
    if new:
        made = np.frombuffer(b"".join(bytes(data) for _, _, data in new), np.int8).reshape(len(new), -1)
        photos = np.array([photo for _, photo, _ in new], np.int64)
        before = kept.rows.reshape(len(kept.photos), made.shape[1])
        kept = Codes(
            np.concatenate([kept.photos, photos]), np.concatenate([before, made]), new[-1][0], kept.read_at
        )
    with _lock:
        _codes[room.pk] = kept
        _codes.move_to_end(room.pk)
        while len(_codes) > MOST_ROOMS:
            _codes.popitem(last=False)
    return kept


def _nearest(rows: NDArray[np.int8], index: int) -> NDArray[np.intp]:
    """The photos whose codes are most like one of them."""
    import numpy as np

    values = rows.astype(np.float32)
    lengths = np.maximum(np.linalg.norm(values, axis=1), 1)
    scores = (values @ values[index]) / lengths
    count = min(LOOKED_AT + 1, len(scores))
    return np.asarray(np.argpartition(-scores, count - 1)[:count])


def _visible(room: Room, photo_ids: list[int]) -> list[int]:
    found: list[int] = []
    for batch in in_batches(photo_ids):
        photos: PhotoQuerySet = Photo.objects.filter(room=room, pk__in=batch)
        found += photos.in_albums().values_list("pk", flat=True)
    return found


def _compared(photo_id: int, others: list[int]) -> list[tuple[int, float]]:
    """Cosines of whole features; features of two networks can't be compared."""
    import numpy as np

    wanted = [photo_id, *others]
    data: dict[int, bytes] = {}
    for batch in in_batches(wanted):
        rows = Feature.objects.filter(name="embedding", photo__in=batch)
        data.update((pk, bytes(value)) for pk, value in rows.values_list("photo", "data"))
    mine = data.pop(photo_id, b"")
    alike = sorted(pk for pk, value in data.items() if len(value) == len(mine))
    if not mine or not alike:
        return []
    values = np.frombuffer(b"".join([mine, *(data[pk] for pk in alike)]), "<f2").astype(np.float32)
    values = values.reshape(len(alike) + 1, -1)
    values /= np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-6)
    scores = values[1:] @ values[0]
    order = np.lexsort((np.array(alike), -scores))
    return [(alike[index], round(float(scores[index]), 4)) for index in order]
