"""EDGE: found faces to rows, so that whatever people said about a face stays with it.

It stays when a newer detector finds the face a little aside or not at all, and when the photo was deleted and comes back.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from albums.counts import recount_people
from albums.forgetting import NOTHING_KNOWN, delete_crops_after_commit
from albums.models import Face, FaceMemory, Person, Photo, Refusal
from albums.models.people import Assignment
from processing.contracts import FaceFinding, Region
from processing.matching import match_faces
from processing.pipeline import FaceWithCrop
from processing.stored_files import replace_file

FILLED = (
    "x", "y", "width", "height", "score", "sharpness", "pose", "quality", "eyes", "smile", "descriptor", "is_sorted", "crop",
)  # fmt: skip


def save_faces(photo: Photo, found: Sequence[FaceWithCrop]) -> None:
    """Match what was found with what is known, and with what is remembered of this photo."""
    known = list(photo.faces.select_for_update())  # nobody decides about them while they may go
    matches = match_faces([region_of(face) for face in known], [new.finding.region for new in found])
    for index, new in enumerate(found):
        face = known[matches[index]] if index in matches else Face(photo=photo, room_id=photo.room_id)
        if face.withdrawal:  # whose it is wants it neither described nor cut out
            continue
        save_face(face, new.finding, new.crop)
    kept = set(matches.values())
    people = forget_lost([face for index, face in enumerate(known) if index not in kept])
    recount_people(people | recall(photo))


def save_face(face: Face, finding: FaceFinding, crop: bytes) -> None:
    """Write what was found of a face; who it is and what people said about it are left alone."""
    box, descriptor = finding.region, finding.descriptor.astype("<f4").tobytes()
    if bytes(face.descriptor) != descriptor:
        face.is_sorted = False
    face.x, face.y, face.width, face.height = box.x, box.y, box.width, box.height
    face.score, face.sharpness, face.pose = float(finding.score), float(finding.sharpness), finding.pose
    face.quality, face.descriptor = finding.quality, descriptor
    face.eyes, face.smile = finding.eyes, finding.smile
    if crop:
        name = f"{face.photo.sha256}-{face.x}-{face.y}-{face.width}-{face.height}.jpg"
        replace_file(face.crop, face.crop.field.generate_filename(face, name), crop)
    face.save(update_fields=FILLED if face.pk else None)


def forget_lost(lost: Sequence[Face]) -> set[int]:
    """Drop faces that are not found any more and that nobody spoke about; answers the people who had them."""
    refused = set(Refusal.objects.filter(face__in=lost).values_list("face", flat=True))
    gone = [
        face
        for face in lost
        if face.assignment == Assignment.MACHINE
        and not (face.is_drawn or face.is_dismissed or face.pk in refused)
    ]
    for face in gone:
        face.delete()
    return {face.person_id for face in gone if face.person_id}


def recall(photo: Photo) -> set[int]:
    """Give the faces of a photo that came back what people had said about them; answers the people who have them again."""
    memories = list(
        FaceMemory.objects.filter(room=photo.room_id, sha256=photo.sha256).select_related("person")
    )
    if not memories:
        return set()
    faces = list(photo.faces.all())
    matches = match_faces([region_of(face) for face in faces], [region_of(memory) for memory in memories])
    people = set()
    for index, memory in enumerate(memories):
        face = faces[matches[index]] if index in matches else face_of(memory, photo)
        take_over(face, memory)
        if face.person_id:
            people.add(face.person_id)
    FaceMemory.objects.filter(pk__in=[memory.pk for memory in memories]).delete()
    return people


def face_of(memory: FaceMemory, photo: Photo) -> Face:
    """A face that was there before and that nobody finds now; it has no descriptor yet (see `undescribed`)."""
    face = Face(photo=photo, room_id=photo.room_id, score=0, quality="C", descriptor=b"")
    face.x, face.y, face.width, face.height = memory.x, memory.y, memory.width, memory.height
    return face


def take_over(face: Face, memory: FaceMemory) -> None:
    """Make true of a face what is remembered of it, unless somebody has decided about it since."""
    if memory.withdrawal:
        withdraw(face, memory)
        return
    face.is_drawn, face.is_dismissed = memory.is_drawn, memory.is_dismissed
    if memory.person and not face.is_fixed:
        face.person_id = memory.person.merged_into_id or memory.person_id
        face.assignment = memory.assignment
    face.save()
    people = Person.objects.filter(room=memory.room_id, pk__in=memory.refused).exclude(pk=face.person_id)
    Refusal.objects.bulk_create(
        [Refusal(face=face, person=person) for person in people], ignore_conflicts=True
    )


def withdraw(face: Face, memory: FaceMemory) -> None:
    """Leave nothing of a face but its box: who it is had withdrawn their consent before the photo was deleted."""
    if face.crop:
        delete_crops_after_commit([face.crop.name or ""])
    for name, value in NOTHING_KNOWN.items():
        setattr(face, name, value)
    face.withdrawal, face.is_veiled = memory.withdrawal, memory.is_veiled
    face.save()


def undescribed(photo_id: int) -> QuerySet[Face]:
    """Faces of a photo that somebody drew, or that are remembered, and that no worker has described yet."""
    return Face.objects.filter(photo=photo_id, descriptor=b"", is_dismissed=False)


def region_of(box: Face | FaceMemory) -> Region:
    return Region(box.x, box.y, box.width, box.height)
