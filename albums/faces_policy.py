"""What a room does with faces: its host chooses (services/face_modes.py), its pages say so."""

from __future__ import annotations

from django.utils.translation import gettext as _

from albums.errors import Conflict
from albums.models import Room
from albums.models.rooms import FaceMode


class FacesOff(Conflict):
    """The room looks for no faces."""

    code = "faces_off"


def finds_faces(room: Room) -> bool:
    """Whether faces are looked for at all."""
    return room.face_mode != FaceMode.OFF


def is_by_consent(room: Room) -> bool:
    """Whether only people who said yes have albums, names and suggestions."""
    return room.face_mode == FaceMode.CONSENTING


def require_faces(room: Room) -> None:
    if not finds_faces(room):
        raise FacesOff(_("The host of this room has decided that no faces are looked for in it."))


def describe(room: Room) -> str:
    """One honest sentence for everybody who sees the room."""
    if room.face_mode == FaceMode.OFF:
        return _("No faces are looked for in this room.")
    if room.face_mode == FaceMode.CONSENTING:
        return _(
            "Only people who said yes are looked for on the photos; that stays on this server and in this room."
        )
    return _(
        "Faces are compared with each other, so that everybody finds their own photos; that stays on this server "
        "and in this room."
    )
