"""EDGE: prepares the files of a zip whose bytes differ from the originals.

New bytes are collected in packs, files in the storage of some dozen megabytes; beside each lies a list of what is in it. A
pack counts when its list is there, so a killed run loses one pack at most and any worker can go on.
"""

from __future__ import annotations

import io
import json
import logging
import tempfile
import time
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType
from typing import Any, TypedDict

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from albums import veils
from albums.batches import in_batches
from albums.edited_copies import FULL, SIDES_PX
from albums.edited_copies import copy_of as edited_copy
from albums.models import Download, Photo
from albums.models.downloads import DownloadState
from albums.packs import delete_packs, files_in, folder_of, pack_name
from albums.veils import Veil
from albums.zip_options import ZipOptions
from processing import edit_store, pack_contents, veil_store
from processing.errors import ProcessingError, UnreadableImage
from processing.exporting.choices import Edits, Metadata, Size
from processing.exporting.copies import Copy, make_copy
from processing.exporting.parts import CannotSplice, Part, Range, crc_of, size_of
from processing.exporting.xmp import PhotoNotes
from processing.notes_store import as_shown, photos_with_notes
from processing.stored_files import local_copy

logger = logging.getLogger(__name__)

PACK_BYTES = 48 << 20
PACK_SECONDS = 20
SLICE_SECONDS = 90  # then others may work; the rest is asked for again
SAY_SECONDS = 1
BATCH = 100
WEB_PX = max(SIDES_PX)
FORMATS = {
    "image/jpeg": ("JPEG", ".jpg"),
    "image/png": ("PNG", ".png"),
    "image/webp": ("WEBP", ".webp"),
}
NO_SPACE = "There is not enough room on the site's disk to prepare this download. Tell the administrator, or choose originals."
MISSING = "its file on this site is missing or damaged"
UNEDITED = "what was changed on it could not be made again"
UNVEILED = "somebody in it asked not to be shown"
DELETED = "it was deleted while the zip was prepared"
NOTHING_LEFT = "Nothing is left to download: no photo of it could be prepared."


class Made(TypedDict, total=False):
    """What was made of one photo. A file is [bytes, crc32, [[pack or "", start, length], ...]]."""

    file: list[Any]
    suffix: str
    sidecar: list[Any]
    thumbnail: list[Any]
    preview: list[Any]
    veil: int  # of the veiled copy that it was made from (albums/veils.py)
    edit: int  # that it shows
    people: list[str]  # who is named on the page; absent: all who are known on the photo
    beside: Made  # of the original, where that is wanted, too
    why: str  # it is left out


class Stopped(Exception):
    """The download was cancelled or is in other hands."""


def pack(download_id: uuid.UUID) -> bool:
    """Prepare a download; True when nothing is left to do, False if the rest has to be asked for again."""
    download = Download.objects.select_related("room").filter(pk=download_id).first()
    if download is None or download.state != DownloadState.PREPARING:
        return True
    try:
        return _prepare(download)
    except Stopped:
        delete_packs(folder_of(download_id))
        return True
    except OSError as error:
        if error.errno == 28:  # ENOSPC
            raise ProcessingError(NO_SPACE) from error
        raise


def _prepare(download: Download) -> bool:
    options = ZipOptions.of(download.options)
    folder = folder_of(download.pk)
    made = read_lists(folder)
    wanted = list(dict.fromkeys(entry[0] for entry in download.entries))
    left = [photo_id for photo_id in wanted if photo_id not in made]
    until = time.monotonic() + SLICE_SECONDS
    number = len(made)
    while left:
        if time.monotonic() > until:
            return False
        with Pack(folder, f"{number:07d}") as box:
            for photo_id, found in photos_in_order(download, left):
                box.made[photo_id] = made_for(download.user, found, options, box)
                box.say(download, len(made) + len(box.made))
                if box.is_full:
                    break
            box.save()
        if not said(download, len(made) + len(box.made)):
            raise Stopped
        made |= box.made
        left = left[len(box.made) :]
        number += len(box.made)
    with Pack(folder, "contents") as box:
        entries, counts = pack_contents.assemble(download, options, made, box.add)
        box.save()
    if not counts.photos:
        raise ProcessingError(NOTHING_LEFT)
    numbers = {str(photo_id): what["veil"] for photo_id, what in made.items() if "veil" in what}
    _finish(download, folder, entries, counts, numbers)
    return True


def _finish(
    download: Download,
    folder: str,
    entries: list[list[Any]],
    counts: pack_contents.Counts,
    numbers: dict[str, int],
) -> None:
    """A download that is gone by now takes its packs with it."""
    done = Download.objects.filter(pk=download.pk, state=DownloadState.PREPARING).update(
        entries=entries,
        pack=folder,
        state=DownloadState.READY,
        prepared=counts.photos,
        photo_count=counts.photos,
        file_count=counts.files,
        size_bytes=counts.size_bytes,
        veils=numbers,
        created_at=timezone.now(),  # it is kept for as long as one that was ready at once
    )
    if not done:
        raise Stopped


def said(download: Download, prepared: int) -> bool:
    """Note how far it is; False if nobody wants it any more."""
    return bool(
        Download.objects.filter(pk=download.pk, state=DownloadState.PREPARING).update(prepared=prepared)
    )


def photos_in_order(
    download: Download, ids: list[int]
) -> Iterator[tuple[int, tuple[Photo, PhotoNotes] | None]]:
    """The photos with what is known about them; None for those that have gone."""
    for batch in in_batches(ids, BATCH):
        found = photos_with_notes(download.room, batch)
        for photo_id in batch:
            yield photo_id, found.get(photo_id)


def made_for(
    user: User | None, found: tuple[Photo, PhotoNotes] | None, options: ZipOptions, box: Pack
) -> Made:
    """What the zip of this user holds of one photo: of others who asked for it the face is blurred, whatever was chosen."""
    if found is None:
        return Made(why=DELETED)
    photo, notes = found
    veil, edit = veils.veil_of(photo), photo.shown_edit_id
    if veil.is_for(user):
        made = make_veiled(photo, notes, veil, options, box)
    elif not edit or options.edits is Edits.ORIGINALS:
        return make(photo, notes, options, box)
    else:
        made = make_edited(photo, as_shown(photo, notes), options, box)
        if options.edits is Edits.BOTH:
            made["beside"] = make(photo, notes, replace(options, has_index=False), box)
    if edit:
        made["edit"] = edit
    return made


def make_edited(photo: Photo, notes: PhotoNotes, options: ZipOptions, box: Pack) -> Made:
    """The same of what somebody made of the photo; `notes` are of that."""
    is_small = options.size is Size.WEB
    made = Made(suffix="", people=[who for who, _ in notes.people])
    try:
        data, content_type = edited_bytes(photo, WEB_PX if is_small else FULL)
        if is_small:
            with local_copy(photo.original) as path, path.open("rb") as stream:
                copy = make_copy(stream, photo.format, notes, options.metadata, data)
        else:
            copy = make_copy(io.BytesIO(data), FORMATS[content_type][0], notes, options.metadata)
        made["suffix"] = FORMATS[content_type][1]
        made["file"] = box.add(_whole(copy, data))
        if copy.sidecar:
            made["sidecar"] = box.add(copy.sidecar)
        if options.has_index:
            made["thumbnail"] = box.add(edited_bytes(photo, min(SIDES_PX))[0])
    except FileNotFoundError:
        return Made(why=MISSING)
    except CannotSplice as error:
        return Made(why=str(error))
    except ProcessingError:
        return Made(why=UNEDITED)
    return made


def edited_bytes(photo: Photo, side_px: int) -> tuple[bytes, str]:
    """An edited copy and its content type; made here where its file has gone.

    Raises:
        ProcessingError: with a sentence.
    """
    row = edited_copy(photo, side_px)
    try:
        if row is not None:
            return _read(row), row.content_type
    except FileNotFoundError:
        pass
    made = edit_store.make(photo, photo.shown_edit) if photo.shown_edit else None
    if made is None:
        raise ProcessingError(UNEDITED)
    file = next(file for file in made.files if file.side_px == side_px)
    return file.data, file.content_type


def _whole(copy: Copy, data: bytes) -> bytes:
    """All bytes of a copy made of these."""
    return b"".join(data[part.start : part.stop] if isinstance(part, Range) else part for part in copy.parts)


def make_veiled(photo: Photo, notes: PhotoNotes, veil: Veil, options: ZipOptions, box: Pack) -> Made:
    """The same of a veiled copy, nothing of which comes from the photo itself."""
    try:
        copies = veil_store.copies_of(photo, veil)
        notes = as_shown(photo, notes)
    except (ProcessingError, FileNotFoundError):
        return Made(why=MISSING)
    full = copies.get(veil_store.FULL)
    if full is None:
        return Made(why=UNVEILED)
    sides = {side: row for side, row in copies.items() if side != veil_store.FULL}
    sent = sides[max(sides)] if options.size is Size.WEB else full
    data = _read(sent)
    made = Made(suffix=sent.suffix, veil=veil.number, people=[who for who, _ in notes.people])
    try:
        if options.metadata is Metadata.AS_IS:
            made["file"] = box.add(data)
        else:
            copy = make_copy(io.BytesIO(data), FORMATS[sent.content_type][0], notes, options.metadata)
            made["file"] = box.add(_whole(copy, data))
            if copy.sidecar:
                made["sidecar"] = box.add(copy.sidecar)
    except CannotSplice as error:
        return Made(why=str(error))
    if options.has_index:
        made["thumbnail"] = box.add(_read(sides[min(sides)]))
    return made


def make(photo: Photo, notes: PhotoNotes, options: ZipOptions, box: Pack) -> Made:
    """Make what the zip holds of one photo."""
    if photo.damage:
        return Made(why=MISSING)
    renditions = {row.side_px: row for row in photo.renditions.all()}
    made = Made(suffix="")
    try:
        small = _small(renditions) if options.size is Size.WEB and not photo.is_video else None
        if options.metadata is Metadata.AS_IS and small is None:
            made["file"] = [photo.size_bytes, photo.crc32, [["", 0, photo.size_bytes]]]
        else:
            with local_copy(photo.original) as path, path.open("rb") as stream:
                if path.stat().st_size != photo.size_bytes:
                    return Made(why=MISSING)
                copy = make_copy(stream, photo.format, notes, options.metadata, small)
                crc = crc_of(copy.parts, stream, original_crc=photo.crc32, original_size=photo.size_bytes)
            made.update(_kept(copy, crc, box))
        if options.has_index:
            made.update(_pictures(photo, renditions, made, box))
    except (UnreadableImage, FileNotFoundError):
        return Made(why=MISSING)
    except CannotSplice as error:
        return Made(why=str(error))
    return made


def _kept(copy: Copy, crc: int, box: Pack) -> Made:
    made = Made(suffix=copy.suffix, file=[size_of(copy.parts), crc, [box.place(part) for part in copy.parts]])
    if copy.sidecar:
        made["sidecar"] = box.add(copy.sidecar)
    return made


def _small(renditions: dict[int, Any]) -> bytes | None:
    """The largest rendition, or None where there is none: then the original is sent."""
    return _read(renditions[max(renditions)]) if renditions else None


def _pictures(photo: Photo, renditions: dict[int, Any], made: Made, box: Pack) -> Made:
    """What the page in the zip shows: a thumbnail, and a larger picture where browsers can't show the file itself."""
    pictures = Made()
    if renditions:
        pictures["thumbnail"] = box.add(_read(renditions[min(renditions)]))
        if photo.format not in pack_contents.SHOWN and not made["suffix"]:
            pictures["preview"] = box.add(_read(renditions[max(renditions)]))
    return pictures


def _read(rendition: Any) -> bytes:
    with rendition.file.open("rb") as file:
        data: bytes = file.read()
    return data


def read_lists(folder: str) -> dict[int, Made]:
    """What earlier runs have made, by photo."""
    made: dict[int, Made] = {}
    for name in sorted(files_in(folder)):
        if name.endswith(".json"):
            with default_storage.open(f"{folder}/{name}") as file:
                made |= {int(pk): found for pk, found in json.load(file).items()}
    return made


class Pack:
    """New bytes on their way into the storage, with the list of what they are."""

    def __init__(self, folder: str, name: str) -> None:
        self.folder, self.name = folder, name
        self.key = f"{name}-{uuid.uuid4().hex[:8]}"  # two runs at once never write the same file
        self.made: dict[int, Made] = {}
        self.size = 0
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by __exit__)
        self._started = self._said = time.monotonic()

    def __enter__(self) -> Pack:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def is_full(self) -> bool:
        return self.size >= PACK_BYTES or time.monotonic() - self._started >= PACK_SECONDS

    def add(self, data: bytes) -> list[Any]:
        """Put a whole file into the pack."""
        return [len(data), zlib.crc32(data), [self.place(data)]]

    def place(self, part: Part) -> list[Any]:
        """Where a part will be found; new bytes are put into the pack."""
        if isinstance(part, Range):
            return ["", part.start, len(part)]
        self._file.write(part)
        self.size += len(part)
        return [self.key, self.size - len(part), len(part)]

    def say(self, download: Download, prepared: int) -> None:
        """Say how far it is, at most once a second."""
        now = time.monotonic()
        if now - self._said >= SAY_SECONDS:
            self._said = now
            if not said(download, prepared):
                raise Stopped

    def save(self) -> None:
        """Store the bytes, then the list that makes them count."""
        if self.size:
            self._file.seek(0)
            default_storage.save(pack_name(self.folder, self.key), File(self._file))
        if self.made:
            name = f"{self.folder}/{self.key}.json"
            default_storage.save(name, ContentFile(json.dumps(self.made).encode()))
