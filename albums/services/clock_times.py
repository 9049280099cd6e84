"""The photos of a camera move with its clock."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F

from albums.models import Photo
from albums.models.photos import TimeSource

BY_CLOCK = (TimeSource.CAMERA, TimeSource.PLACE, TimeSource.ROOM)


def move_photos(device_id: int, apart_seconds: int) -> None:
    """The photos move at once; what depends on their time follows with the next run over the room."""
    photos = Photo.objects.filter(device=device_id)
    if apart_seconds:
        apart = timedelta(seconds=apart_seconds)
        photos.filter(time_source__in=BY_CLOCK).update(
            taken_at=F("taken_at") + apart, sort_at=F("sort_at") + apart
        )
    photos.disarrange()
