"""One pass over what is new in a room: each step reads what it needs, and writes only what no human decided."""

from __future__ import annotations

import uuid
from collections import defaultdict

from albums.batches import in_batches
from albums.models import Photo, Room
from processing.arranging import clocks, duplicates, events, left_out, look_alikes, places, times

# In this order: what is blurred counts in no event and is no best shot, an event needs times and places, a best shot needs to
# know which photos are copies.
STEPS = (left_out, times, clocks, places, events, duplicates, look_alikes)


def arrange(room_id: uuid.UUID) -> bool:
    """Put what asks for it in order among the room's photos; False if nothing asked."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        return False
    asked = dict(Photo.objects.filter(room=room).to_arrange().values_list("pk", "arrange_requests"))
    if not asked:
        return False
    new = frozenset(asked)
    for step in STEPS:
        step.arrange(room, new)
    mark_arranged(asked)
    return True


def mark_arranged(asked: dict[int, int]) -> None:
    """Note that these are in order, unless somebody asked again meanwhile: those are done in the next run."""
    by_requests: dict[int, list[int]] = defaultdict(list)
    for photo, requests in asked.items():
        by_requests[requests].append(photo)
    for requests, photos in by_requests.items():
        for batch in in_batches(photos):
            Photo.objects.filter(pk__in=batch, arrange_requests=requests).update(arrange_requests=0)
