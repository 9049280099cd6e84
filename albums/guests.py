"""A guest signs in to an account: what the guest has in the rooms becomes the account's."""

from __future__ import annotations

import logging
from typing import Any

from django.db import models
from django.db.models import F
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from accounts.signals import guest_merged
from albums.errors import AlbumError
from albums.models import (
    Child,
    Comment,
    Consent,
    Download,
    FaceSearch,
    Favorite,
    Invitation,
    Membership,
    Notification,
    Person,
    PersonChange,
    Photo,
    PhotoChange,
    PhotoTag,
    ShareLink,
    Tag,
    TakedownRequest,
    Upload,
)
from albums.models.people import ChangeKind
from albums.models.privacy import RequestState
from albums.models.rooms import Role
from albums.services.members import RANK
from albums.services.people import unite

logger = logging.getLogger(__name__)

# Whatever names a user and takes any number of rows of one user. Memberships and claims are one per room, see below.
OWNED: tuple[tuple[type[models.Model], str], ...] = (
    (Photo, "uploader"),
    (Photo, "deleted_by"),
    (Upload, "user"),
    (Download, "user"),
    (Invitation, "created_by"),
    (ShareLink, "created_by"),
    (PersonChange, "actor"),
    (PhotoChange, "actor"),
    (PhotoTag, "by"),
    (Tag, "created_by"),
    (Comment, "author"),
    (Comment, "deleted_by"),
    (TakedownRequest, "answered_by"),
)


@receiver(guest_merged)
def take_over(guest: User, account: User, **_: Any) -> None:
    for model, column in OWNED:
        model._default_manager.filter(**{column: guest}).update(**{column: account})
    liked = Favorite.objects.filter(user=account).values("photo")
    Favorite.objects.filter(user=guest).exclude(photo__in=liked).update(user=account)
    _take_requests(guest, account)
    _take_notifications(guest, account)
    _take_consents(guest, account)
    _take_children(guest, account)
    for membership in Membership.objects.filter(user=guest):
        _take_membership(membership, account)
    for person in Person.objects.filter(user=guest).select_related("room"):
        _take_claim(person, account)


def _take_requests(guest: User, account: User) -> None:
    """One open request of each photo; where both asked, the account's stays."""
    asked = TakedownRequest.objects.filter(user=account, state=RequestState.OPEN).values("photo")
    theirs = TakedownRequest.objects.filter(user=guest)
    theirs.filter(state=RequestState.OPEN, photo__in=list(asked.values_list("photo", flat=True))).delete()
    theirs.update(user=account)


def _take_notifications(guest: User, account: User) -> None:
    """Of each kind one that is unread: what the guest had not read joins it."""
    for notice in Notification.objects.filter(user=guest):
        same = Notification.objects.filter(room=notice.room_id, user=account, kind=notice.kind, read_at=None)
        if notice.read_at is None and same.update(count=F("count") + notice.count):
            notice.delete()
        else:
            Notification.objects.filter(pk=notice.pk).update(user=account)


def _take_consents(guest: User, account: User) -> None:
    """Both said yes: the account's consent holds. What was searched for goes with it, one search of each room."""
    moment = timezone.now()
    for consent in Consent.objects.filter(user=guest, child=None, withdrawn_at=None):
        if Consent.objects.filter(room=consent.room_id, user=account, child=None, withdrawn_at=None).exists():
            Consent.objects.filter(pk=consent.pk).update(withdrawn_at=moment)
    Consent.objects.filter(user=guest).update(user=account)
    own = FaceSearch.objects.filter(user=account, child=None).values_list("room", flat=True)
    FaceSearch.objects.filter(user=guest, child=None, room__in=list(own)).delete()
    FaceSearch.objects.filter(user=guest).update(user=account)


def _take_children(guest: User, account: User) -> None:
    """Two children of one name stay two, told apart by a number: only their parent knows whether they are one."""
    for child in Child.objects.filter(guardian=guest):
        taken = set(Child.objects.filter(room=child.room_id, guardian=account).values_list("name", flat=True))
        names = (child.name, *(f"{child.name[:50]} ({number})" for number in range(2, 1000)))
        child.name = next(name for name in names if name not in taken)
        child.guardian = account
        child.save(update_fields=["name", "guardian"])


def _take_membership(membership: Membership, account: User) -> None:
    """The higher of the two roles; a room has one owner, so the guest's row makes room first."""
    own = Membership.objects.filter(room=membership.room_id, user=account).first()
    if own is None:
        membership.user = account
        membership.save(update_fields=["user"])
        return
    membership.delete()
    if RANK[Role(membership.role)] > RANK[Role(own.role)]:
        own.role = membership.role
        own.save(update_fields=["role"])


def _take_claim(person: Person, account: User) -> None:
    """Both said "this is me", so both are the same person; that is recorded, and can be undone, like any claim."""
    if not Person.objects.filter(room=person.room_id, user=account).exists():
        Person.objects.filter(pk=person.pk).update(user=account)
        return
    Person.objects.filter(pk=person.pk).update(user=None)
    person.refresh_from_db()
    mine = Person.objects.get(room=person.room_id, user=account)
    try:
        unite(user=account, into=mine, others=[person], kind=ChangeKind.CLAIM)
    except AlbumError as error:
        logger.info("person %s stays unclaimed after a merge: %s", person.pk, error)
