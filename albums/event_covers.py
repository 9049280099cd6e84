"""Which photo stands for an event, a place, any group of photos: one query for a whole page of them."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Case, F, IntegerField, When, Window
from django.db.models.functions import RowNumber

from albums.models import Photo

RANK = Case(
    When(stars__gte=4, then=0),
    When(look_alike_rank=1, quality="sharp", then=1),
    When(quality="sharp", exposure="good", then=2),
    When(quality="blurred", then=4),
    default=3,
    output_field=IntegerField(),
)


def covers_of(events: Collection[int]) -> dict[int, Photo]:
    """The photo that shows each of these events best, with its files; the first of the best ones."""
    if not events:
        return {}
    ranked = (
        Photo.objects.in_albums()
        .filter(event__in=events, state="ready", renditions__side_px=320)
        .annotate(
            place_in_event=Window(
                RowNumber(),
                partition_by=[F("event")],
                order_by=[RANK.asc(), F("sort_at").asc(), F("pk").asc()],
            )
        )
        .filter(place_in_event=1)
        .values_list("pk", flat=True)
    )
    photos = Photo.objects.filter(pk__in=list(ranked)).with_files()
    return {photo.event_id: photo for photo in photos if photo.event_id}
