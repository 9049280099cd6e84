"""Children whose albums a parent looks after, in one room."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from albums.errors import AlbumError, Conflict
from albums.models import Child, Room
from albums.permissions import Action, require
from albums.services import consents
from albums.services.names import clean_name
from albums.services.withdrawals import Withdrawal

MOST_CHILDREN = 20  # of one guardian in one room: a class of somebody's own is not looked for by one parent


def children_of(user: User, room: Room) -> QuerySet[Child]:
    """The children of one guardian in one room, by name."""
    return Child.objects.filter(room=room, guardian_id=user.pk or 0)


@transaction.atomic
def add_child(*, user: User, room: Room, name: str) -> Child:
    """Note a child of one's own; nothing is looked for before the parent says yes for it."""
    require(user, Action.CLAIM_PERSON, room)
    name = clean_name(name, what=_("The child's name"), max_length=60)
    if children_of(user, room).filter(name__iexact=name).exists():
        raise Conflict(_("You have added a child of this name already."))
    if children_of(user, room).count() >= MOST_CHILDREN:
        raise AlbumError(_("You have added as many children as one person can look after in a room."))
    try:
        with transaction.atomic():
            return Child.objects.create(room=room, guardian=user, name=name)
    except IntegrityError as error:
        raise Conflict(_("You have added a child of this name already.")) from error


@transaction.atomic
def remove_child(*, user: User, child: Child) -> Withdrawal:
    """Take the child out of the room; everything that was found for it is deleted, as with a withdrawal."""
    require(user, Action.CLAIM_PERSON, child.room)
    consents.require_own(user, child.room, child)
    withdrawal = consents.end(user=user, room=child.room, child=child)
    child.delete()
    return withdrawal
