"""The zip: its folders by person, day, place, event or tag, or none; photos stored as they are, or with what is known written in."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from processing.exporting.choices import Layout, Metadata
from processing.exporting.copies import Copy, make_copy
from processing.exporting.layouts import Group, Item, day_group, event_group, paths, place_group
from processing.exporting.names import ArcNames
from processing.exporting.parts import read_parts
from processing.exporting.splice import SIDECAR_SUFFIX
from processing.exporting.xmp import NOWHERE, PhotoNotes, PlaceNotes
from processing.organizing.edits import Edited, Wish, edit_all
from processing.organizing.errors import OrganizeError
from processing.organizing.folders import reason, shown
from processing.organizing.report import Photo, Report

CHUNK = 1 << 20
NOBODY = "Without known people"
DROPPABLE = ("blurred", "duplicates")


@dataclass(frozen=True, slots=True)
class Choice:
    """What goes into the zip, and how.

    Attributes:
        layout: how it is divided into folders.
        only_best: of look-alikes only the best.
        drop: what is left out: "blurred", "duplicates".
        edits: what is done to the copies; photos that can't be edited go out as they are, or not at all where faces
            were to be covered, and the report says why.
        writes_metadata: what was found is written into the copies, or beside them where the format has no place for it.
    """

    layout: Layout = Layout.PERSON
    only_best: bool = False
    drop: frozenset[str] = frozenset()
    writes_metadata: bool = False
    edits: Wish = field(default_factory=Wish)


def write_zip(stream: BinaryIO, report: Report, choice: Choice) -> None:
    """Write the photos of a report.

    Args:
        stream: where to; seekable.
        report: the photos, with their people and their order.
        choice: which photos, into which folders.

    Raises:
        OrganizeError: a photo can't be read any more, or the zip can't be written.
    """
    with (
        tempfile.TemporaryDirectory(prefix="photoroom-edits-") as spare,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive,
    ):
        chosen = [photo for photo in report.photos if is_chosen(photo, choice)]
        edited = edit_all(chosen, choice.edits, Path(spare)) if choice.edits else {}
        for name, photo in zip_entries(report, choice, edited):
            notes = _notes(report, photo) if choice.writes_metadata else None
            _add(archive, name, photo, notes, edited.get(photo.file))


def zip_entries(
    report: Report, choice: Choice, edited: Mapping[str, Edited] | None = None
) -> Iterator[tuple[str, Photo]]:
    """Say which photo lies where in the zip, without collisions even where letter case does not count."""
    edited = edited or {}
    chosen = [photo for photo in report.photos if is_chosen(photo, choice)]
    groups = {
        Layout.PERSON: _by_person,
        Layout.DAY: _by_day,
        Layout.PLACE: _by_place,
        Layout.EVENT: _by_event,
        Layout.TAG: _by_tag,
    }.get(choice.layout)
    by_file = groups(report, chosen) if groups else {}
    items = [
        Item(number, _last(photo, edited.get(photo.file)), by_file.get(photo.file, ()))
        for number, photo in enumerate(chosen)
    ]
    names = ArcNames()
    for number, name in paths(items, choice.layout if groups else Layout.FLAT, names):
        yield name, chosen[number]


def is_chosen(photo: Photo, choice: Choice) -> bool:
    """Whether a photo goes into the zip."""
    if photo.analyzed is None or (photo.edit or {}).get("is_left_out"):
        return False
    order = photo.order
    if order is None:
        return True
    if "blurred" in choice.drop and photo.analyzed.facts.get("quality") == "blurred":
        return False
    if "duplicates" in choice.drop and order.is_copy:
        return False
    return order.is_best or not choice.only_best


def counted(number: int) -> str:
    """Say "1 photo" or "12 photos"."""
    return f"{number} photo{'' if number == 1 else 's'}"


def _last(photo: Photo, edited: Edited | None = None) -> str:
    """The last part of a path, with the suffix of what it has become; bytes that are no text become underscores."""
    name = PurePosixPath(photo.file)
    suffix = name.suffix.lower().replace(".jpeg", ".jpg")
    last = name.name if edited is None or suffix == edited.suffix else f"{name.stem}{edited.suffix}"
    return last.encode("utf-8", "replace").decode().replace("?", "_")


Groups = dict[str, tuple[Group, ...]]


def _by_person(report: Report, photos: Sequence[Photo]) -> Groups:
    """A folder for each person with the number of photos in it, and one for photos without any."""
    digits = max(2, len(str(len(report.people))))
    counts = {person.id: sum(person.id in photo.people for photo in photos) for person in report.people}
    rest = sum(not photo.people for photo in photos)
    nobody = Group("nobody", (f"{NOBODY} ({counted(rest)})",), len(counts) + 1)
    folders = {
        number: Group(number, (f"Person {number:0{digits}d} ({counted(count)})",), number)
        for number, count in counts.items()
    }
    return {
        photo.file: tuple(folders[person] for person in sorted(photo.people)) or (nobody,) for photo in photos
    }


def _by_day(report: Report, photos: Sequence[Photo]) -> Groups:
    times = {photo.file: photo.order.local_time for photo in photos if photo.order}
    return {file: (day_group(moment.date()),) for file, moment in times.items() if moment}


def _by_place(report: Report, photos: Sequence[Photo]) -> Groups:
    found: Groups = {}
    for photo in photos:
        locality = photo.order.locality if photo.order else None
        group = place_group(locality.country, locality.region, locality.city) if locality else None
        if group:
            found[photo.file] = (group,)
    return found


def _by_event(report: Report, photos: Sequence[Photo]) -> Groups:
    folders = {one.id: event_group(one.id, one.id, one.name) for one in report.events}
    return {
        photo.file: (folders[photo.order.event],)
        for photo in photos
        if photo.order and photo.order.event is not None
    }


def _by_tag(report: Report, photos: Sequence[Photo]) -> Groups:
    """A folder for each category; objects would be hundreds."""
    return {
        photo.file: tuple(Group(name, (name,)) for name in photo.order.categories)
        for photo in photos
        if photo.order
    }


def _notes(report: Report, photo: Photo) -> PhotoNotes:
    """What is written into the copy: people by their number, as the folders call them."""
    analyzed, order = photo.analyzed, photo.order
    if analyzed is None or order is None:
        return PhotoNotes()
    digits = max(2, len(str(len(report.people))))
    people = tuple(
        (f"Person {person:0{digits}d}", face.region)
        for person, face in zip(photo.persons, photo.faces, strict=True)
        if person is not None
    )
    latitude, longitude = analyzed.facts.get("latitude"), analyzed.facts.get("longitude")
    place = NOWHERE
    if order.locality:
        town = order.locality
        place = PlaceNotes(town.city, town.region, town.country, town.country_code, latitude, longitude)
    return PhotoNotes(
        width=analyzed.width,
        height=analyzed.height,
        tags=tuple(tag.name for tag in order.tags if tag.is_sure),
        people=people,
        place=place,
        taken_at=order.local_time,
    )


def _as_edited(notes: PhotoNotes, edited: Edited) -> PhotoNotes:
    """The notes for an edited copy: faces where they are on it."""
    placed = edited.placement
    people = tuple((who, placed.region(box) if box else None) for who, box in notes.people)
    return replace(notes, width=placed.width, height=placed.height, people=people)


def _add(
    archive: zipfile.ZipFile, name: str, photo: Photo, notes: PhotoNotes | None, edited: Edited | None = None
) -> None:
    if notes is not None and edited is not None:
        notes = _as_edited(notes, edited)
    try:
        source = (edited.path if edited else photo.path).open("rb")
    except OSError as error:
        raise OrganizeError(
            f"{shown(photo.path)} can't be read any more ({reason(error)}). Start again."
        ) from error
    with source:
        copy = _copy(source, photo, notes, edited)
        information = zipfile.ZipInfo.from_file(photo.path, name, strict_timestamps=False)
        information.compress_type = zipfile.ZIP_STORED
        try:
            with archive.open(information, "w", force_zip64=True) as target:
                for chunk in _chunks(source, copy):
                    target.write(chunk)
            if copy and copy.sidecar:
                information = zipfile.ZipInfo(f"{name}{SIDECAR_SUFFIX}", information.date_time)
                archive.writestr(information, copy.sidecar)
        except OSError as error:
            raise OrganizeError(
                f"The zip can't be written ({reason(error)}). Make room on the disk, or choose another place with --zip."
            ) from error


def _copy(source: BinaryIO, photo: Photo, notes: PhotoNotes | None, edited: Edited | None) -> Copy | None:
    if notes is None or photo.analyzed is None:
        return None
    return make_copy(source, edited.format if edited else photo.analyzed.format, notes, Metadata.WRITE)


def _chunks(source: BinaryIO, copy: Copy | None) -> Iterator[bytes]:
    if copy is not None:
        yield from read_parts(copy.parts, source)
        return
    source.seek(0, io.SEEK_SET)
    while chunk := source.read(CHUNK):
        yield chunk
