from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Min, Q
from django.utils import timezone

from albums.faces_policy import finds_faces
from albums.forgetting import photos_without_faces
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
    again: int = 0  # of the ready ones those that are looked at once more, as faces are looked for again

    @property
    def waiting(self) -> int:
        return self.pending + self.again

    @property
    def finished(self) -> int:
        return self.ready + self.failed - self.again

    @property
    def is_busy(self) -> bool:
        """Whether there is still something to come that a page should show."""
        return bool(self.waiting or self.is_sorting)


def room_progress(room: Room) -> Progress:
    counts = Photo.objects.filter(room=room).progress()
    looked_at = Q(kind=JobKind.ANALYZE, photo__state="ready", photo__deleted_at=None)
    jobs = (
        Job.objects.open()
        .filter(room=room, kind__in=(JobKind.ANALYZE, JobKind.CLUSTER, JobKind.MODE))
        .aggregate(
            again=Count("photo", filter=looked_at, distinct=True),
            sorting=Count("pk", filter=Q(kind=JobKind.CLUSTER)),
            settling=Count("pk", filter=Q(kind=JobKind.MODE)),
        )
    )
    again = jobs["again"]
    if not finds_faces(room):
        again, jobs["sorting"] = 0, 0
    elif jobs[
        "settling"
    ]:  # the mode has just changed: which photos are to be looked at is written down in a moment
        again = max(again, len(photos_without_faces(room)))
    waiting = counts["pending"] + again
    seconds_left = _seconds_left(room, waiting) if waiting else None
    return Progress(**counts, seconds_left=seconds_left, is_sorting=bool(jobs["sorting"]), again=again)


def _seconds_left(room: Room, waiting: int) -> int | None:
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
    return max(1, round(waiting * elapsed / (lately["finished"] - 1)))
