"""EDGE: the Celery tasks. Thin: a key in, fetch, call the library, save. Safe to run twice."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection, Iterable
from typing import Any

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import OperationalError, transaction

from albums import veils
from albums.models import Job
from albums.models.jobs import JobKind
from processing import (
    edit_previews,
    edit_queue,
    edit_store,
    face_mode_store,
    face_store,
    jobs,
    learning_store,
    pack_store,
    people_store,
    place_names,
    search_store,
    store,
    tag_learning_store,
    tag_store,
    veil_store,
)
from processing.arranging import room as room_order
from processing.errors import ProcessingError

logger = logging.getLogger(__name__)

DEBOUNCE_SECONDS = 2  # photos of one upload arrive together: sort their faces together
BUSY_PHOTOS = 20  # with more than these waiting, sorting less often leaves more time for looking at them
BUSY_DEBOUNCE_SECONDS = 15
LEARN_DEBOUNCE_SECONDS = 3
BUSY_LEARN_SECONDS = 60
ARRANGE_DEBOUNCE_SECONDS = 3  # times, places, events, duplicates, look-alikes
BUSY_ARRANGE_SECONDS = 30
REGROUP_DEBOUNCE_SECONDS = 120  # a large room is sorted as a whole when nothing more happens in it
RETRY_SECONDS = 5
CLUSTER_LIMIT_SECONDS = 1800  # a stadium; a party takes less than a second
RENDER_LIMIT_SECONDS = 300  # a painting of 24 megapixels takes a minute on two cores
TOO_SLOW = "This photo took longer than {seconds} seconds to process. Upload a smaller copy of it."
UNEXPECTED = "Something went wrong inside Photoroom while processing this photo. Try again."


def request_analysis(*, room_id: uuid.UUID, photo_ids: Iterable[int]) -> None:
    """Have photos looked at, once the transaction that made them is committed."""
    for photo_id in photo_ids:
        job_id = jobs.request(kind=JobKind.ANALYZE, room_id=room_id, photo_id=photo_id)
        if job_id:
            ring_after_commit(analyze_photo, job_id)


def request_clustering(room_id: uuid.UUID) -> None:
    """Have the faces of a room sorted into people soon; many requests become one run, fewer while many photos wait."""
    job_id = jobs.request(kind=JobKind.CLUSTER, room_id=room_id)
    if job_id:
        is_busy = jobs.is_busy(room_id, BUSY_PHOTOS)
        ring_after_commit(
            cluster_room, job_id, countdown=BUSY_DEBOUNCE_SECONDS if is_busy else DEBOUNCE_SECONDS
        )


def request_regrouping(room_id: uuid.UUID) -> None:
    """Have all faces of a large room sorted once more when the room is quiet."""
    request_later(JobKind.REGROUP, room_id, REGROUP_DEBOUNCE_SECONDS)


def request_learning(room_id: uuid.UUID) -> None:
    """Have it learned what people labelled, and its guesses made again."""
    is_busy = jobs.is_busy(room_id, BUSY_PHOTOS)
    request_later(JobKind.LEARN, room_id, BUSY_LEARN_SECONDS if is_busy else LEARN_DEBOUNCE_SECONDS)


def request_search(room_id: uuid.UUID) -> None:
    """Have the members found who asked for it; somebody is waiting."""
    request_now(JobKind.FIND, room_id=room_id)


def request_search_again(room_id: uuid.UUID) -> None:
    """Have those searches answered anew that the room has answered before; nobody is waiting."""
    if search_store.described_searches(room_id).exists():
        is_busy = jobs.is_busy(room_id, BUSY_PHOTOS)
        request_later(JobKind.FIND, room_id, BUSY_LEARN_SECONDS if is_busy else LEARN_DEBOUNCE_SECONDS)


def request_description(*, room_id: uuid.UUID, photo_id: int) -> None:
    """Have the faces described that people drew on a photo; somebody is waiting."""
    request_now(JobKind.DESCRIBE, room_id=room_id, photo_id=photo_id)


def request_arranging(room_id: uuid.UUID) -> None:
    """Have a room's photos put in order that ask for it (`Photo.objects.disarrange`)."""
    is_busy = jobs.is_busy(room_id, BUSY_PHOTOS)
    request_later(JobKind.ARRANGE, room_id, BUSY_ARRANGE_SECONDS if is_busy else ARRANGE_DEBOUNCE_SECONDS)


def request_tag_learning(room_id: uuid.UUID) -> None:
    """Have a room's own tags learned from what people tagged, and proposed for the rest."""
    is_busy = jobs.is_busy(room_id, BUSY_PHOTOS)
    request_later(JobKind.TAGS, room_id, BUSY_LEARN_SECONDS if is_busy else LEARN_DEBOUNCE_SECONDS)


def retag_people(photo_ids: Collection[int]) -> None:
    """Have portrait, couple and group follow the faces of these photos; that is quick and done at once."""
    tag_store.save_people_tags(photo_ids)


def request_place_names(room_id: uuid.UUID) -> None:
    """Have better names of a room's places asked for, where an administrator allows that."""
    if settings.NOMINATIM_URL:
        request_later(JobKind.NAMES, room_id, LEARN_DEBOUNCE_SECONDS)


def request_veiling(room_id: uuid.UUID) -> None:
    """Have the faces blurred of people who asked for it, wherever they are on photos by now; others wait for that."""
    if veils.has_veils(room_id):
        request_later(JobKind.VEIL, room_id, 0)


def request_mode(room_id: uuid.UUID) -> None:
    """Have it done what a room has decided about faces."""
    request_now(JobKind.MODE, room_id=room_id)


def request_pack(*, room_id: uuid.UUID, download_id: uuid.UUID) -> None:
    """Have a zip prepared; somebody is waiting."""
    request_now(JobKind.PACK, room_id=room_id, download_id=download_id)


def request_rendering(*, room_id: uuid.UUID, photo_id: int) -> None:
    """Have the copies of an edited photo made; somebody is waiting."""
    request_now(JobKind.RENDER, room_id=room_id, photo_id=photo_id)


def request_rendering_of_many(room_id: uuid.UUID) -> None:
    """Have the copies of a room's edits made that wait."""
    request_now(JobKind.RENDER_MANY, room_id=room_id)


def request_preview(preview_id: int) -> None:
    """Have a preview made. It is no job: whoever does not get it asks again, and nobody misses it later."""
    ring_after_commit(make_preview, preview_id)


def request_later(kind: JobKind, room_id: uuid.UUID, delay_seconds: int) -> None:
    job_id = jobs.request(kind=kind, room_id=room_id, delay_seconds=delay_seconds)
    if job_id:
        ring_after_commit(TASKS[kind], job_id, countdown=delay_seconds)


def request_now(kind: JobKind, **of: Any) -> None:
    """Ask for work that somebody waits for; what was to be done later is done now."""
    job_id = jobs.request(kind=kind, **of) or jobs.waiting(kind=kind, **of)
    if job_id:
        ring_after_commit(TASKS[kind], job_id)


def ring_after_commit(task: Any, job_id: int, countdown: int = 0) -> None:
    transaction.on_commit(lambda: ring(task, job_id, countdown))


def ring(task: Any, job_id: int, countdown: int = 0) -> None:
    """Send the message; when the broker is away the sweeper will ring again, so nobody has to fail now."""
    try:
        task.apply_async(args=[job_id], countdown=countdown)
    except (OSError, task.OperationalError):
        logger.warning("job %s: the queue can't be reached, the sweeper will ring again", job_id)


@shared_task
def analyze_photo(job_id: int) -> None:
    """Look at one photo: metadata, renditions, faces; then ask for the room's faces to be sorted."""

    def work(job: Job) -> None:
        if job.photo_id and store.analyze(job.photo_id):
            if face_mode_store.has_forbidden_faces(job.room_id):  # switched off meanwhile
                request_mode(job.room_id)
            request_arranging(job.room_id)
            request_clustering(job.room_id)
            request_veiling(job.room_id)
            if face_store.undescribed(job.photo_id).exists():
                request_description(room_id=job.room_id, photo_id=job.photo_id)

    run(job_id, work, analyze_photo)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def cluster_room(job_id: int) -> None:
    """Sort the faces of one room into people, in a large room the new ones."""
    run(job_id, lambda job: follow(job, people_store.group_faces(job.room_id)), cluster_room)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def regroup_room(job_id: int) -> None:
    """Sort all faces of a large room once more, after new ones were only added to it."""
    run(job_id, lambda job: follow(job, people_store.regroup_faces(job.room_id)), regroup_room)


def follow(job: Job, sorting: people_store.Sorting) -> None:
    """Ask for what a sort makes necessary."""
    if not sorting.is_current:  # somebody changed people meanwhile: look again
        jobs.request(kind=JobKind(job.kind), room_id=job.room_id)
    if not sorting.is_whole:
        request_regrouping(job.room_id)
    request_veiling(job.room_id)
    if sorting.has_news:
        request_learning(job.room_id)
        request_search_again(job.room_id)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def learn_room(job_id: int) -> None:
    """Learn from what people labelled in a room, and guess the rest."""

    def work(job: Job) -> None:
        if not learning_store.learn(job.room_id):  # somebody said more meanwhile: learn again
            jobs.request(kind=JobKind.LEARN, room_id=job.room_id)

    run(job_id, work, learn_room)


@shared_task
def find_members(job_id: int) -> None:
    """Look for the members of a room who asked for it."""
    run(job_id, lambda job: search_store.search_room(job.room_id), find_members)


@shared_task
def describe_photo(job_id: int) -> None:
    """Describe the faces that people drew on a photo, and have them sorted."""

    def work(job: Job) -> None:
        if job.photo_id and store.describe_drawn(job.photo_id):
            request_clustering(job.room_id)

    run(job_id, work, describe_photo)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def arrange_room(job_id: int) -> None:
    """Put the photos of a room in order: times, places, events, duplicates, look-alikes."""

    def work(job: Job) -> None:
        if room_order.arrange(job.room_id):
            request_tag_learning(job.room_id)
            request_place_names(job.room_id)

    run(job_id, work, arrange_room)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def learn_tags(job_id: int) -> None:
    """Learn a room's own tags and propose them."""
    run(job_id, lambda job: tag_learning_store.learn(job.room_id), learn_tags)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def name_places(job_id: int) -> None:
    """Ask the Nominatim server for better names of a room's places, one a second for the whole site."""

    def work(job: Job) -> None:
        if place_names.improve(job.room_id):
            request_arranging(job.room_id)

    run(job_id, work, name_places)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def pack_download(job_id: int) -> None:
    """Prepare a zip whose bytes differ from the originals."""

    def work(job: Job) -> None:
        if job.download_id and not pack_store.pack(job.download_id):
            # the rest after others have had their turn
            jobs.request(kind=JobKind.PACK, room_id=job.room_id, download_id=job.download_id)

    run(job_id, work, pack_download)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def veil_room(job_id: int) -> None:
    """Make the copies of a room's photos on which faces are blurred, and delete those that are out of date."""

    def work(job: Job) -> None:
        if not veil_store.veil(job.room_id):  # the rest after others have had their turn
            jobs.request(kind=JobKind.VEIL, room_id=job.room_id)

    run(job_id, work, veil_room)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def settle_mode(job_id: int) -> None:
    """Make a room's faces what its mode says: gone, of those who said yes, or everybody's."""

    def work(job: Job) -> None:
        photo_ids = face_mode_store.settle(job.room_id)
        request_analysis(room_id=job.room_id, photo_ids=photo_ids)
        request_clustering(job.room_id)

    run(job_id, work, settle_mode)


@shared_task(soft_time_limit=RENDER_LIMIT_SECONDS, time_limit=RENDER_LIMIT_SECONDS + 30)
def render_photo(job_id: int) -> None:
    """Make the copies of an edited photo."""

    def work(job: Job) -> None:
        if job.photo_id:
            edit_store.render(job.photo_id)
            request_veiling(job.room_id)

    run(job_id, work, render_photo)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def render_room(job_id: int) -> None:
    """Make the copies of a room's edits that wait."""

    def work(job: Job) -> None:
        if not edit_queue.render_waiting(job.room_id):  # the rest after others have had their turn
            jobs.request(kind=JobKind.RENDER_MANY, room_id=job.room_id)
        request_veiling(job.room_id)

    run(job_id, work, render_room)


@shared_task(soft_time_limit=RENDER_LIMIT_SECONDS, time_limit=RENDER_LIMIT_SECONDS + 30)
def make_preview(preview_id: int) -> None:
    """Show what somebody who edits a photo has in mind."""
    edit_previews.make(preview_id)


def run(job_id: int, work: Callable[[Job], None], task: Any) -> None:
    """Claim, work under a heartbeat, finish; every way in which that can fail ends in the job's row."""
    job = jobs.claim(job_id)
    if job is None:
        return
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
        return
    if job.kind == JobKind.ANALYZE:
        request_clustering(job.room_id)


def try_again(job: Job, task: Any) -> None:
    if job.attempts >= settings.JOB_MAX_ATTEMPTS:
        jobs.fail(job, jobs.PACK_FAILED if job.kind == JobKind.PACK else UNEXPECTED)
        return
    jobs.release(job)
    ring(task, job.pk, RETRY_SECONDS * job.attempts)


TASKS = {
    JobKind.ANALYZE: analyze_photo,
    JobKind.DESCRIBE: describe_photo,
    JobKind.CLUSTER: cluster_room,
    JobKind.REGROUP: regroup_room,
    JobKind.LEARN: learn_room,
    JobKind.FIND: find_members,
    JobKind.ARRANGE: arrange_room,
    JobKind.TAGS: learn_tags,
    JobKind.NAMES: name_places,
    JobKind.PACK: pack_download,
    JobKind.VEIL: veil_room,
    JobKind.MODE: settle_mode,
    JobKind.RENDER: render_photo,
    JobKind.RENDER_MANY: render_room,
}
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


def ring_all(job_ids: Iterable[int]) -> None:
    kinds = dict(Job.objects.filter(pk__in=list(job_ids)).values_list("pk", "kind"))
    for job_id, kind in sorted(kinds.items()):
        ring(TASKS[JobKind(kind)], job_id)


@shared_task
def sweep() -> None:
    """Every few seconds: nothing is lost, nothing is stuck."""
    try:
        ring_all(jobs.sweep())
    except OperationalError:
        logger.warning("the sweeper could not reach the database and will try again")
