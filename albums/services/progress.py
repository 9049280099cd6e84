from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Min
from django.utils import timezone

from albums.models import Job, Photo, Room
from albums.models.jobs import JobKind, JobState

WINDOW = timedelta(seconds=90)


class Progress(NamedTuple):
    """How far the processing of a room is; a count of rows, so always true."""

    total: int
    ready: int
    pending: int
    failed: int
    in_albums: int  # of the total those that albums hold: not left out as duplicates, blurred or set aside
    seconds_left: int | None  # None: nothing left, or nothing finished lately to judge by
    is_sorting: bool = False  # all photos are looked at, and the faces are being sorted into people

    @property
    def finished(self) -> int:
        return self.ready + self.failed

    @property
    def is_busy(self) -> bool:
        """Whether there is still something to come that a page should show."""
        return bool(self.pending or self.is_sorting)


def room_progress(room: Room) -> Progress:
    counts = Photo.objects.filter(room=room).progress()
    seconds_left = _seconds_left(room, counts["pending"]) if counts["pending"] else None
    is_sorting = Job.objects.open().filter(room=room, kind=JobKind.CLUSTER).exists()
    return Progress(**counts, seconds_left=seconds_left, is_sorting=is_sorting)


def _seconds_left(room: Room, pending: int) -> int | None:
    """The pace of the last ninety seconds, carried on."""
    now = timezone.now()
    lately = Job.objects.filter(
        room=room,
        kind=JobKind.ANALYZE,
        state__in=(JobState.DONE, JobState.FAILED),
        finished_at__gt=now - WINDOW,
    ).aggregate(finished=Count("pk"), first=Min("finished_at"))
    if lately["finished"] < 3:
        return None
    elapsed = max(1.0, (now - lately["first"]).total_seconds())
    return max(1, round(pending * elapsed / (lately["finished"] - 1)))
