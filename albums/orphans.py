"""Files in the storage that belong to nothing: left behind by a crash, a full disk, or a deletion that failed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.files.storage import Storage
from django.utils import timezone

from albums.batches import in_batches
from albums.models import Download, EditedCopy, EditPreview, Face, FileProblem, Photo, Rendition, VeiledCopy
from albums.models.endings import FileProblemKind
from albums.packs import FOLDER as PACKS

ROOMS = "rooms"
OWNERS = (
    (Photo, "original"),
    (Rendition, "file"),
    (Face, "crop"),
    (VeiledCopy, "file"),
    (EditedCopy, "file"),
    (EditPreview, "file"),
)
AGE = timedelta(days=1)  # younger ones may be on their way to their row
BATCH = 500
MOST_KEPT = 20_000  # names of orphans in memory; the next night finds the rest
SUSPICIOUS_SHARE, SUSPICIOUS_COUNT = (
    0.2,
    50,
)  # a database that was restored from an old backup knows too few files


@dataclass(frozen=True, slots=True)
class Orphan:
    """A file of the storage that belongs to nothing."""

    name: str
    size_bytes: int


@dataclass(slots=True)
class Inventory:
    """What was found in the storage: files in all, and those that belong to nothing."""

    files: int = 0
    orphans: list[Orphan] = field(default_factory=list)

    @property
    def is_suspicious(self) -> bool:
        """So many that the database, not the files, is probably wrong."""
        return len(self.orphans) > max(SUSPICIOUS_COUNT, SUSPICIOUS_SHARE * self.files)


def take_stock(storage: Storage, *, now: datetime | None = None) -> Inventory:
    """Look for files that belong to nothing and are older than a day, in our own folders only."""
    before = (now or timezone.now()) - AGE
    found = Inventory()
    for names, owned in (*rooms(storage), *packs(storage)):
        found.files += len(names)
        for name in names:
            if name not in owned and len(found.orphans) < MOST_KEPT and is_older(storage, name, before):
                found.orphans.append(Orphan(name, size_of(storage, name)))
    return found


def rooms(storage: Storage) -> Iterator[tuple[Sequence[str], set[str]]]:
    """Files of rooms in batches, each with those that rows name."""
    for names in batches(storage, ROOMS):
        yield names, named(names)


def named(names: Sequence[str]) -> set[str]:
    """Which of these files a row names."""
    owned: set[str] = set()
    for model, column in OWNERS:
        rows = model._default_manager.filter(**{f"{column}__in": names})
        owned.update(rows.values_list(column, flat=True))
    return owned


def packs(storage: Storage) -> Iterator[tuple[Sequence[str], set[str]]]:
    """Prepared bytes of zips, each folder with the download that it is named after."""
    for folder in folders_in(storage, PACKS):
        is_owned = is_uuid(folder) and Download.objects.filter(pk=folder).exists()
        for names in batches(storage, f"{PACKS}/{folder}"):
            yield names, set(names) if is_owned else set()


def is_uuid(text: str) -> bool:
    with suppress(ValueError):
        uuid.UUID(text)
        return True
    return False


def batches(storage: Storage, folder: str) -> Iterator[list[str]]:
    """The names of all files below a folder, some hundred at a time."""
    waiting = [folder]
    names: list[str] = []
    while waiting:
        here = waiting.pop()
        folders, files = listed(storage, here)
        waiting += [f"{here}/{name}" for name in sorted(folders, reverse=True)]
        names += [f"{here}/{name}" for name in sorted(files)]
        while len(names) >= BATCH:
            yield names[:BATCH]
            names = names[BATCH:]
    if names:
        yield names


def folders_in(storage: Storage, folder: str) -> list[str]:
    return sorted(listed(storage, folder)[0])


def listed(storage: Storage, folder: str) -> tuple[list[str], list[str]]:
    """Folders and files in a folder; none where it is not there (any more)."""
    try:
        folders, files = storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return [], []
    return [name for name in folders if name], [name for name in files if name]


def is_older(storage: Storage, name: str, before: datetime) -> bool:
    try:
        return storage.get_modified_time(name) < before
    except FileNotFoundError:  # gone meanwhile
        return False


def size_of(storage: Storage, name: str) -> int:
    try:
        return storage.size(name)
    except FileNotFoundError:
        return 0


def remove(storage: Storage, orphans: Sequence[Orphan]) -> int:
    """Delete orphans for good; answers how many. What became somebody's since it was found stays."""
    count = 0
    for batch in in_batches(orphans, BATCH):
        names = [orphan.name for orphan in batch]
        owned = named(names)
        for name in names:
            if name not in owned:
                storage.delete(name)
                count += 1
    FileProblem.objects.filter(kind=FileProblemKind.ORPHAN).delete()
    return count


def note(orphans: Sequence[Orphan]) -> None:
    """List orphans for the administrators instead of removing them, in place of those of the last time."""
    FileProblem.objects.filter(kind=FileProblemKind.ORPHAN).delete()
    rows = [
        FileProblem(kind=FileProblemKind.ORPHAN, name=orphan.name, size_bytes=orphan.size_bytes)
        for orphan in orphans
        if len(orphan.name) <= 255
    ]
    FileProblem.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
