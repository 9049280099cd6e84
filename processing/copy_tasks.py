"""EDGE: the Celery tasks that make what people see of photos: edited copies, previews of them, copies with blurred faces.

They keep the names that they had in `processing.tasks`: messages with those may still be waiting.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection

from celery import shared_task
from django.db.models import F

from albums import veils
from albums.models import Job
from albums.models.jobs import JobKind
from processing import (
    borrowed_store,
    covered_store,
    edit_previews,
    edit_queue,
    edit_store,
    job_tasks,
    jobs,
    veil_store,
)

RENDER_LIMIT_SECONDS = 300  # a painting of 24 megapixels takes a minute on two cores
ROOM_LIMIT_SECONDS = 1800


def request_rendering(*, room_id: uuid.UUID, photo_id: int) -> None:
    """Have the copies of an edited photo made; somebody is waiting."""
    job_tasks.request_now(render_photo, JobKind.RENDER, room_id=room_id, photo_id=photo_id)


def request_rendering_of_many(room_id: uuid.UUID) -> None:
    """Have the copies of a room's edits made that wait."""
    job_tasks.request_now(render_room, JobKind.RENDER_MANY, room_id=room_id)


def request_preview(preview_id: int, number: int) -> None:
    """Have a preview made. It is no job: whoever does not get it asks again, and nobody misses it later."""
    job_tasks.ring_after_commit(make_preview, preview_id, number=number)


def request_veiling(room_id: uuid.UUID) -> None:
    """Have the faces blurred of people who asked for it, wherever they are on photos by now; others wait for that."""
    if veils.has_veils(room_id):
        job_tasks.request_later(veil_room, JobKind.VEIL, room_id, 0)


def settle_borrowed(room_id: uuid.UUID) -> None:
    """Have edits that use another photo follow what is shown of that; it is quick and done at once."""
    if borrowed_store.settle(room_id):
        request_rendering_of_many(room_id)
        request_veiling(room_id)


def settle_covered(room_id: uuid.UUID, photo_ids: Collection[int] | None = None) -> None:
    """Have faces covered that were found after somebody had the faces of these photos (None: of the room) covered."""
    if covered_store.settle(room_id, photo_ids):
        borrowed_store.settle(room_id)  # whoever has such a photo behind people
        request_rendering_of_many(room_id)
        request_veiling(room_id)


@shared_task(
    name="processing.tasks.render_photo",
    soft_time_limit=RENDER_LIMIT_SECONDS,
    time_limit=RENDER_LIMIT_SECONDS + 30,
)
def render_photo(job_id: int) -> None:
    """Make the copies of an edited photo."""

    def work(job: Job) -> None:
        if job.photo_id:
            edit_store.render(job.photo_id)
            if edit_queue.waiting_in(job.room_id).filter(photo=job.photo_id, photo__edit=F("pk")).exists():
                request_rendering_of_many(job.room_id)  # it was good as it is: what it had is made anew
            settle_borrowed(job.room_id)
            request_veiling(job.room_id)

    job_tasks.run(job_id, work, render_photo)


@shared_task(
    name="processing.tasks.render_room",
    soft_time_limit=ROOM_LIMIT_SECONDS,
    time_limit=ROOM_LIMIT_SECONDS + 30,
)
def render_room(job_id: int) -> None:
    """Make the copies of a room's edits that wait."""

    def work(job: Job) -> None:
        until = time.time() + edit_queue.SLICE_SECONDS
        for _helper in range(edit_queue.helpers_wanted(job.room_id)):
            job_tasks.ring(help_rendering, str(job.room_id), until=until)
        if not edit_queue.render_waiting(job.room_id):  # the rest after others have had their turn
            jobs.request(kind=JobKind.RENDER_MANY, room_id=job.room_id)
        settle_borrowed(job.room_id)
        request_veiling(job.room_id)

    job_tasks.run(job_id, work, render_room)


@shared_task(soft_time_limit=RENDER_LIMIT_SECONDS, time_limit=RENDER_LIMIT_SECONDS + 30)
def help_rendering(room_id: str, until: float) -> None:
    """Make copies beside the worker that has the job of this room; nothing where this one hears of it too late.

    It is no job: what it leaves undone is done by whoever has the job.
    """
    edit_queue.help_rendering(uuid.UUID(room_id), until)


@shared_task(
    name="processing.tasks.make_preview",
    soft_time_limit=RENDER_LIMIT_SECONDS,
    time_limit=RENDER_LIMIT_SECONDS + 30,
)
def make_preview(preview_id: int, number: int | None = None) -> None:
    """Show what somebody who edits a photo has in mind; messages of earlier versions of the site have no number."""
    edit_previews.make(preview_id, number)


@shared_task(
    name="processing.tasks.veil_room",
    soft_time_limit=ROOM_LIMIT_SECONDS,
    time_limit=ROOM_LIMIT_SECONDS + 30,
)
def veil_room(job_id: int) -> None:
    """Make the copies of a room's photos on which faces are blurred, and delete those that are out of date."""

    def work(job: Job) -> None:
        settle_borrowed(job.room_id)
        if not veil_store.veil(job.room_id):  # the rest after others have had their turn
            jobs.request(kind=JobKind.VEIL, room_id=job.room_id)

    job_tasks.run(job_id, work, veil_room)
