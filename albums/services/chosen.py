"""The photos that somebody has ticked: any number of a room's photos, read and kept a few at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext

from albums.batches import id_batches
from albums.errors import AlbumError
from albums.models import Photo, Room


def present_ids(room: Room, photo_ids: Collection[int]) -> list[int]:
    """Those of them that are in the room and not in its trash, by id; an AlbumError if there are none."""
    return [pk for pk, _ in sorted((pk, moment) for moment, pk in in_time_order(room, photo_ids))]


def is_any(room: Room, photo_ids: Collection[int], **columns: object) -> bool:
    """Whether some photo of them has these values."""
    photos = Photo.objects.filter(room=room, **columns).present()
    return any(photos.filter(pk__in=batch).exists() for batch in id_batches(photo_ids))


def in_time_order(room: Room, photo_ids: Collection[int]) -> list[tuple[datetime, int]]:
    """Time and id of the same photos, in the order of grids."""
    found: list[tuple[datetime, int]] = []
    for batch in id_batches(photo_ids):
        rows = Photo.objects.filter(room=room, pk__in=batch).present()
        found += rows.order_by().values_list("sort_at", "pk")
    if not found:
        raise AlbumError(gettext("Choose at least one photo of this room."))
    return sorted(found)
