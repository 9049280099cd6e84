"""What time does: the trash is emptied and old download lists go (abandoned uploads: albums.upload_files)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from albums.counts import recount_people
from albums.models import Download, Face, Photo

DOWNLOAD_DAYS = 7
BATCH = 200


def empty_trash() -> int:
    """Delete for good what has been in the trash for TRASH_DAYS; files go after each batch's commit."""
    before = timezone.now() - timedelta(days=settings.TRASH_DAYS)
    deleted = 0
    while batch := list(Photo.objects.expired(before).values_list("pk", "room_id")[:BATCH]):
        pks = [pk for pk, _ in batch]
        people = Face.objects.filter(photo__in=pks, person__isnull=False).values_list("person", flat=True)
        touched = list(people.distinct())
        Photo.objects.filter(pk__in=pks).delete()
        recount_people(touched)
        deleted += len(pks)
    return deleted


def expire_downloads() -> int:
    return Download.objects.filter(created_at__lt=timezone.now() - timedelta(days=DOWNLOAD_DAYS)).delete()[0]
