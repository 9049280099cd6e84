"""What people are told in the page: `tell` writes it, its reader marks it read, and chooses which rooms send mail."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone

from accounts.models import User
from albums.models import Membership, Notification, Room
from albums.notifying import News, tell, tell_each
from albums.permissions import Action, require
from albums.visits import ABSENCE, STEP

__all__ = ["News", "mark_all_read", "mark_read", "note_visit", "switch_mail", "tell", "tell_each"]


def mark_read(*, user: User, notification: Notification) -> None:
    """Read once is read; what comes after it begins a new row."""
    require(user, Action.VIEW, notification.room)
    Notification.objects.of(user).unread().filter(pk=notification.pk).update(read_at=timezone.now())


def mark_all_read(*, user: User, room: Room | None = None) -> int:
    """Everything of one room, or of all rooms; answers how many that were."""
    rows = Notification.objects.of(user).unread()
    if room is not None:
        require(user, Action.VIEW, room)
        rows = rows.filter(room=room)
    return rows.update(read_at=timezone.now())


@transaction.atomic
def switch_mail(*, user: User, room: Room, is_on: bool) -> Membership:
    """Whether this user gets mail about this room."""
    require(user, Action.VIEW, room)
    membership = Membership.objects.select_for_update().get(room=room, user=user)
    membership.sends_mail = is_on
    membership.save(update_fields=["sends_mail"])
    return membership


def switch_mail_of(*, membership_ids: Collection[int], is_on: bool) -> list[Membership]:
    """The same without signing in, for who holds a mail's signed link; answers the memberships that still are."""
    rows = Membership.objects.filter(pk__in=list(membership_ids))
    rows.update(sends_mail=is_on)
    return list(rows.select_related("room"))


def note_visit(*, user: User, room: Room) -> None:
    """Somebody looks at the room's photos: after an absence, what came meanwhile is new until the next one.

    One statement, and none that writes while somebody clicks around.
    """
    require(user, Action.VIEW, room)
    now = timezone.now()
    rows = Membership.objects.filter(room=room, user=user)
    rows.filter(Q(seen_at=None) | Q(seen_at__lt=now - STEP)).update(
        new_since=Case(When(seen_at__lt=now - ABSENCE, then=F("seen_at")), default=F("new_since")),
        seen_at=now,
    )
