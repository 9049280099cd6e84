"""What people say to each other below a photo. A comment that is deleted can be brought back until the trash is emptied."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from albums.errors import AlbumError
from albums.models import Comment, Photo, Room
from albums.models.talk import NoticeKind
from albums.permissions import Action, require
from albums.services.notifications import tell

LONGEST_COMMENT = 1000
MOST_AT_ONCE = 30  # of one person, in one room
WINDOW_MINUTES = 10
# Control characters, and those that would turn the text around them; joiners stay, emoji are made with them.
_UNWANTED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MANY_BREAKS = re.compile(r"\n{3,}")


class TooManyComments(AlbumError):
    code = "too_many_comments"
    status = 429


@transaction.atomic
def add_comment(*, user: User, photo: Photo, text: str) -> Comment:
    """Say something about a photo; its uploader is told."""
    require(user, Action.COMMENT, photo.room)
    cleaned = clean_comment(text)
    if photo.deleted_at is not None:
        raise AlbumError(_("This photo is in the trash, so nobody would read your comment."))
    _require_patience(user, photo.room)
    comment = Comment.objects.create(room=photo.room, photo=photo, author=user, text=cleaned)
    if photo.uploader_id is not None:
        tell(
            room=photo.room,
            users=[photo.uploader_id],
            kind=NoticeKind.COMMENTED,
            actor=user,
            photos=[photo.pk],
            comment=comment.pk,
        )
    return comment


@transaction.atomic
def delete_comment(*, user: User, comment: Comment) -> None:
    """Authors delete what they wrote, the owner of the room whatever stands there."""
    require(user, Action.VIEW, comment.room)
    if not may_delete(user, comment):
        raise PermissionDenied(_("Only its author and the owner of this room can delete a comment."))
    deleted = Comment.objects.filter(pk=comment.pk, deleted_at=None)
    deleted.update(deleted_at=timezone.now(), deleted_by=user)


@transaction.atomic
def restore_comment(*, user: User, comment: Comment) -> None:
    """Who deleted it brings it back, and the owner; what the owner took away stays away, also from its author."""
    require(user, Action.VIEW, comment.room)
    decided_by = comment.deleted_by_id if comment.deleted_at else comment.author_id
    if decided_by != user.pk and not _is_owner(user, comment.room):
        raise PermissionDenied(_("Only who deleted a comment can bring it back."))
    Comment.objects.filter(pk=comment.pk).update(deleted_at=None, deleted_by=None)


def may_delete(user: User, comment: Comment) -> bool:
    is_own = comment.author_id is not None and comment.author_id == user.pk
    return is_own or _is_owner(user, comment.room)


def clean_comment(text: str) -> str:
    """The text as it is kept: trimmed, without control characters, with at most one empty line at a time."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    lines = (" ".join(line.split()) for line in _UNWANTED.sub(" ", text).split("\n"))
    cleaned = _MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip()
    if not any(unicodedata.category(letter)[0] in "LNPSM" for letter in cleaned):
        raise AlbumError(_("Write something first, then send it."))
    if len(cleaned) > LONGEST_COMMENT:
        sentence = _("A comment can have at most %(most)s characters; this one has %(length)s.")
        raise AlbumError(sentence % {"most": LONGEST_COMMENT, "length": len(cleaned)})
    return cleaned


def _require_patience(user: User, room: Room) -> None:
    """Deleted ones count as well, or deleting would be a way around."""
    since = timezone.now() - timedelta(minutes=WINDOW_MINUTES)
    if Comment.objects.filter(author=user, room=room, created_at__gte=since).count() >= MOST_AT_ONCE:
        raise TooManyComments(
            _("You have written %(count)s comments within %(minutes)s minutes. Wait a little, then go on.")
            % {"count": MOST_AT_ONCE, "minutes": WINDOW_MINUTES}
        )


def _is_owner(user: User, room: Room) -> bool:
    return require(user, Action.VIEW, room) == "owner"
