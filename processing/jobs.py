"""EDGE: work that must not be lost, as rows with a lease. Tried with kill -9 in research/stack.md §1.

A message in the queue is only a doorbell: whoever hears it claims the row. A claim holds a lease that a heartbeat
renews; when the lease runs out, or the process that held it is gone, the sweeper puts the row back.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone

from albums.models import Download, Edit, FaceSearch, Job, Photo
from albums.models.jobs import JobKind, JobState

logger = logging.getLogger(__name__)

RING_AGAIN_AFTER = timedelta(seconds=60)
RINGS_PER_SWEEP = 500
GAVE_UP = "Processing stopped {attempts} times without an answer. Try again, or upload a different copy."
PACK_FAILED = "Preparing this download did not work. Try again, or download the originals."
SEARCH_FAILED = "Looking for you did not work. Try again with another picture."


def request(
    *,
    kind: JobKind,
    room_id: uuid.UUID,
    photo_id: int | None = None,
    download_id: uuid.UUID | None = None,
    delay_seconds: int = 0,
) -> int | None:
    """Ask for work; answers the job to ring for, or None if it is already waiting or will run once more by itself.

    Args:
        delay_seconds: how long its bell is held back, so that the sweeper does not take it for lost before.
    """
    key: dict[str, Any] = {"kind": kind, "room_id": room_id, "photo_id": photo_id, "download_id": download_id}
    due = timezone.now() + timedelta(seconds=delay_seconds)
    job, created = Job.objects.get_or_create(**key, defaults={"rung_at": due})
    if created:
        return job.pk
    if Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(requests=F("requests") + 1):
        return None
    again = Job.objects.filter(pk=job.pk, state__in=(JobState.DONE, JobState.FAILED)).update(
        state=JobState.QUEUED, attempts=0, failure="", rung_at=due, owner="", lease_until=None
    )
    return job.pk if again else None


def waiting(
    *, kind: JobKind, room_id: uuid.UUID, photo_id: int | None = None, download_id: uuid.UUID | None = None
) -> int | None:
    """The job of this kind that waits for its bell, to be rung for at once although it was to be rung for later."""
    rows = Job.objects.filter(
        kind=kind, room=room_id, photo=photo_id, download=download_id, state=JobState.QUEUED
    )
    return rows.values_list("pk", flat=True).first()


def claim(job_id: int) -> Job | None:
    """Take the job for this process, or None if it is done, gone, or in other hands that are alive."""
    now = timezone.now()
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now)
    job = Job.objects.filter(pk=job_id).first()
    if job and job.state == JobState.RUNNING and is_dead(job.owner):
        free |= Q(state=JobState.RUNNING, owner=job.owner)
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex}"
    taken = Job.objects.filter(free, pk=job_id).update(
        state=JobState.RUNNING, owner=owner, lease_until=lease_end(), attempts=F("attempts") + 1
    )
    if not taken:
        return None
    job = Job.objects.select_related("room").get(pk=job_id)
    if job.attempts > settings.JOB_MAX_ATTEMPTS:
        gave_up = GAVE_UP.format(attempts=settings.JOB_MAX_ATTEMPTS)
        fail(job, PACK_FAILED if job.kind == JobKind.PACK else gave_up)
        return None
    return job


def is_busy(room_id: uuid.UUID, photos: int) -> bool:
    """Whether more than so many photos of the room wait to be looked at."""
    waiting = Job.objects.filter(room=room_id, state=JobState.QUEUED, kind=JobKind.ANALYZE).order_by()
    return len(waiting.values_list("pk")[: photos + 1]) > photos


def is_dead(owner: str) -> bool:
    """Whether the owner was a process of this machine that has ended."""
    host, _, rest = owner.partition(":")
    pid, _, _ = rest.partition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


@contextmanager
def heartbeat(job: Job) -> Iterator[None]:
    """Renew the lease in a thread for as long as the block runs."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(settings.JOB_LEASE_SECONDS / 4):
            close_old_connections()
            try:
                renew(job)
            except DatabaseError:  # away for a moment; three more beats come before the lease ends
                logger.warning("job %s: its lease could not be renewed", job.pk)
        connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def renew(job: Job) -> None:
    mine = Job.objects.filter(pk=job.pk, owner=job.owner, state=JobState.RUNNING)
    mine.update(lease_until=lease_end())


def finish(job: Job, *, again_in_seconds: int = 0) -> bool:
    """Mark it done; True if it was asked for again meanwhile and has to be rung for once more (so much later)."""
    mine = Job.objects.filter(pk=job.pk, owner=job.owner, state=JobState.RUNNING)
    if mine.filter(requests=job.requests).update(
        state=JobState.DONE, finished_at=timezone.now(), lease_until=None
    ):
        return False
    due = timezone.now() + timedelta(seconds=again_in_seconds)
    return bool(mine.update(state=JobState.QUEUED, attempts=0, owner="", lease_until=None, rung_at=due))


def release(job: Job) -> None:
    """Give it back to run again later (an error that may pass)."""
    Job.objects.filter(pk=job.pk, owner=job.owner).update(
        state=JobState.QUEUED, owner="", lease_until=None, rung_at=timezone.now()
    )


def fail(job: Job, message: str) -> None:
    """Give up, with a sentence for people on the job and on what waits for it."""
    with transaction.atomic():
        is_mine = Job.objects.filter(pk=job.pk, owner=job.owner).update(
            state=JobState.FAILED, failure=message[:300], finished_at=timezone.now(), lease_until=None
        )
        if is_mine and job.photo_id and job.kind == JobKind.ANALYZE:
            Photo.objects.filter(pk=job.photo_id).update(state="failed", failure=message[:300])
        if is_mine and job.kind == JobKind.RENDER and job.photo_id:
            edits = Edit.objects.filter(photo=job.photo_id, state="waiting")
            edits.filter(pk__in=Photo.objects.filter(pk=job.photo_id).values("edit")).update(
                state="failed", failure=message[:300]
            )
        if is_mine and job.kind == JobKind.FIND:
            searches = FaceSearch.objects.filter(room=job.room_id, state="waiting")
            searches.update(state="failed", failure=SEARCH_FAILED, selfie=None)
        if is_mine and job.download_id:
            downloads = Download.objects.filter(pk=job.download_id, state="preparing")
            downloads.update(state="failed", failure=message[:300])


def sweep() -> list[int]:
    """Put back what dead workers held and find what lost its message; answers the jobs to ring for."""
    now = timezone.now()
    put_back = [
        job.pk for job in Job.objects.filter(state=JobState.RUNNING) if is_lost(job, now) and requeue(job)
    ]
    return put_back + adopt_orphans() + unheard(now)


def is_lost(job: Job, now: datetime) -> bool:
    return job.lease_until is None or job.lease_until < now or is_dead(job.owner)


def requeue(job: Job) -> bool:
    """Put it back unless it has just been finished or taken by somebody else."""
    still = Job.objects.filter(pk=job.pk, owner=job.owner, state=JobState.RUNNING)
    return bool(still.update(state=JobState.QUEUED, owner="", lease_until=None, rung_at=timezone.now()))


def adopt_orphans() -> list[int]:
    """A waiting photo always has an open job; make one where it is missing, and answer it to ring for."""
    open_jobs = Job.objects.open().filter(kind=JobKind.ANALYZE, photo=OuterRef("pk"))
    orphans = Photo.objects.filter(~Exists(open_jobs), state="pending", deleted_at=None)
    found = list(orphans.values_list("pk", "room_id")[:RINGS_PER_SWEEP])
    made = [request(kind=JobKind.ANALYZE, room_id=room_id, photo_id=photo_id) for photo_id, room_id in found]
    return [job_id for job_id in made if job_id is not None]


def unheard(now: datetime) -> list[int]:
    """Queued jobs whose message must be lost: rung for long ago, and the queue stands still or others have overtaken them.

    While the queue moves, a long wait is only a long queue, and ringing again would only make it longer.
    """
    since = now - RING_AGAIN_AFTER
    newest = Job.objects.filter(finished_at__gt=since).aggregate(newest=Max("rung_at"))["newest"]
    if newest:  # messages are heard in their order: who rang much earlier than one that is done was not heard
        since = min(since, newest - RING_AGAIN_AFTER)
    waiting = Job.objects.filter(state=JobState.QUEUED, rung_at__lt=since).order_by("id")
    chosen = list(waiting.values_list("pk", flat=True)[:RINGS_PER_SWEEP])
    Job.objects.filter(pk__in=chosen).update(rung_at=now)
    return chosen


def recover() -> list[int]:
    """At the start of the only worker: nothing can be running, and the queue is filled again from the rows."""
    Job.objects.filter(state=JobState.RUNNING).update(state=JobState.QUEUED, owner="", lease_until=None)
    adopt_orphans()
    waiting = Job.objects.filter(state=JobState.QUEUED)
    waiting.update(rung_at=timezone.now())
    return list(waiting.order_by("id").values_list("pk", flat=True))
