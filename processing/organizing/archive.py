"""The zip: one folder per person, one for photos without known people, stored as they are."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from processing.organizing.errors import OrganizeError
from processing.organizing.folders import reason, shown
from processing.organizing.report import Photo, Report

CHUNK = 1 << 20
FORBIDDEN = frozenset('<>:"\\|?*')  # in names on Windows
NOBODY = "Without known people"


def write_zip(stream: BinaryIO, report: Report) -> None:
    """Write all photos of a report, each into the folder of everybody who is on it.

    Args:
        stream: where to; seekable.
        report: the photos and their people.

    Raises:
        OrganizeError: a photo can't be read any more, or the zip can't be written.
    """
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
        for name, photo in zip_entries(report):
            _add(archive, name, photo)


def zip_entries(report: Report) -> Iterator[tuple[str, Photo]]:
    """Say which photo lies where in the zip, without collisions even where letter case does not count."""
    readable = [photo for photo in report.photos if photo.analyzed is not None]
    digits = max(2, len(str(len(report.people))))
    for person in report.people:
        photos = [photo for photo in readable if person.id in photo.people]
        yield from _named(f"Person {person.id:0{digits}d} ({counted(len(photos))})", photos)
    rest = [photo for photo in readable if not photo.people]
    if rest:
        yield from _named(f"{NOBODY} ({counted(len(rest))})", rest)


def counted(number: int) -> str:
    """Say "1 photo" or "12 photos"."""
    return f"{number} photo{'' if number == 1 else 's'}"


def safe_name(file: str) -> str:
    """Make the last part of a path a name that every system can write."""
    text = PurePosixPath(file).name.encode("utf-8", "replace").decode().replace("?", "_")
    text = unicodedata.normalize("NFC", text)
    letters = (
        "_" if letter in FORBIDDEN or unicodedata.category(letter) == "Cc" else letter for letter in text
    )
    return "".join(letters).rstrip(" .") or "photo"


def _named(folder: str, photos: list[Photo]) -> Iterator[tuple[str, Photo]]:
    used: set[str] = set()
    for photo in photos:
        name = safe_name(photo.file)
        stem, dot, suffix = name.rpartition(".")
        if not stem:
            stem, dot, suffix = name, "", ""
        number = 1
        while name.casefold() in used:
            number += 1
            name = f"{stem} ({number}){dot}{suffix}"
        used.add(name.casefold())
        yield f"{folder}/{name}", photo


def _add(archive: zipfile.ZipFile, name: str, photo: Photo) -> None:
    try:
        source = photo.path.open("rb")
    except OSError as error:
        raise OrganizeError(
            f"{shown(photo.path)} can't be read any more ({reason(error)}). Start again."
        ) from error
    with source:
        information = zipfile.ZipInfo.from_file(photo.path, name, strict_timestamps=False)
        information.compress_type = zipfile.ZIP_STORED
        try:
            with archive.open(information, "w") as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
        except OSError as error:
            raise OrganizeError(
                f"The zip can't be written ({reason(error)}). Make room on the disk, or choose another place with --zip."
            ) from error
