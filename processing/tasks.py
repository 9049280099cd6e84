"""EDGE: the Celery tasks. Thin: a key in, fetch, call the library, save. Safe to run twice."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import OperationalError

from albums.models import Job
from albums.models.jobs import JobKind
from processing import (
    copy_tasks,
    face_mode_store,
    face_store,
    job_tasks,
    jobs,
    learning_store,
    pack_store,
    people_store,
    place_names,
    search_store,
    store,
    tag_learning_store,
    tag_store,
)
from processing.arranging import room as room_order
from processing.copy_tasks import request_veiling
from processing.job_tasks import DEBOUNCE_SECONDS, REGROUP_DEBOUNCE_SECONDS

logger = logging.getLogger(__name__)

BUSY_PHOTOS = 20  # with more than these waiting, sorting less often leaves more time for looking at them
BUSY_DEBOUNCE_SECONDS = 15
LEARN_DEBOUNCE_SECONDS = 3
BUSY_LEARN_SECONDS = 60
ARRANGE_DEBOUNCE_SECONDS = 3  # times, places, events, duplicates, look-alikes
BUSY_ARRANGE_SECONDS = 30
CLUSTER_LIMIT_SECONDS = 1800  # a stadium; a party takes less than a second


def request_analysis(*, room_id: uuid.UUID, photo_ids: Iterable[int]) -> None:
    """Have photos looked at, once the transaction that made them is committed."""
    for photo_id in photo_ids:
        job_id = jobs.request(kind=JobKind.ANALYZE, room_id=room_id, photo_id=photo_id)
        if job_id:
            job_tasks.ring_after_commit(analyze_photo, job_id)


def request_clustering(room_id: uuid.UUID) -> None:
    """Have the faces of a room sorted into people soon; many requests become one run, fewer while many photos wait."""
    job_id = jobs.request(kind=JobKind.CLUSTER, room_id=room_id)
    if job_id:
        is_busy = jobs.is_busy(room_id, BUSY_PHOTOS)
        job_tasks.ring_after_commit(
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


def request_mode(room_id: uuid.UUID) -> None:
    """Have it done what a room has decided about faces."""
    request_now(JobKind.MODE, room_id=room_id)


def request_pack(*, room_id: uuid.UUID, download_id: uuid.UUID) -> None:
    """Have a zip prepared; somebody is waiting."""
    request_now(JobKind.PACK, room_id=room_id, download_id=download_id)


def request_later(kind: JobKind, room_id: uuid.UUID, delay_seconds: int) -> None:
    job_tasks.request_later(TASKS[kind], kind, room_id, delay_seconds)


def request_now(kind: JobKind, **of: Any) -> None:
    job_tasks.request_now(TASKS[kind], kind, **of)


@shared_task
def analyze_photo(job_id: int) -> None:
    """Look at one photo: metadata, renditions, faces; then ask for the room's faces to be sorted."""

    def work(job: Job) -> None:
        if job.photo_id and store.analyze(job.photo_id):
            if face_mode_store.has_forbidden_faces(job.room_id):  # switched off meanwhile
                request_mode(job.room_id)
            copy_tasks.settle_covered(job.room_id, [job.photo_id])
            request_arranging(job.room_id)
            request_clustering(job.room_id)
            request_veiling(job.room_id)
            if face_store.undescribed(job.photo_id).exists():
                request_description(room_id=job.room_id, photo_id=job.photo_id)

    failed = job_tasks.run(job_id, work, analyze_photo)
    if failed is not None:  # it may have been the last of its upload, and the others wait to be sorted
        request_clustering(failed.room_id)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def cluster_room(job_id: int) -> None:
    """Sort the faces of one room into people, in a large room the new ones."""
    job_tasks.run(job_id, lambda job: follow(job, people_store.group_faces(job.room_id)), cluster_room)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def regroup_room(job_id: int) -> None:
    """Sort all faces of a large room once more, after new ones were only added to it."""
    job_tasks.run(job_id, lambda job: follow(job, people_store.regroup_faces(job.room_id)), regroup_room)


def follow(job: Job, sorting: people_store.Sorting) -> None:
    """Ask for what a sort makes necessary."""
    if not sorting.is_current:  # somebody changed people meanwhile: look again
        jobs.request(kind=JobKind(job.kind), room_id=job.room_id)
    if not sorting.is_whole:
        request_regrouping(job.room_id)
    copy_tasks.settle_covered(job.room_id)
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

    job_tasks.run(job_id, work, learn_room)


@shared_task
def find_members(job_id: int) -> None:
    """Look for the members of a room who asked for it."""
    job_tasks.run(job_id, lambda job: search_store.search_room(job.room_id), find_members)


@shared_task
def describe_photo(job_id: int) -> None:
    """Describe the faces that people drew on a photo, and have them sorted."""

    def work(job: Job) -> None:
        if job.photo_id and store.describe_drawn(job.photo_id):
            request_clustering(job.room_id)

    job_tasks.run(job_id, work, describe_photo)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def arrange_room(job_id: int) -> None:
    """Put the photos of a room in order: times, places, events, duplicates, look-alikes."""

    def work(job: Job) -> None:
        if room_order.arrange(job.room_id):
            request_tag_learning(job.room_id)
            request_place_names(job.room_id)

    job_tasks.run(job_id, work, arrange_room)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def learn_tags(job_id: int) -> None:
    """Learn a room's own tags and propose them."""
    job_tasks.run(job_id, lambda job: tag_learning_store.learn(job.room_id), learn_tags)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def name_places(job_id: int) -> None:
    """Ask the Nominatim server for better names of a room's places, one a second for the whole site."""

    def work(job: Job) -> None:
        if place_names.improve(job.room_id):
            request_arranging(job.room_id)

    job_tasks.run(job_id, work, name_places)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def pack_download(job_id: int) -> None:
    """Prepare a zip whose bytes differ from the originals."""

    def work(job: Job) -> None:
        if job.download_id and not pack_store.pack(job.download_id):
            # the rest after others have had their turn
            jobs.request(kind=JobKind.PACK, room_id=job.room_id, download_id=job.download_id)

    job_tasks.run(job_id, work, pack_download)


@shared_task(soft_time_limit=CLUSTER_LIMIT_SECONDS, time_limit=CLUSTER_LIMIT_SECONDS + 30)
def settle_mode(job_id: int) -> None:
    """Make a room's faces what its mode says: gone, of those who said yes, or everybody's."""

    def work(job: Job) -> None:
        photo_ids = face_mode_store.settle(job.room_id)
        request_analysis(room_id=job.room_id, photo_ids=photo_ids)
        request_clustering(job.room_id)

    job_tasks.run(job_id, work, settle_mode)


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
    JobKind.VEIL: copy_tasks.veil_room,
    JobKind.MODE: settle_mode,
    JobKind.RENDER: copy_tasks.render_photo,
    JobKind.RENDER_MANY: copy_tasks.render_room,
}


def ring_all(job_ids: Iterable[int]) -> None:
    kinds = dict(Job.objects.filter(pk__in=list(job_ids)).values_list("pk", "kind"))
    for job_id, kind in sorted(kinds.items()):
        job_tasks.ring(TASKS[JobKind(kind)], job_id)


@shared_task
def sweep() -> None:
    """Every few seconds: nothing is lost, nothing is stuck."""
    try:
        ring_all(jobs.sweep())
    except OperationalError:
        logger.warning("the sweeper could not reach the database and will try again")
