"""What a room does with faces: none at all, those of people who said yes, or everybody's. Its host decides."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from albums import forgetting
from albums.errors import AlbumError
from albums.models import Room
from albums.models.rooms import FaceMode
from albums.permissions import Action, require
from albums.services.history import lock
from processing import tasks


@transaction.atomic
def set_face_mode(*, user: User, room: Room, mode: str) -> str:
    """Change the mode, delete at once what it forbids, and answer in a sentence what was done; "" if nothing was."""
    require(user, Action.CHANGE_ROOM, room)
    if mode not in FaceMode.values:
        raise AlbumError(_("Choose what happens with faces: nothing, only people who said yes, or everyone."))
    lock(room)
    room.refresh_from_db(fields=["face_mode"])
    before = room.face_mode
    if mode == before:
        return ""
    room.face_mode = mode
    Room.objects.filter(pk=room.pk).update(face_mode=mode, people_revision=F("people_revision") + 1)
    room.refresh_from_db(fields=["people_revision"])  # whoever saves the room after this writes it back
    tasks.request_mode(room.pk)
    if mode == FaceMode.OFF:
        return _deleted(*forgetting.forget_faces(room))
    if before == FaceMode.OFF:
        forgetting.lift_faces_off(room)
    if mode == FaceMode.CONSENTING:
        said = _taken_apart(*forgetting.keep_consenting(room))
        return _("Faces are looked for again. This takes a while.") if before == FaceMode.OFF else said
    return _("The faces on the photos are being sorted into albums. This takes a while.")


def _deleted(faces: int, people: int) -> str:
    return _("Deleted: %(faces)s and %(people)s. No faces are looked for in this room any more.") % {
        "faces": ngettext("%(count)s face", "%(count)s faces", faces) % {"count": f"{faces:,}"},
        "people": ngettext("%(count)s person", "%(count)s people", people) % {"count": f"{people:,}"},
    }


def _taken_apart(faces: int, people: int) -> str:
    if not faces and not people:
        return _("From now on only people who said yes are found.")
    return _("%(people)s with %(faces)s who have not said yes: their albums and names are gone.") % {
        "faces": ngettext("%(count)s face", "%(count)s faces", faces) % {"count": f"{faces:,}"},
        "people": ngettext("%(count)s person", "%(count)s people", people) % {"count": f"{people:,}"},
    }
