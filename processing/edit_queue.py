"""EDGE: makes the copies of many edits, one after the other, however many workers are at it.

One worker has the job of a room and calls others that have nothing else to do. Each edit is claimed before it is begun. A claim runs
out by itself: what a worker held that was killed is begun again, and a photo that ends its worker time after time is given up, so
that it does not hold up the rest.
"""

from __future__ import annotations

import logging
import os
import time
import uuid
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from albums.models import Edit
from albums.models.edits import CLAIM, EditState
from processing import edit_store
from processing.errors import ProcessingError
from processing.jobs import GAVE_UP

logger = logging.getLogger(__name__)

SLICE_SECONDS = (
    5  # then who waits for a preview has a turn, and one photo of an upload; the rest is asked for again
)
FORGOTTEN = timedelta(minutes=15)
LOOK_AGAIN_SECONDS = 0.5  # while the last ones are in other hands
FAILED = "Something went wrong inside Photoroom while processing this photo. Try again."


def render_waiting(room_id: uuid.UUID) -> bool:
    """Make the copies of a room's edits that wait, the oldest first; False if time ran out and something is left."""
    until = time.monotonic() + SLICE_SECONDS
    drop_unwanted(room_id)
    while time.monotonic() < until:
        edit = claim(room_id)
        if edit is not None:
            render(edit)
        elif waiting_in(room_id).exists():  # somebody else is at it; if that ends badly, it is begun here
            time.sleep(LOOK_AGAIN_SECONDS)
        else:
            return True
    return not waiting_in(room_id).exists()


def helpers_wanted(room_id: uuid.UUID) -> int:
    """How many workers are called to work beside the one that has the room's job: one for each further edit, but one stays free.

    That one is for who waits for a preview, or for one photo.
    """
    most = max(0, (settings.WORKERS or os.cpu_count() or 1) - 2)
    return max(0, len(waiting_in(room_id).order_by().values_list("pk")[: most + 1]) - 1)


def help_rendering(room_id: uuid.UUID, until: float) -> None:
    """Make the copies of a room's edits that nobody has begun, as long as time is left.

    Args:
        until: seconds since 1970, when the turn of whoever called for help ends; with others waiting a call is heard later.
    """
    while time.time() < until:
        edit = claim(room_id)
        if edit is None:
            return
        render(edit)


def waiting_in(room_id: uuid.UUID) -> QuerySet[Edit]:
    """Those edits of a room that wait; what lies in the trash waits for its return."""
    return Edit.objects.filter(photo__room=room_id, state=EditState.WAITING, photo__deleted_at=None)


def forgotten_rooms() -> list[uuid.UUID]:
    """Rooms with edits that have waited for long without being begun: whoever was to make them has given up, or was never told."""
    now = timezone.now()
    rows = Edit.objects.filter(state=EditState.WAITING, created_at__lt=now - FORGOTTEN, photo__edit=F("pk"))
    free = rows.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), photo__deleted_at=None)
    return list(free.order_by().values_list("photo__room", flat=True).distinct())


def drop_unwanted(room_id: uuid.UUID) -> None:
    """Edits that nobody wants any more, because another one of their photo was decided on."""
    unwanted = waiting_in(room_id).exclude(photo__edit=F("pk")).values_list("pk", flat=True)
    for pk in list(unwanted):
        drop(pk)


def drop(edit_id: int) -> None:
    rows = Edit.objects.filter(pk=edit_id, state=EditState.WAITING)
    rows.exclude(photo__edit=edit_id).update(state=EditState.CANCELLED)


def claim(room_id: uuid.UUID) -> Edit | None:
    """Take the oldest edit that is in nobody's hands."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    while True:
        pk = waiting_in(room_id).filter(free).order_by("pk").values_list("pk", flat=True).first()
        if pk is None:
            return None
        # by columns of the row itself: whoever waited for another claim to be written finds it
        taken = Edit.objects.filter(free, pk=pk, state=EditState.WAITING).update(
            claimed_until=timezone.now() + CLAIM, attempts=F("attempts") + 1
        )
        if taken:
            return Edit.objects.select_related("photo").get(pk=pk)


def render(edit: Edit) -> None:
    """Make the copies of a claimed edit. Whatever is wrong with one photo stays with it; a database that is away is everybody's."""
    if edit.photo.edit_id != edit.pk:
        drop(edit.pk)
        return
    if edit.attempts > settings.JOB_MAX_ATTEMPTS - 1:  # the job itself has one more
        fail(edit, GAVE_UP.format(attempts=edit.attempts - 1))
        return
    try:
        edit_store.render(edit.photo_id)
    except ProcessingError as error:
        logger.warning("edit %s of photo %s failed: %s", edit.pk, edit.photo_id, error)
    except (OperationalError, InterfaceError):
        Edit.objects.filter(pk=edit.pk).update(claimed_until=None)
        raise
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        logger.exception("edit %s of photo %s failed", edit.pk, edit.photo_id)
        fail(edit, FAILED)
    drop(edit.pk)  # if somebody decided otherwise meanwhile


def fail(edit: Edit, sentence: str) -> None:
    rows = Edit.objects.filter(pk=edit.pk, state=EditState.WAITING)
    rows.update(state=EditState.FAILED, failure=sentence[:300])
