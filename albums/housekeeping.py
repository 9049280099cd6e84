"""What time does: the trash is emptied, old download lists and selfies go (abandoned uploads: albums.upload_files)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from albums.batches import in_batches
from albums.counts import recount_people
from albums.models import (
    Comment,
    Download,
    Face,
    FaceMemory,
    FaceSearch,
    Notification,
    Photo,
    Refusal,
    ShareVisit,
)
from albums.models.people import Assignment
from albums.models.questions import SearchState
from albums.models.talk import NoticeKind

DOWNLOAD_DAYS = 7
NOTIFICATION_DAYS = 180  # since they were read
SELFIE_HOURS = 1
TOO_LONG = gettext_noop("Looking for you took too long. Try again.")
BATCH = 200


def empty_trash() -> int:
    """Delete for good what has been in the trash for TRASH_DAYS; files go after each batch's commit."""
    before = timezone.now() - timedelta(days=settings.TRASH_DAYS)
    Comment.objects.filter(deleted_at__lt=before).delete()
    deleted = 0
    while batch := list(Photo.objects.expired(before).values_list("pk", "room_id")[:BATCH]):
        pks = [pk for pk, _ in batch]
        people = Face.objects.filter(photo__in=pks, person__isnull=False).values_list("person", flat=True)
        touched = list(people.distinct())
        with transaction.atomic():
            remember_faces(pks)
            Photo.objects.filter(pk__in=pks).delete()
        recount_people(touched)
        deleted += len(pks)
    return deleted


def remember_faces(photo_ids: Sequence[int]) -> None:
    """Note what people said about the faces of photos that are deleted for good, in case the same photos come back.

    Call it in the transaction that deletes them. A box and who it is are kept, no descriptor.
    """
    for batch in in_batches(photo_ids, BATCH):
        _remember(batch)


def _remember(photo_ids: Sequence[int]) -> None:
    spoken = Q(person__isnull=False) & ~Q(assignment=Assignment.MACHINE)
    spoken |= Q(is_drawn=True) | Q(is_dismissed=True) | Q(refusals__isnull=False)
    faces = Face.objects.filter(spoken, photo__in=photo_ids).select_related("photo").order_by("pk").distinct()
    refused: dict[int, list[int]] = defaultdict(list)
    for face, person in Refusal.objects.filter(face__photo__in=photo_ids).values_list("face", "person"):
        refused[face].append(person)
    FaceMemory.objects.bulk_create(
        [_memory_of(face, refused[face.pk]) for face in faces.defer("descriptor")], batch_size=BATCH
    )


def _memory_of(face: Face, refused: list[int]) -> FaceMemory:
    return FaceMemory(
        room_id=face.room_id,
        sha256=face.photo.sha256,
        x=face.x,
        y=face.y,
        width=face.width,
        height=face.height,
        person_id=face.person_id if face.is_fixed else None,
        assignment=face.assignment,
        is_drawn=face.is_drawn,
        is_dismissed=face.is_dismissed,
        withdrawal=face.withdrawal,
        is_veiled=face.is_veiled,
        refused=sorted(refused),
    )


def expire_selfies() -> int:
    """A selfie that no worker has looked at is not kept for longer."""
    before = timezone.now() - timedelta(hours=SELFIE_HOURS)
    old = FaceSearch.objects.filter(created_at__lt=before, selfie__isnull=False)
    return old.update(state=SearchState.FAILED, failure=TOO_LONG, selfie=None)


def forget_notifications() -> int:
    """What was read long ago interests nobody; that an album was ready stays, for it is said once."""
    before = timezone.now() - timedelta(days=NOTIFICATION_DAYS)
    old = Notification.objects.filter(read_at__lt=before).exclude(kind=NoticeKind.ALBUM_READY)
    return old.delete()[0]


def expire_downloads() -> int:
    return Download.objects.filter(created_at__lt=timezone.now() - timedelta(days=DOWNLOAD_DAYS)).delete()[0]


def expire_visits() -> int:
    """Forget lines of the logs of share links that are older than SHARE_LOG_DAYS."""
    before = timezone.now() - timedelta(days=settings.SHARE_LOG_DAYS)
    return ShareVisit.objects.filter(at__lt=before).delete()[0]
