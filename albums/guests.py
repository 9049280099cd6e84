"""A guest signs in to an account: what the guest has in the rooms becomes the account's."""

from __future__ import annotations

import logging
from typing import Any

from django.db import models
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import guest_merged
from albums.errors import AlbumError
from albums.models import (
    Download,
    Favorite,
    Invitation,
    Membership,
    Person,
    PersonChange,
    Photo,
    PhotoChange,
    PhotoTag,
    Tag,
    Upload,
)
from albums.models.rooms import Role
from albums.services.members import RANK
from albums.services.people import claim_person

logger = logging.getLogger(__name__)

# Whatever names a user and takes any number of rows of one user. Memberships and claims are one per room, see below.
OWNED: tuple[tuple[type[models.Model], str], ...] = (
    (Photo, "uploader"),
    (Photo, "deleted_by"),
    (Upload, "user"),
    (Download, "user"),
    (Invitation, "created_by"),
    (PersonChange, "actor"),
    (PhotoChange, "actor"),
    (PhotoTag, "by"),
    (Tag, "created_by"),
)


@receiver(guest_merged)
def take_over(guest: User, account: User, **_: Any) -> None:
    for model, column in OWNED:
        model._default_manager.filter(**{column: guest}).update(**{column: account})
    liked = Favorite.objects.filter(user=account).values("photo")
    Favorite.objects.filter(user=guest).exclude(photo__in=liked).update(user=account)
    for membership in Membership.objects.filter(user=guest):
        _take_membership(membership, account)
    for person in Person.objects.filter(user=guest).select_related("room"):
        _take_claim(person, account)


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
    try:
        claim_person(user=account, person=person)
    except AlbumError as error:
        logger.info("person %s stays unclaimed after a merge: %s", person.pk, error)
