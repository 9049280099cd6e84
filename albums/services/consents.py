"""Consent to having a face looked for: per room and person, or child. Given with the text that was read, withdrawn at once."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from albums.errors import AlbumError, Conflict
from albums.faces_policy import require_faces
from albums.models import Child, Consent, Face, FaceMemory, Room
from albums.permissions import Action, require
from albums.services.history import lock
from albums.services.withdrawals import Withdrawal, erase
from processing import tasks


class ConsentNeeded(Conflict):
    """Nobody has said yes to it, so it is not done."""

    code = "consent_needed"


@transaction.atomic
def give(
    *, user: User, room: Room, child: Child | None = None, text_version: str, language: str = "en"
) -> Consent:
    """Say yes, for oneself or for a child of one's own; a yes to a newer text takes the older one's place."""
    require(user, Action.CLAIM_PERSON, room)
    require_own(user, room, child)
    lock(room)
    room.refresh_from_db(fields=["face_mode"])
    require_faces(room)
    if not text_version or len(text_version) > 20:
        raise AlbumError(_("Say which version of the text was agreed to."))
    now = current(user, room, child)
    if now and now.text_version == text_version:
        return now
    if now:
        Consent.objects.filter(pk=now.pk).update(withdrawn_at=timezone.now())
    consent = Consent.objects.create(
        room=room, user=user, child=child, text_version=text_version, language=language[:10]
    )
    _lift(room, of(user, room, child).exclude(pk=consent.pk))
    return consent


def of(user: User, room: Room, child: Child | None = None) -> QuerySet[Consent]:
    """Every consent of this person in the room, withdrawn ones too, the latest first."""
    if child is not None:
        return Consent.objects.filter(room=room, child=child)
    return Consent.objects.filter(room=room, user_id=user.pk or 0, child=None)


def current(user: User, room: Room, child: Child | None = None) -> Consent | None:
    """The consent that holds now, of the user or of a child."""
    return of(user, room, child).filter(withdrawn_at=None).first()


def require_consent(user: User, room: Room, child: Child | None = None) -> None:
    """Raise ConsentNeeded unless there is a current consent; FacesOff where no faces are looked for."""
    require_faces(room)
    require_own(user, room, child)
    if current(user, room, child) is not None:
        return
    if child is not None:
        sentence = _("Say yes for %(name)s first: without your consent nobody looks for a child's face.")
        raise ConsentNeeded(sentence % {"name": child.name})
    raise ConsentNeeded(_("Say yes first: without your consent nobody looks for your face in this room."))


def require_own(user: User, room: Room, child: Child | None) -> None:
    """A child is spoken for by its guardian, in the room where it was added."""
    if child is not None and (child.guardian_id != user.pk or child.room_id != room.pk):
        raise AlbumError(_("You look after no such child in this room."))


@transaction.atomic
def withdraw(*, user: User, room: Room, child: Child | None = None) -> Withdrawal:
    """Take the yes back: everything that came of it is deleted now, and the answer says what."""
    require(user, Action.CLAIM_PERSON, room)
    require_own(user, room, child)
    return end(user=user, room=room, child=child)


def end(*, user: User, room: Room, child: Child | None = None) -> Withdrawal:
    """Withdraw without asking who may: also for who leaves, is removed, or deletes the account."""
    lock(room)
    latest = of(user, room, child).first()
    of(user, room, child).filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
    return erase(user=user, room=room, child=child, mark=mark_of(latest) if latest else "-")


def mark_of(consent: Consent) -> str:
    """What stands on the boxes of a withdrawn face: without this site's secret and the consent it names nobody."""
    text = f"withdrawn consent {consent.pk}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()[:32]


def _lift(room: Room, withdrawn: Iterable[Consent]) -> None:
    """Who says yes again is found again: their boxes may be described as if they had just been drawn."""
    marks = [mark_of(consent) for consent in withdrawn]
    if not marks:
        return
    FaceMemory.objects.filter(room=room, withdrawal__in=marks).delete()
    faces = Face.objects.filter(room=room, withdrawal__in=marks)
    photos = set(faces.order_by().values_list("photo", flat=True))
    faces.update(withdrawal="", is_dismissed=False, is_veiled=False, is_sorted=False)
    for photo_id in sorted(photos):
        tasks.request_description(room_id=room.pk, photo_id=photo_id)
    if photos:
        tasks.request_veiling(room.pk)
