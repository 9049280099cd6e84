"""EDGE: puts a prepared zip together: which file lies where, the page that shows them, and what has to be said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from albums.models import Download, Photo
from albums.zip_options import ZipOptions
from albums.zip_plans import INDEX_FOLDER, INDEX_NAME, README_NAME
from albums.zip_rows import is_beside, is_edited
from processing.exporting import offline
from processing.exporting.choices import Edits, Metadata, Size
from processing.exporting.names import ArcNames
from processing.exporting.splice import SIDECAR_SUFFIX
from processing.exporting.xmp import PhotoNotes
from processing.notes_store import photos_with_notes

# Formats that every browser shows by itself; of others the page in the zip has a larger picture of its own.
SHOWN = frozenset({"JPEG", "MPO", "PNG", "WEBP", "GIF", "AVIF", "MP4", "MOV"})
NO_MOMENT = [1980, 1, 1, 0, 0, 0]  # the first that a zip can hold: says nothing
BATCH = 500

Entry = list[Any]
Add = Callable[[bytes], list[Any]]


class Counts(NamedTuple):
    photos: int
    files: int
    size_bytes: int


def assemble(
    download: Download, options: ZipOptions, made: Mapping[int, Any], add: Add
) -> tuple[list[Entry], Counts]:
    """Lay out the zip.

    Args:
        download: its entries are the plan: photo and path.
        options: how it was asked for.
        made: what was made of each photo.
        add: keeps new bytes and says where.

    Returns:
        The entries of Download, and what they are in numbers (of the photos, not of what is beside them).
    """
    times = _times(download, list(made))
    names = ArcNames()
    for row in download.entries:
        names.reserve(row[1])
    entries: list[Entry] = []
    first_paths: dict[int, str] = {}
    files = 0
    for row in download.entries:
        pk, planned = row[:2]
        what = made[pk].get("beside", {}) if is_beside(row) else made[pk]
        if "file" not in what or pk not in times:
            continue
        moment = NO_MOMENT if options.is_stripped else times[pk][1]
        edit = [what["edit"]] if "edit" in what else []
        is_reverted = (
            is_edited(row) and not edit
        )  # meanwhile: it is the photo as it was added, under its own suffix
        path = _renamed(planned, what["suffix"] or (times[pk][2] if is_reverted else ""), names)
        entries.append([pk, path, *_at(what["file"], moment), *edit])
        first_paths.setdefault(pk, path)
        files += 1
        if "sidecar" in what:
            beside = names.file(f"{PurePosixPath(path).name}{SIDECAR_SUFFIX}", _folder(path))
            entries.append([pk, beside, *_at(what["sidecar"], moment), *edit])
    if first_paths and options.has_index:
        in_order = sorted(first_paths, key=lambda pk: (times[pk][0], pk))
        shown = {pk: first_paths[pk] for pk in in_order}
        entries = _with_index(download, options, made, add, shown) + entries
    if text := readme(options, made, download.entries):
        entries.append([0, README_NAME, *_at(add(text.encode()), NO_MOMENT)])
    return entries, Counts(len(first_paths), files, sum(entry[2] for entry in entries))


def readme(options: ZipOptions, made: Mapping[int, Any], plan: list[Entry]) -> str:
    """What has to be said about a zip; empty if nothing has to be."""
    paths: dict[int, str] = {row[0]: row[1] for row in reversed(plan)}
    gone = [f"- {paths[pk]}: {what['why']}" for pk, what in made.items() if "why" in what]
    lines = []
    if gone:
        lines += ["These files are not in this zip:", *gone, ""]
    if options.is_stripped:
        lines += [
            "Place, time and everything else that cameras write into files has been taken out, and the names are new.",
            "What can be seen on the photos themselves is still there.",
            "",
        ]
    if options.metadata is Metadata.SIDECAR or any("sidecar" in what for what in made.values()):
        lines += [
            "Files that end in .xmp tell what is known about the photo or video of the same name: people, tags, place.",
            "Programs like digiKam, darktable and Lightroom read them from the same folder.",
            "",
        ]
    if options.size is Size.WEB and any(path.lower().endswith((".mp4", ".mov")) for path in paths.values()):
        lines += ["Photos are small copies; videos are as they were uploaded.", ""]
    return "\r\n".join(lines)


def _with_index(
    download: Download, options: ZipOptions, made: Mapping[int, Any], add: Add, paths: Mapping[int, str]
) -> list[Entry]:
    """The page, first in the zip, and its pictures; photos in the order of `paths`."""
    pictures: list[Entry] = []
    shown: list[offline.OfflinePhoto] = []
    for batch in _batches(list(paths)):
        found = photos_with_notes(download.room, batch)
        for pk in batch:
            if pk not in found:
                continue
            number, places = len(shown) + 1, {}
            for kind in ("thumbnail", "preview"):
                if kind in made[pk]:
                    places[kind] = f"{INDEX_FOLDER}/{kind}s/{number:05d}.jpg"
                    edit = [made[pk]["edit"]] if "edit" in made[pk] else []
                    pictures.append([pk, places[kind], *_at(made[pk][kind], NO_MOMENT), *edit])
            photo, notes = found[pk]
            named = made[pk].get("people")
            if named is not None:  # somebody's face was covered on what is shown
                notes = replace(notes, people=tuple(one for one in notes.people if one[0] in named))
            shown.append(_shown(photo, notes, paths[pk], places, options))
    page = offline.page(download.title, shown)
    return [[0, INDEX_NAME, *_at(add(page), NO_MOMENT)], *pictures]


def _shown(
    photo: Photo, notes: PhotoNotes, path: str, places: Mapping[str, str], options: ZipOptions
) -> offline.OfflinePhoto:
    """What the page tells about a photo: of stripped ones neither when nor where, nor what was written about them."""
    people = tuple(dict.fromkeys(who for who, _ in notes.people))
    usual: dict[str, Any] = {
        "path": path,
        "thumbnail": places.get("thumbnail", ""),
        "preview": places.get("preview", ""),
        "width": photo.width if options.edits is Edits.ORIGINALS else photo.shown_width,
        "height": photo.height if options.edits is Edits.ORIGINALS else photo.shown_height,
        "is_video": photo.is_video,
        "color": photo.color,
        "people": people,
        "tags": notes.tags,
        "stars": notes.stars,
    }
    if options.is_stripped:
        return offline.OfflinePhoto(**usual)
    where = ", ".join(dict.fromkeys(part for part in (notes.place.city, notes.place.country) if part))
    return offline.OfflinePhoto(
        **usual,
        taken_at=notes.taken_at,
        place=where,
        caption=notes.caption,
        credit=notes.credit,
    )


def _times(download: Download, ids: list[int]) -> dict[int, tuple[datetime, list[int], str]]:
    """Of the photos that are still there: their place in the order, their wall clock for the zip, and the files' suffixes."""
    found = {}
    for batch in _batches(ids):
        photos = Photo.objects.filter(room=download.room_id, pk__in=batch).present()
        for photo in photos.only("id", "room", "sort_at", "taken_at", "taken_offset_minutes", "filename"):
            photo.room = download.room
            suffix = PurePosixPath(photo.filename).suffix.lower()
            found[photo.pk] = (photo.sort_at, list(photo.local_time.timetuple()[:6]), suffix)
    return found


def _at(file: list[Any], moment: list[int]) -> list[Any]:
    size, crc, parts = file
    return [size, crc, moment, parts]


def _renamed(path: str, suffix: str, names: ArcNames) -> str:
    """The planned path, with another suffix if the file has become something else than was expected."""
    planned = PurePosixPath(path)
    if not suffix or planned.suffix.lower() in (suffix, ".jpeg"):
        return path
    return names.file(f"{planned.stem}{suffix}", _folder(path))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
