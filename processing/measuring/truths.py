"""Reads folders of photos whose people or faces are known.

People: `labels.csv` with the columns `file` and `person` or `people` (several separated by `;`), the `identity_by_file` of an
`annotations.json`, or files called like `Family1-Dad2.jpg`. Faces: boxes in dlib's XML, or nose points in an
`annotations.json`. A folder may hold such folders.
"""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processing.contracts import Region
from processing.errors import ProcessingError

PHOTO_ENDINGS = (".jpg", ".jpeg", ".png")
NAMED_FILE = re.compile(r"([^-_]+\d+-[A-Z][a-z]+)\d+")
LABELS, ANNOTATIONS = "labels.csv", "annotations.json"
NOSES, IDENTITIES = "nose_points_xy_at_full_resolution", "identity_by_file"


class DataError(ProcessingError):
    """A folder to measure with is missing or holds nothing to measure with."""


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """A photo and who is on it; nobody if that is not known. With one name it is the person nearest to the middle."""

    path: Path
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledFolder:
    """Photos of one folder, in the order of its labels."""

    name: str
    photos: tuple[LabelledPhoto, ...]


@dataclass(frozen=True, slots=True)
class MarkedPhoto:
    """A photo on which every face is marked: by its box, or by the point of its nose, in full-size pixels."""

    path: Path
    boxes: tuple[Region, ...] = ()
    noses: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedFolder:
    """Photos of one folder with all their faces marked."""

    name: str
    photos: tuple[MarkedPhoto, ...]


def read_labelled(folder: Path, limit: int | None = None) -> list[LabelledFolder]:
    """Read who is on the photos of a folder, or of each folder in it.

    Args:
        folder: a labelled folder, or a folder of such folders.
        limit: photos a folder, the first ones; None for all.

    Returns:
        Folders sorted by name; those without names are left out.

    Raises:
        DataError: the folder is missing, or its labels can't be read.
    """
    made = []
    for one in _folders(folder):
        photos = _read_people(one)[:limit]
        if any(photo.people for photo in photos):
            made.append(LabelledFolder(one.name, tuple(photos)))
    return made


def read_marked(folder: Path, limit: int | None = None) -> list[MarkedFolder]:
    """Read where the faces are on the photos of a folder, or of each folder in it; as `read_labelled`."""
    made = []
    for one in _folders(folder):
        photos = [*_read_boxes(one), *_read_noses(one)][:limit]
        if photos:
            made.append(MarkedFolder(one.name, tuple(photos)))
    return made


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}. Give one with labelled photos, or leave --data out.")
    return [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]


def _read_people(folder: Path) -> list[LabelledPhoto]:
    if (folder / LABELS).exists():
        return list(_read_labels(folder))
    names = _annotations(folder).get(IDENTITIES, {})
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in PHOTO_ENDINGS)
    photos = []
    for path in paths:
        named = NAMED_FILE.fullmatch(path.stem)
        name = names.get(path.name) or (named.group(1) if named else "")
        photos.append(LabelledPhoto(path, (name,) if name else ()))
    return photos


def _read_labels(folder: Path) -> Iterator[LabelledPhoto]:
    try:
        with (folder / LABELS).open(newline="", encoding="utf-8-sig") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{folder / LABELS} can't be read: {error}.") from error
    for row in rows:
        people = row.get("people", row.get("person"))
        if not row.get("file") or people is None:
            raise DataError(f"{folder / LABELS} needs the columns file and person (or people) in every line.")
        yield LabelledPhoto(folder / row["file"], tuple(filter(None, map(str.strip, people.split(";")))))


def _read_boxes(folder: Path) -> Iterator[MarkedPhoto]:
    for path in sorted(folder.glob("*.xml")):
        try:
            images = ElementTree.parse(path).iter("image")  # noqa: S314 (the developer's own file)
            for image in images:
                boxes = tuple(
                    Region(*(round(float(box.attrib[key])) for key in ("left", "top", "width", "height")))
                    for box in image.iter("box")
                    if not box.get("ignore")
                )
                yield MarkedPhoto(folder / image.attrib["file"], boxes=boxes)
        except (OSError, ElementTree.ParseError, KeyError, ValueError) as error:
            raise DataError(f"{path} is no list of boxes as dlib writes it: {error}.") from error


def _read_noses(folder: Path) -> Iterator[MarkedPhoto]:
    for name, points in sorted(_annotations(folder).get(NOSES, {}).items()):
        yield MarkedPhoto(folder / name, noses=tuple((float(x), float(y)) for x, y in points))


def _annotations(folder: Path) -> dict[str, Any]:
    path = folder / ANNOTATIONS
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} can't be read: {error}.") from error
    return found if isinstance(found, dict) else {}
