from __future__ import annotations

from django import template

from albums.models import Photo

register = template.Library()

STRIP_SHOWN = 12


@register.simple_tag
def look_alikes_of(photo: Photo) -> list[Photo]:
    """The photos of the same moment, this one among them, the best first; none if it is alone."""
    if not photo.look_alikes_id or not photo.is_in_albums:
        return []
    mates = Photo.objects.filter(room=photo.room_id, look_alikes=photo.look_alikes_id).in_albums()
    found = list(mates.with_files().order_by("look_alike_rank", "sort_at", "pk")[:STRIP_SHOWN])
    return found if len(found) > 1 else []
