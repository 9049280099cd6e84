"""EDGE: the Celery tasks that come by the clock, and what a worker does first."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from albums import endings, file_checks, housekeeping, lost_copies, news_mails, upload_files
from processing import (
    borrowed_store,
    copy_tasks,
    covered_store,
    edit_previews,
    edit_queue,
    jobs,
    place_names,
    rendition_store,
    store,
    tasks,
)

LOOK_AGAIN_AT_ONCE = 5000
FILE_CHECK_LIMIT_SECONDS = 7200  # half an hour of reading, then a look at every name in the storage
COMPLETION_LIMIT_SECONDS = 1800  # of an hour
MAIL_LIMIT_SECONDS = 1800


@shared_task
def tidy() -> None:
    """Every hour: the trash, abandoned uploads, old downloads and selfies, photos that a newer analyzer has not seen."""
    look_again()
    housekeeping.empty_trash()
    upload_files.expire_uploads()
    housekeeping.expire_downloads()
    housekeeping.expire_selfies()
    housekeeping.forget_notifications()
    housekeeping.expire_visits()
    edit_previews.drop_old()
    lost_copies.make_outdated()
    for room_id in borrowed_store.rooms():
        copy_tasks.settle_borrowed(room_id)
    for room_id in covered_store.rooms():
        copy_tasks.settle_covered(room_id)
    for room_id in edit_queue.forgotten_rooms():
        copy_tasks.request_rendering_of_many(room_id)
    for room_id in place_names.recent_rooms() if settings.NOMINATIM_URL else []:
        tasks.request_place_names(room_id)
    endings.tell_members()
    endings.end_rooms()


@shared_task(soft_time_limit=COMPLETION_LIMIT_SECONDS, time_limit=COMPLETION_LIMIT_SECONDS + 30)
def complete_photos() -> None:
    """Every hour: placeholders and sizes that photos of earlier versions lack; nothing to do once they have them."""
    rendition_store.complete_photos()


@shared_task(soft_time_limit=MAIL_LIMIT_SECONDS, time_limit=MAIL_LIMIT_SECONDS + 30)
def mail_news() -> None:
    """Every few minutes: one mail to everybody for whom something is new and it has become quiet."""
    news_mails.send_due()


@shared_task(soft_time_limit=FILE_CHECK_LIMIT_SECONDS, time_limit=FILE_CHECK_LIMIT_SECONDS + 30)
def check_files() -> None:
    """Every night: originals against their hashes, files that belong to nothing."""
    file_checks.check_at_night()


def look_again() -> None:
    """Queue photos for analyzers that are new or have a newer version; the next hour takes the next ones."""
    for room_id, photo_ids in store.outdated_photos(LOOK_AGAIN_AT_ONCE).items():
        tasks.request_analysis(room_id=room_id, photo_ids=photo_ids)


@worker_ready.connect
def recover(**kwargs: Any) -> None:
    """The only worker of an embedded site starts: take up again whatever the last one left."""
    if settings.IS_EMBEDDED:
        look_again()
        tasks.ring_all(jobs.recover())
