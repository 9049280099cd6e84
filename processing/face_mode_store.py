"""EDGE: what a room has decided about faces, made true of its rows and files, however often it is asked."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from albums import forgetting
from albums.batches import in_batches
from albums.models import Face, Room
from albums.models.rooms import FaceMode
from processing import tag_store

logger = logging.getLogger(__name__)


def settle(room_id: uuid.UUID) -> list[int]:
    """Delete what the room's mode forbids and somebody wrote meanwhile; answers the photos to look at once more."""
    begun = timezone.now()
    with transaction.atomic():
        room = Room.objects.select_for_update(no_key=True).filter(pk=room_id).first()
        if room is None:
            return []
        if room.face_mode == FaceMode.OFF:
            forgetting.forget_faces(room)
        elif room.face_mode == FaceMode.CONSENTING:
            forgetting.keep_consenting(room)
    if room.face_mode == FaceMode.OFF:
        delete_lost_crops(room, begun)
        for batch in in_batches(room.photos.order_by("pk").values_list("pk", flat=True).iterator()):
            tag_store.save_people_tags(batch)
        return []
    return forgetting.photos_without_faces(room)


def has_forbidden_faces(room_id: uuid.UUID) -> bool:
    """Whether faces are kept where none may be: a worker that had asked before the host switched them off wrote them after it."""
    is_off = Room.objects.filter(pk=room_id, face_mode=FaceMode.OFF).exists()
    return is_off and Face.objects.filter(room=room_id, withdrawal="").exists()


def delete_lost_crops(room: Room, before: datetime) -> int:
    """Delete cut-out faces that no row names: whoever deleted their rows may have been killed before the files went.

    Files written since `before` stay: should the host have switched faces on again meanwhile, they are of rows that come.
    """
    storage = Face._meta.get_field("crop").storage
    named = set(room.faces.exclude(crop="").values_list("crop", flat=True))
    count, top = 0, f"rooms/{room.pk}/faces"
    try:
        folders = storage.listdir(top)[0]
    except FileNotFoundError:
        return 0
    for folder in folders:
        for name in storage.listdir(f"{top}/{folder}")[1]:
            path = f"{top}/{folder}/{name}"
            if path not in named and storage.get_modified_time(path) < before:
                storage.delete(path)
                count += 1
    return count
