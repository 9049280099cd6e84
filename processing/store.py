"""EDGE: findings to rows. Running it twice for one photo leaves what running it once leaves."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.files import FieldFile

from albums.counts import recount_people
from albums.models import Analysis, Face, Photo, Rendition
from albums.models.people import Assignment
from albums.models.photos import PhotoState
from processing import registry
from processing.contracts import FaceFinding, Region
from processing.errors import UnreadableImage
from processing.imaging import Limits
from processing.pipeline import Analyzed, FaceWithCrop, analyze_file
from processing.renditions import Rendition as NewRendition

SAME_FACE_OVERLAP = 0.35  # intersection over union; research/faces.md §6.2


def analyze(photo_id: int) -> bool:
    """Look at one photo and keep what was found; True if its faces have to be sorted into people.

    Raises:
        UnreadableImage: with a sentence; the original is kept.
    """
    photo = Photo.objects.select_related("room").filter(pk=photo_id).first()
    if photo is None or photo.deleted_at or is_up_to_date(photo):
        return False
    with local_copy(photo.original) as path:
        limits = Limits(pixels=settings.MAX_PIXELS, bytes=max(settings.MAX_IMAGE_BYTES, photo.size_bytes))
        analyzed = analyze_file(path, kind=photo.kind, limits=limits)
    save(photo, analyzed)
    return analyzed.faces is not None


def is_up_to_date(photo: Photo) -> bool:
    """Whether every analyzer of today has answered, so that a second doorbell costs nothing."""
    if photo.state != PhotoState.READY or photo.failure:
        return False
    done = dict(photo.analyses.filter(failure="").values_list("analyzer", "version"))
    return all(done.get(name) == analyzer.version for name, analyzer in registry.analyzers().items())


def outdated_photos(limit: int) -> dict[uuid.UUID, list[int]]:
    """Photos that an analyzer of today has not seen in its present version, by room."""
    is_missing = Q()
    for name, analyzer in registry.analyzers().items():
        current = Analysis.objects.filter(photo=OuterRef("pk"), analyzer=name, version=analyzer.version)
        is_missing |= Q(~Exists(current))
    rows = Photo.objects.present().filter(is_missing, state=PhotoState.READY).values_list("room_id", "pk")
    by_room: dict[uuid.UUID, list[int]] = defaultdict(list)
    for room_id, pk in rows.order_by("pk")[:limit]:
        by_room[room_id].append(pk)
    return by_room


@contextmanager
def local_copy(file: FieldFile) -> Iterator[Path]:
    """The file as a path: itself on a local disk, else a copy for as long as the block runs."""
    try:
        path = Path(file.path)
    except NotImplementedError:
        with (
            tempfile.NamedTemporaryFile(suffix=Path(file.name or "").suffix) as copy,
            file.open("rb") as source,
        ):
            shutil.copyfileobj(source, copy)
            copy.flush()
            yield Path(copy.name)
        return
    if not path.exists():
        raise UnreadableImage(
            "The original of this photo is missing from the site's storage. Upload it again."
        )
    yield path


def save(photo: Photo, analyzed: Analyzed) -> None:
    """Keep everything in one transaction; files come first and carry names that a second run uses again."""
    files = [write_rendition(photo, rendition) for rendition in analyzed.renditions]
    with transaction.atomic():
        fresh = Photo.objects.select_for_update().filter(pk=photo.pk).first()
        if fresh is None:  # deleted for good meanwhile: what was just made of it goes, too
            is_back = Photo.objects.filter(room=photo.room_id, sha256=photo.sha256).exists()
            for row in [] if is_back else files:  # uploaded anew, it has files of the same names
                row.file.delete(save=False)
            return
        save_facts(photo, analyzed)
        save_renditions(photo, files)
        save_analyses(photo, analyzed)
        if analyzed.faces is not None:
            save_faces(photo, analyzed.faces)


def save_facts(photo: Photo, analyzed: Analyzed) -> None:
    facts = analyzed.facts
    photo.width, photo.height, photo.color = analyzed.width, analyzed.height, analyzed.color
    photo.seconds = analyzed.seconds
    photo.latitude, photo.longitude = facts.get("latitude"), facts.get("longitude")
    photo.camera = (facts.get("camera") or "")[:120]
    photo.taken_at, photo.taken_offset_minutes = on_the_clock(facts.get("taken_at"), photo.room.time_zone)
    photo.sort_at = photo.taken_at or photo.modified_at or photo.uploaded_at
    photo.failure = " ".join(analyzed.errors.values())[:300]
    photo.state = PhotoState.READY
    photo.save(
        update_fields=[
            "width", "height", "color", "seconds", "latitude", "longitude", "camera", "taken_at",
            "taken_offset_minutes", "sort_at", "failure", "state",
        ]
    )  # fmt: skip


def on_the_clock(taken_at: datetime | None, room_zone: str) -> tuple[datetime | None, int | None]:
    """The moment in UTC and the offset of its clock; a camera that knew no zone is taken to have shown the room's."""
    if taken_at is None:
        return None, None
    offset = taken_at.utcoffset()
    if offset is None:
        return taken_at.replace(tzinfo=ZoneInfo(room_zone)).astimezone(UTC), None
    return taken_at.astimezone(UTC), int(offset.total_seconds() // 60)


def write_rendition(photo: Photo, made: NewRendition) -> Rendition:
    row = Rendition(
        photo=photo, side_px=made.side_px, width=made.width, height=made.height, size_bytes=len(made.data)
    )
    replace_file(row.file, row.file.field.generate_filename(row, ""), made.data)
    return row


def replace_file(field: FieldFile, name: str, data: bytes) -> None:
    """Write under exactly this name: what an interrupted run left there is overwritten, not joined by a second file."""
    for old in {name, field.name or name}:
        field.storage.delete(old)
    field.name = field.storage.save(name, ContentFile(data))


def save_renditions(photo: Photo, rows: Sequence[Rendition]) -> None:
    Rendition.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["photo", "side_px"],
        update_fields=["file", "width", "height", "size_bytes"],
    )


def save_analyses(photo: Photo, analyzed: Analyzed) -> None:
    rows = []
    for name, analyzer in registry.analyzers().items():
        if name not in analyzed.findings and name not in analyzed.errors:
            continue
        findings = analyzed.findings.get(name)
        rows.append(
            Analysis(
                photo=photo,
                analyzer=name,
                version=analyzer.version,
                data=findings.data if findings else {},
                failure=analyzed.errors.get(name, "")[:300],
                seconds=analyzed.took_seconds.get(name, 0),
            )
        )
    Analysis.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["photo", "analyzer"],
        update_fields=["version", "data", "failure", "seconds"],
    )


def save_faces(photo: Photo, found: Sequence[FaceWithCrop]) -> None:
    """Match what was found with what is known by overlap, so that names and refusals stay with their faces."""
    known = list(photo.faces.all())
    matches = match_faces([region_of(face) for face in known], [new.finding.region for new in found])
    for index, new in enumerate(found):
        face = known[matches[index]] if index in matches else Face(photo=photo, room_id=photo.room_id)
        fill_face(face, new.finding)
        if new.crop:
            name = f"{photo.sha256}-{face.x}-{face.y}-{face.width}-{face.height}.jpg"
            replace_file(face.crop, face.crop.field.generate_filename(face, name), new.crop)
        face.save()
    lost = [face for index, face in enumerate(known) if index not in matches.values()]
    people = {face.person_id for face in lost if face.person_id and face.assignment == Assignment.MACHINE}
    for face in lost:
        if face.assignment == Assignment.MACHINE and not face.refusals.exists():
            face.delete()
    recount_people(people)


def describe_drawn(photo_id: int) -> bool:
    """Describe the faces of a photo that people drew; True if its faces have to be sorted."""
    return False


def fill_face(face: Face, finding: FaceFinding) -> None:
    box = finding.region
    face.x, face.y, face.width, face.height = box.x, box.y, box.width, box.height
    face.score, face.sharpness, face.pose = float(finding.score), float(finding.sharpness), finding.pose
    face.quality = finding.quality
    face.descriptor = finding.descriptor.astype("<f4").tobytes()


def region_of(face: Face) -> Region:
    return Region(face.x, face.y, face.width, face.height)


def match_faces(known: Sequence[Region], found: Sequence[Region]) -> dict[int, int]:
    """Pair found with known boxes, best overlap first, each once: index in `found` to index in `known`."""
    pairs = sorted(
        (
            (overlap(old, new), i, j)
            for i, new in enumerate(found)
            for j, old in enumerate(known)
            if overlap(old, new) >= SAME_FACE_OVERLAP
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    matches: dict[int, int] = {}
    for _, i, j in pairs:
        if i not in matches and j not in matches.values():
            matches[i] = j
    return matches


def overlap(a: Region, b: Region) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (a.width * a.height + b.width * b.height - shared)
