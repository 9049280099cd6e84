"""Faces and people of a whole room that are to be forgotten, because its host decided so. Boxes that were withdrawn stay."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import Q

from albums.batches import id_batches, in_batches
from albums.models import (
    Analysis,
    Face,
    FaceMemory,
    FaceSearch,
    LabelOrder,
    Notification,
    Person,
    PersonChange,
    Photo,
    Proposal,
    Question,
    Refusal,
    Room,
)
from albums.models.people import Assignment
from albums.traces import ABOUT_FACES, forget_people

FACES_OFF = "off"  # on boxes of people who are blurred: they stay blurred while nobody is looked for
# All that is left of a face that may not be described: its box.
NOTHING_KNOWN = {
    "descriptor": b"", "crop": "", "person": None, "assignment": Assignment.MACHINE, "score": 0, "sharpness": 0, "pose": 0,
    "quality": "C", "eyes": None, "smile": None, "is_drawn": False, "is_dismissed": True, "is_sorted": True,
    "is_exemplar": False,
}  # fmt: skip


def delete_crops_after_commit(names: list[str]) -> None:
    storage = Face._meta.get_field("crop").storage
    for name in names:
        transaction.on_commit(partial(storage.delete, name))


def forget_faces(room: Room) -> tuple[int, int]:
    """Delete every face, description, crop, name, search and guess of a room; answers how many faces and people there were.

    Call it with the room locked. Where somebody asked to be blurred the box stays and is blurred for everybody.
    """
    faces = Face.objects.filter(room=room, withdrawal="")
    people = Person.objects.filter(room=room)
    keys = list(people.values_list("pk", flat=True))
    counts = faces.filter(is_dismissed=False).count(), people.current().shown().count()
    forget_people(room, people=keys)
    PersonChange.objects.filter(room=room).delete()
    Notification.objects.filter(room=room, kind__in=ABOUT_FACES).delete()
    for model in (FaceSearch, Question, Proposal, LabelOrder):
        model._default_manager.filter(room=room).delete()
    Refusal.objects.filter(person__room=room).delete()
    FaceMemory.objects.filter(room=room, withdrawal="").delete()
    people.update(cover=None)
    delete_crops_after_commit(list(faces.exclude(crop="").values_list("crop", flat=True)))
    veiled = Q(person__in=list(people.filter(is_veiled=True).values_list("pk", flat=True))) | Q(
        is_veiled=True
    )
    for batch in id_batches(faces.filter(veiled).values_list("pk", flat=True)):
        Face.objects.filter(pk__in=batch).update(**NOTHING_KNOWN, withdrawal=FACES_OFF, is_veiled=True)
    rows = Face.objects.filter(room=room, withdrawal="")
    rows._raw_delete(rows.db)  # one statement; their crops are seen to, and nothing points to them any more
    for some in in_batches(keys):
        Person.objects.filter(pk__in=some).delete()
    Analysis.objects.filter(photo__room=room, analyzer="faces").delete()
    return counts


def keep_consenting(room: Room) -> tuple[int, int]:
    """Leave only people who said yes; of everybody else the name, the group and every guess go, their faces are nobody's.

    Answers how many faces and people that were. Call it with the room locked.
    """
    people = Person.objects.filter(room=room)
    kept = set(people.filter(merged_into=None).consenting().values_list("pk", flat=True))
    kept |= set(people.filter(merged_into__in=kept).values_list("pk", flat=True))
    gone = [pk for pk in people.values_list("pk", flat=True) if pk not in kept]
    if not gone:
        return 0, 0
    shown = Person.objects.filter(pk__in=gone).current().count() if len(gone) < 10_000 else len(gone)
    forget_people(room, people=gone)
    count = 0
    for batch in in_batches(gone):
        faces = Face.objects.filter(person__in=batch)
        count += faces.count()
        faces.filter(person__is_veiled=True).update(is_veiled=True)
        faces.update(person=None, assignment=Assignment.MACHINE, is_exemplar=False)
        FaceMemory.objects.filter(person__in=batch).update(person=None, assignment=Assignment.MACHINE)
        Person.objects.filter(pk__in=batch).delete()
    LabelOrder.objects.filter(room=room).delete()
    return count, shown


def lift_faces_off(room: Room) -> None:
    """Faces are looked for again: boxes that stayed only to be blurred may be described."""
    boxes = Face.objects.filter(room=room, withdrawal=FACES_OFF)
    boxes.update(withdrawal="", is_dismissed=False, is_sorted=False)


def photos_without_faces(room: Room) -> list[int]:
    """Photos that nobody has looked at for faces."""
    looked = Analysis.objects.filter(photo__room=room, analyzer="faces").values("photo")
    photos = Photo.objects.filter(room=room, state="ready").present().exclude(pk__in=looked)
    return list(photos.order_by("pk").values_list("pk", flat=True))
