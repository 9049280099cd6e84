"""EDGE: findings to rows. Running it twice for one photo leaves what running it once leaves."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from albums.counts import recount_people
from albums.faces_policy import finds_faces
from albums.models import Analysis, Face, Photo, Rendition, Room
from albums.models.photos import PhotoState, TimeSource
from albums.models.rooms import FaceMode
from processing import feature_store, registry, tag_store, turn_store
from processing.analyzers.faces import describe_region
from processing.arranging import times
from processing.contracts import Picture
from processing.face_store import region_of, save_face, save_faces, undescribed
from processing.imaging import Limits, open_picture
from processing.pipeline import Analyzed, analyze_file
from processing.renditions import Rendition as NewRendition
from processing.renditions import crop_face
from processing.stored_files import local_copy, replace_file
from processing.video import poster

FACT_COLUMNS = (
    "serial",
    "sharpness",
    "quality",
    "exposure",
)  # taken over as they were found; a fact that no analyzer gave leaves its column alone
CLOCK_COLUMNS = ("clock_at", "clock_offset_minutes", "satellite_at")
FACES = "faces"  # the analyzer that finds and describes them
FACE_SIDE_PX = 150  # a drawn face is described at this size, if the photo shows it so large
LEAST_DRAWN_SIDE_PX, MOST_DRAWN_SIDE_PX = 1600, 6000


def analyze(photo_id: int) -> bool:
    """Look at one photo and keep what was found; True if its faces have to be sorted into people.

    Raises:
        UnreadableImage: with a sentence; the original is kept.
    """
    photo = Photo.objects.select_related("room").filter(pk=photo_id).first()
    if photo is None or photo.deleted_at or is_up_to_date(photo):
        return False
    with local_copy(photo.original) as path:
        only = analyzers_for(photo.room)
        analyzed = analyze_file(path, kind=photo.kind, only=only, limits=limits_for(photo))
    save(photo, analyzed)
    return analyzed.faces is not None


def analyzers_for(room: Room) -> list[str]:
    """The names of the analyzers that look at a room's photos: where its host wants none found, no one looks for faces."""
    return [name for name in registry.analyzers() if name != FACES or finds_faces(room)]


def limits_for(photo: Photo) -> Limits:
    """What is allowed of a photo that was once let in."""
    return Limits(pixels=settings.MAX_PIXELS, bytes=max(settings.MAX_IMAGE_BYTES, photo.size_bytes))


def is_up_to_date(photo: Photo) -> bool:
    """Whether every analyzer of today has answered, so that a second doorbell costs nothing."""
    if photo.state != PhotoState.READY or photo.failure:
        return False
    done = dict(photo.analyses.filter(failure="").values_list("analyzer", "version"))
    analyzers = registry.analyzers()
    return all(done.get(name) == analyzers[name].version for name in analyzers_for(photo.room))


def outdated_photos(limit: int) -> dict[uuid.UUID, list[int]]:
    """Photos that an analyzer of today has not seen in its present version, by room."""
    is_missing = Q()
    for name, analyzer in registry.analyzers().items():
        current = Analysis.objects.filter(photo=OuterRef("pk"), analyzer=name, version=analyzer.version)
        is_missing |= (
            Q(~Exists(current)) & ~Q(room__face_mode=FaceMode.OFF) if name == FACES else Q(~Exists(current))
        )
    rows = Photo.objects.present().filter(is_missing, state=PhotoState.READY).values_list("room_id", "pk")
    by_room: dict[uuid.UUID, list[int]] = defaultdict(list)
    for room_id, pk in rows.order_by("pk")[:limit]:
        by_room[room_id].append(pk)
    return by_room


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
        photo.room.refresh_from_db(fields=["face_mode"])
        if not finds_faces(photo.room):  # its host has decided so while this photo was looked at
            analyzed.faces = None
            analyzed.findings.pop(FACES, None)
            analyzed.errors.pop(FACES, None)
        save_facts(photo, analyzed)
        save_renditions(photo, files)
        save_analyses(photo, analyzed)
        feature_store.save_arrays(photo, analyzed)
        tag_store.save_tags(photo, analyzed)
        turn_store.save_turn(photo, analyzed)
        if analyzed.faces is not None:
            save_faces(photo, analyzed.faces)
            tag_store.save_people_tags([photo.pk])


def save_facts(photo: Photo, analyzed: Analyzed) -> None:
    facts = analyzed.facts
    photo.width, photo.height, photo.color = analyzed.width, analyzed.height, analyzed.color
    photo.placeholder = analyzed.placeholder or photo.placeholder
    photo.seconds = analyzed.seconds
    photo.latitude, photo.longitude = facts.get("latitude"), facts.get("longitude")
    photo.camera = (facts.get("camera") or "")[:120]
    timed = set_times(photo, facts)
    photo.failure = " ".join(analyzed.errors.values())[:300]
    photo.state = PhotoState.READY
    given = [name for name in FACT_COLUMNS if name in facts]
    for name in given:
        setattr(photo, name, facts[name])
    photo.arrange_requests += 1
    photo.save(
        update_fields=[
            *given, *timed, "arrange_requests", "width", "height", "color", "placeholder", "seconds", "latitude", "longitude", "camera",
            "failure", "state",
        ]
    )  # fmt: skip


def set_times(photo: Photo, facts: Mapping[str, Any]) -> list[str]:
    """Set when it was taken, as far as the file says it; the columns that have to be saved. What somebody set stays."""
    photo.clock_at = times.as_if_utc(facts.get("clock_at"))
    photo.clock_offset_minutes, photo.satellite_at = (
        facts.get("clock_offset_minutes"),
        facts.get("satellite_at"),
    )
    if Photo.objects.filter(pk=photo.pk, time_source=TimeSource.PERSON).exists():
        return list(CLOCK_COLUMNS)
    row = {name: getattr(photo, name) for name in times.CLUES}
    device, place = photo.device, photo.place
    found = times.found_for(
        row,
        photo.room.time_zone,
        shift_seconds=device.shift_seconds if device else 0,
        place_zone=place.time_zone if place else None,
    )
    for name, value in times.columns_of(found).items():
        setattr(photo, name, value)
    return [*CLOCK_COLUMNS, *times.RESULTS]


def write_rendition(photo: Photo, made: NewRendition) -> Rendition:
    row = Rendition(
        photo=photo, side_px=made.side_px, width=made.width, height=made.height, size_bytes=len(made.data)
    )
    replace_file(row.file, row.file.field.generate_filename(row, ""), made.data)
    return row


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


def describe_drawn(photo_id: int) -> bool:
    """Describe the faces of a photo that people drew; True if its faces have to be sorted.

    Raises:
        UnreadableImage, ModelUnavailable: with a sentence; the boxes stay as they are.
    """
    photo = Photo.objects.select_related("room").filter(pk=photo_id).first()
    faces = list(undescribed(photo_id).select_related("photo"))
    if photo is None or not faces or not finds_faces(photo.room):
        return False
    with local_copy(photo.original) as path:
        picture = open_for_faces(photo, path, faces)
    described = [describe_face(picture, face) for face in faces]
    return any(described)


def open_for_faces(photo: Photo, path: Path, faces: Sequence[Face]) -> Picture:
    """The photo (or a video's poster), decoded so large that the smallest of these faces shows enough."""
    smallest = max(1, min(min(face.width, face.height) for face in faces))
    longest = max(photo.width, photo.height)
    side_px = min(MOST_DRAWN_SIDE_PX, max(LEAST_DRAWN_SIDE_PX, longest * FACE_SIDE_PX // smallest))
    if photo.is_video:
        return poster(path, side_px)
    return open_picture(path, side_px, limits=limits_for(photo))


def describe_face(picture: Picture, face: Face) -> bool:
    """Describe one drawn face; False if it has gone meanwhile, or somebody else described it."""
    finding = describe_region(picture, region_of(face))
    crop = crop_face(picture, finding.region)
    with transaction.atomic():
        fresh = undescribed(face.photo_id).select_for_update().filter(pk=face.pk).first()
        if fresh is None:
            return False
        save_face(fresh, finding, crop)
        if fresh.person_id:
            recount_people([fresh.person_id])
    return True
