"""Are the originals still what was uploaded? A nightly check hashes them again, those first that waited longest."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext_noop

from albums import lost_copies, orphans
from albums.batches import in_batches
from albums.models import FileProblem, Photo
from albums.models.endings import FileProblemKind

logger = logging.getLogger(__name__)

MISSING = gettext_noop("The original of this photo is missing from the site’s storage. Upload it again.")
CHANGED = gettext_noop(
    "The file of this photo is not what was uploaded any more: it is damaged. Upload the photo again."
)
CHUNK_BYTES = 1024 * 1024
BATCH = 200
NIGHT_SECONDS = 1800


@dataclass(slots=True)
class Report:
    """What a check found: originals and bytes read, those missing, changed and mended, and what belonged to nothing."""

    checked: int = 0
    size_bytes: int = 0
    missing: int = 0
    changed: int = 0
    mended: int = 0
    unread: int = 0
    files: int = 0
    orphans: int = 0
    removed: int = 0
    remade: int = 0  # edited photos whose copies were gone
    is_suspicious: bool = False


def check_at_night() -> Report:
    """The nightly run: originals within the budget, then what belongs to nothing is removed."""
    report = Report()
    verify(report, limit_bytes=settings.FILE_CHECK_BYTES, limit_seconds=NIGHT_SECONDS)
    report.remade = lost_copies.make_missing()
    sweep_orphans(report, removes=True)
    return report


def verify(report: Report, *, limit_bytes: int | None = None, limit_seconds: float | None = None) -> None:
    """Hash originals again, the longest unchecked first, until a limit is reached; without limits all of them."""
    started = time.monotonic()
    for photo in waiting():
        if (
            limit_bytes is not None
            and report.size_bytes + photo.size_bytes > limit_bytes
            and (report.checked or not limit_bytes)
        ):
            return
        if limit_seconds is not None and time.monotonic() - started > limit_seconds:
            return
        check(photo, report)


def waiting() -> Iterator[Photo]:
    """All photos, those in the trash as well; known damage last, so that it does not use up every night."""
    columns = ("pk", "room_id", "original", "sha256", "size_bytes", "damage", "verified_at")
    is_damaged = Case(When(damage="", then=Value(0)), default=Value(1))
    order = Photo.objects.order_by(is_damaged, F("verified_at").asc(nulls_first=True), "pk")
    keys = list(order.values_list("pk", flat=True))
    for batch in in_batches(keys, BATCH):
        rows = Photo.objects.only(*columns).in_bulk(batch)
        yield from (rows[key] for key in batch if key in rows)


def check(photo: Photo, report: Report) -> None:
    """Compare one original with its hash, and note what is wrong with it, or that it is right again."""
    try:
        found = digest(photo)
    except FileNotFoundError:
        found = ""
    except OSError as error:  # a storage that does not answer says nothing about the file
        logger.warning("the original of photo %s could not be read: %s", photo.pk, error)
        report.unread += 1
        return
    report.checked += 1
    report.size_bytes += photo.size_bytes if found else 0
    if found == photo.sha256:
        report.mended += bool(photo.damage)
        be_sound(photo)
        return
    if not Photo.objects.filter(pk=photo.pk, original=photo.original.name).exists():
        return  # deleted for good while it was read
    kind = FileProblemKind.CHANGED if found else FileProblemKind.MISSING
    report.changed += kind == FileProblemKind.CHANGED
    report.missing += kind == FileProblemKind.MISSING
    Photo.objects.filter(pk=photo.pk).update(damage=CHANGED if found else MISSING)
    FileProblem.objects.update_or_create(
        name=photo.original.name,
        defaults={
            "kind": kind,
            "room_id": photo.room_id,
            "photo": photo,
            "size_bytes": photo.size_bytes,
        },
    )
    logger.warning("the original of photo %s (%s) is %s", photo.pk, photo.original.name, kind.value)


def digest(photo: Photo) -> str:
    """SHA-256 of the file as it is now, in hex."""
    sha256 = hashlib.sha256()
    with photo.original.storage.open(photo.original.name or "", "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            sha256.update(chunk)
    return sha256.hexdigest()


def be_sound(photo: Photo) -> None:
    """Note that the original is what was uploaded."""
    Photo.objects.filter(pk=photo.pk).update(verified_at=timezone.now(), damage="")
    if photo.damage:
        FileProblem.objects.filter(name=photo.original.name).delete()


def sweep_orphans(report: Report, *, removes: bool, is_sure: bool = False) -> None:
    """Find what belongs to nothing; remove it unless there is so much of it that the database must be wrong.

    Args:
        is_sure: an administrator says so: remove it in any case.
    """
    found = orphans.take_stock(default_storage)
    report.files, report.orphans = found.files, len(found.orphans)
    report.is_suspicious = found.is_suspicious
    if removes and (is_sure or not found.is_suspicious):
        report.removed = orphans.remove(default_storage, found.orphans)
        return
    orphans.note(found.orphans)
    if removes:
        logger.error(
            "%s of %s files in the storage belong to nothing; they stay until check_files --remove-orphans",
            report.orphans,
            report.files,
        )
