"""Blurred photos leave the albums, unless the room keeps them or somebody decided about the photo."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from albums.batches import id_batches
from albums.counts import recount_events, recount_people
from albums.models import Face, Photo, Room
from albums.models.photos import LeftOut, PhotoKind, Quality
from albums.querysets import PhotoQuerySet


def settle_blurred(room: Room, photo_ids: Collection[int] | None = None) -> set[int]:
    """Let what is left out of albums follow the quality of photos, and count anew what changes by it.

    Args:
        photo_ids: only these; all of the room if None.

    Returns:
        The photos that left the albums or came back.
    """
    keeps_all = Room.objects.filter(pk=room.pk, shows_blurred=True).exists()  # now, whenever `room` was read
    changed: set[int] = set()
    for rows in _some(room, photo_ids):
        blurred, out = rows.filter(quality=Quality.BLURRED), rows.filter(left_out=LeftOut.BLURRED)
        if keeps_all:
            changed |= _write(out, "")
        else:
            changed |= _write(out.exclude(quality=Quality.BLURRED), "")
            changed |= _write(blurred.filter(left_out=""), LeftOut.BLURRED)
    _recount(changed)
    return changed


def _some(room: Room, photo_ids: Collection[int] | None) -> Iterator[PhotoQuerySet]:
    undecided = Photo.objects.filter(room=room, kind=PhotoKind.PHOTO, is_left_out_fixed=False)
    if photo_ids is None:
        yield undecided
        return
    for batch in id_batches(photo_ids):
        yield undecided.filter(pk__in=batch)


def _write(rows: PhotoQuerySet, reason: str) -> set[int]:
    """Say it again in the statement that writes: somebody may have decided since they were read."""
    written: set[int] = set()
    for batch in id_batches(rows.values_list("pk", flat=True)):
        if rows.filter(pk__in=batch).update(left_out=reason):
            written |= set(batch)
    return written


def _recount(photo_ids: Collection[int]) -> None:
    people: set[int] = set()
    events: set[int] = set()
    for batch in id_batches(photo_ids):
        faces = Face.objects.filter(photo__in=batch, person__isnull=False)
        people |= set(faces.values_list("person", flat=True))
        photos = Photo.objects.filter(pk__in=batch, event__isnull=False)
        events |= set(photos.values_list("event", flat=True))
    recount_people(people)
    recount_events(events)
