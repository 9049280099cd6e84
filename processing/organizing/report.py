"""The report: what was found on each photo, and who the people are. Its form is public: docs/organize.md."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processing.contracts import FaceFinding, KnownFace, Region
from processing.organizing.order import NOTHING, Happening, Place, as_json
from processing.pipeline import Analyzed

VERSION = 1


@dataclass(slots=True)
class Photo:
    """One file of the folder with what was found; `persons` says for each face whose it is, or None."""

    file: str
    path: Path
    analyzed: Analyzed | None
    error: str | None
    persons: list[int | None] = field(default_factory=list)
    order: Place | None = None
    edit: dict[str, Any] | None = None  # what was done to the copy in the zip, if anything was asked for

    @property
    def faces(self) -> list[FaceFinding]:
        """The faces, from the left to the right."""
        found = self.analyzed.faces if self.analyzed else None
        return [face.finding for face in found or ()]

    @property
    def people(self) -> set[int]:
        """Numbers of the people who are on it."""
        return {person for person in self.persons if person is not None}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody: how many photos and faces, and the best face."""

    id: int
    photos: int
    faces: int
    cover_file: str
    cover: Region


@dataclass(slots=True)
class Report:
    """Everything that goes into the report's file and the zip."""

    photos: list[Photo]
    people: list[Person] = field(default_factory=list)
    events: list[Happening] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Write the report as UTF-8; bytes of a file's name that are no text stay as escaped surrogates."""
        lines = [
            f'{{"version": {VERSION},',
            f' "photos": {_lines([_photo(photo) for photo in self.photos])},',
            f' "people": {_lines([_person(person) for person in self.people])},',
            f' "events": {_lines([_event(event) for event in self.events])},',
            f' "seconds": {_text({name: round(value, 3) for name, value in self.seconds.items()})}}}',
        ]
        return "\n".join([*lines, ""]).encode("utf-8", "backslashreplace")


def assign_people(photos: list[Photo], copies: dict[str, str]) -> list[Person]:
    """Cluster the faces of all photos and number the people by how many photos they are on.

    Args:
        photos: in the order of the report; their `persons` are filled in.
        copies: for each file the first one with the same bytes: its faces count once while clustering.

    Returns:
        The people, most photos first.
    """
    from processing.clusterers import people as clusterer

    firsts = [photo for photo in photos if copies.get(photo.file) == photo.file]
    known: list[KnownFace] = []
    places: list[str] = []
    for number, photo in enumerate(firsts):
        for face in photo.faces:
            known.append(KnownFace(len(known), number, face.descriptor, face.quality))
            places.append(photo.file)
    clustered = clusterer.cluster(known)
    by_file: defaultdict[str, list[int | None]] = defaultdict(list)
    for one, file in zip(known, places, strict=True):
        by_file[file].append(clustered[one.id])
    for photo in photos:
        photo.persons = list(by_file[copies.get(photo.file, photo.file)])
    return _numbered(photos)


def _numbered(photos: list[Photo]) -> list[Person]:
    """Number people from 1, by photos, then by the first file that they are on."""
    faces: defaultdict[int, list[tuple[Photo, FaceFinding]]] = defaultdict(list)
    for photo in photos:
        for person, face in zip(photo.persons, photo.faces, strict=True):
            if person is not None:
                faces[person].append((photo, face))
    counts = {person: len({photo.file for photo, _ in found}) for person, found in faces.items()}
    order = sorted(
        faces, key=lambda person: (-counts[person], faces[person][0][0].file, faces[person][0][1].region.x)
    )
    number_of = {person: number for number, person in enumerate(order, start=1)}
    for photo in photos:
        photo.persons = [None if person is None else number_of[person] for person in photo.persons]
    people = []
    for person in order:
        photo, best = max(faces[person], key=lambda one: _merit(one[1]))
        people.append(Person(number_of[person], counts[person], len(faces[person]), photo.file, best.region))
    return people


def _merit(face: FaceFinding) -> tuple[bool, float]:
    """Prefer a face that is sure, sharp, frontal and large."""
    size = min(face.region.width, face.region.height, 400) / 400
    return face.quality == "A", face.score + face.sharpness + size + (0.5 if face.pose == 0 else 0.0)


def _photo(photo: Photo) -> dict[str, Any]:
    analyzed = photo.analyzed
    facts = analyzed.facts if analyzed else {}
    taken_at = photo.order.local_time if photo.order else None
    ordered = as_json(photo.order, analyzed) if photo.order and analyzed else NOTHING
    return {
        "file": photo.file,
        "error": photo.error,
        "width": analyzed.width if analyzed else None,
        "height": analyzed.height if analyzed else None,
        "taken_at": taken_at.isoformat(timespec="seconds") if taken_at else None,
        "latitude": facts.get("latitude"),
        "longitude": facts.get("longitude"),
        "faces": [
            {"box": _box(face.region), "score": round(face.score, 3), "person": person}
            for face, person in zip(photo.faces, photo.persons, strict=True)
        ],
        **ordered,
        **({"edit": photo.edit} if photo.edit is not None else {}),
    }


def _event(event: Happening) -> dict[str, Any]:
    return {
        "id": event.id,
        "name": event.name,
        "starts_at": event.starts_at.isoformat(timespec="seconds"),
        "ends_at": event.ends_at.isoformat(timespec="seconds"),
        "photos": event.photos,
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "photos": person.photos,
        "faces": person.faces,
        "cover": {"file": person.cover_file, "box": _box(person.cover)},
    }


def _box(region: Region) -> list[int]:
    return [region.x, region.y, region.width, region.height]


def _lines(rows: list[dict[str, Any]]) -> str:
    """Write a list with one row a line, so that two reports can be compared."""
    return "[" + ",\n  ".join(_text(row) for row in rows) + "]"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
