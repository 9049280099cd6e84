"""Places in a list of photos that is in order of time: a list is cut by place and not by number, so nothing shifts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Q

from albums.models import Photo
from albums.querysets import PhotoQuerySet
from albums.search import number

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cursor_of(photo: Photo) -> str:
    return cursor_at(photo.sort_at, photo.pk)


def cursor_at(moment: datetime, pk: int) -> str:
    return f"{(moment - EPOCH) // timedelta(microseconds=1)}-{pk}"


def parse_cursor(text: str) -> tuple[datetime, int] | None:
    """The place after which a page begins; None for the beginning, and for what is no cursor."""
    moment, _, pk = text.rpartition("-")
    photo_id = number(pk)
    try:
        return (EPOCH + timedelta(microseconds=int(moment)), photo_id) if photo_id is not None else None
    except (ValueError, OverflowError):
        return None


def after(photos: PhotoQuerySet, place: tuple[datetime, int]) -> PhotoQuerySet:
    moment, pk = place
    return photos.filter(sort_at__gte=moment).filter(Q(sort_at__gt=moment) | Q(pk__gt=pk))


def before(photos: PhotoQuerySet, place: tuple[datetime, int]) -> PhotoQuerySet:
    """In the reverse order: the nearest one first."""
    moment, pk = place
    earlier = photos.filter(sort_at__lte=moment).filter(Q(sort_at__lt=moment) | Q(pk__lt=pk))
    return earlier.order_by("-sort_at", "-id")
