""" "Take down this photo of me": somebody on a photo asks, the owner of the room answers."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from albums.errors import AlbumError, Conflict
from albums.models import Membership, Photo, Room, TakedownRequest
from albums.models.privacy import RequestState
from albums.models.rooms import Role
from albums.models.talk import NoticeKind
from albums.permissions import Action, require
from albums.services.names import clean_name
from albums.services.notifications import tell
from albums.services.photos import trash_photos

ASKED = "You have asked for this already. The host of the room has been told."


@transaction.atomic
def ask(*, user: User, photo: Photo, reason: str = "") -> TakedownRequest:
    """Ask for a photo to be taken down; once while there is no answer. The owner of the room is told."""
    require(user, Action.VIEW, photo.room)
    if photo.deleted_at:
        raise Conflict(_("This photo is in the trash already."))
    reason = clean_name(reason, what=_("The reason"), max_length=500, may_be_empty=True)
    if open_requests(photo.room).filter(photo=photo, user=user).exists():
        raise Conflict(_(ASKED))
    try:
        with transaction.atomic():
            request = TakedownRequest.objects.create(
                room_id=photo.room_id, photo=photo, user=user, reason=reason
            )
    except IntegrityError as error:  # pressed twice: the other was quicker
        raise Conflict(_(ASKED)) from error
    owners = Membership.objects.filter(room=photo.room_id, role=Role.OWNER).values_list("user", flat=True)
    tell(room=photo.room, users=list(owners), kind=NoticeKind.TAKEDOWN, actor=user, photo=photo.pk)
    return request


def open_requests(room: Room) -> QuerySet[TakedownRequest]:
    return TakedownRequest.objects.filter(room=room, state=RequestState.OPEN)


@transaction.atomic
def answer(*, user: User, request: TakedownRequest, is_taken_down: bool, answer: str = "") -> TakedownRequest:
    """Take the photo down (it goes to the trash, from where it can be brought back) or say why it stays."""
    require(user, Action.DELETE_PHOTO, request.room)
    answer = clean_name(answer, what=_("The answer"), max_length=500, may_be_empty=True)
    if not is_taken_down and not answer:
        raise AlbumError(_("Say in a sentence why the photo stays."))
    state = RequestState.DONE if is_taken_down else RequestState.REFUSED
    moment = timezone.now()
    mine = open_requests(request.room).filter(pk=request.pk)
    if not mine.update(state=state, answer=answer, answered_by=user, answered_at=moment):
        raise Conflict(_("This request has been answered already."))
    told = {request.user_id}
    if is_taken_down:
        trash_photos(user=user, room=request.room, photo_ids=[request.photo_id])
        others = open_requests(request.room).filter(photo=request.photo_id)
        told |= set(others.values_list("user", flat=True))
        others.update(state=state, answer=answer, answered_by=user, answered_at=moment)
    tell(
        room=request.room,
        users=[pk for pk in told if pk],
        kind=NoticeKind.TAKEDOWN_ANSWERED,
        actor=user,
        photo=request.photo_id,
        is_taken_down=is_taken_down,
    )
    request.refresh_from_db()
    return request
