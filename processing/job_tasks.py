"""EDGE: how the row of a job becomes a task of Celery: rung for, claimed, done under a heartbeat, tried again."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction

from albums.models import Job
from albums.models.jobs import JobKind
from processing import jobs
from processing.errors import ProcessingError

logger = logging.getLogger(__name__)

DEBOUNCE_SECONDS = 2  # photos of one upload arrive together: sort their faces together
REGROUP_DEBOUNCE_SECONDS = 120  # a large room is sorted as a whole when nothing more happens in it
RETRY_SECONDS = 5
TOO_SLOW = "This photo took longer than {seconds} seconds to process. Upload a smaller copy of it."
UNEXPECTED = "Something went wrong inside Photoroom while processing this photo. Try again."
AGAIN_SECONDS = {
    JobKind.FIND: 0,
    JobKind.DESCRIBE: 0,
    JobKind.PACK: 0,
    JobKind.VEIL: 0,
    JobKind.MODE: 0,
    JobKind.RENDER: 0,
    JobKind.RENDER_MANY: 0,
    JobKind.REGROUP: REGROUP_DEBOUNCE_SECONDS,
}


def request_later(task: Any, kind: JobKind, room_id: uuid.UUID, delay_seconds: int) -> None:
    """Ask for work on a room; many requests become one run."""
    job_id = jobs.request(kind=kind, room_id=room_id, delay_seconds=delay_seconds)
    if job_id:
        ring_after_commit(task, job_id, countdown=delay_seconds)


def request_now(task: Any, kind: JobKind, **of: Any) -> None:
    """Ask for work that somebody waits for; what was to be done later is done now."""
    job_id = jobs.request(kind=kind, **of) or jobs.waiting(kind=kind, **of)
    if job_id:
        ring_after_commit(task, job_id)


def ring_after_commit(task: Any, job_id: int | str, countdown: int = 0, **more: Any) -> None:
    transaction.on_commit(lambda: ring(task, job_id, countdown, **more))


def ring(task: Any, job_id: int | str, countdown: int = 0, **more: Any) -> None:
    """Send the message; when the broker is away the sweeper will ring again, so nobody has to fail now.

    Args:
        job_id: or the key of what the task is about.
        more: what else the task is told.
    """
    try:
        task.apply_async(args=[job_id], kwargs=more, countdown=countdown)
    except (OSError, task.OperationalError):
        logger.warning("job %s: the queue can't be reached, the sweeper will ring again", job_id)


def run(job_id: int, work: Callable[[Job], None], task: Any) -> Job | None:
    """Claim, work under a heartbeat, finish; every way in which that can fail ends in the job's row.

    Returns:
        The job if it was begun here and did not work.
    """
    job = jobs.claim(job_id)
    if job is None:
        return None
    try:
        with jobs.heartbeat(job):
            work(job)
    except ProcessingError as error:
        jobs.fail(job, str(error))
    except SoftTimeLimitExceeded:
        too_slow = TOO_SLOW.format(seconds=settings.JOB_TIME_LIMIT_SECONDS)
        jobs.fail(job, jobs.PACK_FAILED if job.kind == JobKind.PACK else too_slow)
    except Exception:
        logger.exception("job %s (%s) failed, attempt %s", job.pk, job.kind, job.attempts)
        try_again(job, task)
    else:
        again_in = AGAIN_SECONDS.get(JobKind(job.kind), DEBOUNCE_SECONDS)
        if jobs.finish(job, again_in_seconds=again_in):
            ring(task, job.pk, again_in)
        return None
    return job


def try_again(job: Job, task: Any) -> None:
    if job.attempts >= settings.JOB_MAX_ATTEMPTS:
        jobs.fail(job, jobs.PACK_FAILED if job.kind == JobKind.PACK else UNEXPECTED)
        return
    jobs.release(job)
    ring(task, job.pk, RETRY_SECONDS * job.attempts)
