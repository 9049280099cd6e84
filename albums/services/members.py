from __future__ import annotations

from django.db import transaction
from django.db.models import F

from accounts.models import User
from albums.errors import AlbumError, InvitationUnusable, WrongPassword
from albums.models import Invitation, Membership, Person, Room
from albums.models.rooms import Role
from albums.permissions import Action, require

RANK = {Role.VIEWER: 0, Role.MEMBER: 1, Role.OWNER: 2}


@transaction.atomic
def join_room(*, user: User, invitation: Invitation, password: str = "") -> Membership:
    """Become a member; who is one already stays one and uses nothing up, but may rise from viewer to member."""
    room = invitation.room
    existing = Membership.objects.filter(room=room, user=user).first()
    if existing and RANK[Role(existing.role)] >= RANK[Role(invitation.role)]:
        return existing
    if not room.check_password(password):
        raise WrongPassword(
            "That is not the password of this room."
            if password
            else "This room asks for a password. Your host knows it."
        )
    if not Invitation.objects.usable().filter(pk=invitation.pk).update(uses=F("uses") + 1):
        raise InvitationUnusable(
            invitation.problem or "This invitation has been used up. Ask your host for a new link."
        )
    membership, _ = Membership.objects.update_or_create(
        room=room, user=user, defaults={"role": invitation.role, "invitation": invitation}
    )
    return membership


@transaction.atomic
def leave_room(*, user: User, room: Room) -> None:
    """Photos stay; the claim on a face goes."""
    require(user, Action.LEAVE, room)
    _remove(Membership.objects.get(room=room, user=user))


@transaction.atomic
def remove_member(*, user: User, membership: Membership) -> None:
    require(user, Action.MANAGE_MEMBERS, membership.room)
    if membership.role == Role.OWNER:
        raise AlbumError("The owner can't be removed. Hand the room over first.")
    _remove(membership)


@transaction.atomic
def change_role(*, user: User, membership: Membership, role: str) -> Membership:
    require(user, Action.MANAGE_MEMBERS, membership.room)
    if membership.role == Role.OWNER:
        raise AlbumError("The owner stays the owner until the room is handed over.")
    if role not in (Role.MEMBER, Role.VIEWER):
        raise AlbumError("Somebody can be a member or a viewer. To make them the owner, hand the room over.")
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


@transaction.atomic
def hand_over(*, user: User, membership: Membership) -> None:
    """The other becomes the owner, the owner becomes a member."""
    require(user, Action.MANAGE_MEMBERS, membership.room)
    if membership.user_id == user.pk:
        raise AlbumError("You own this room already.")
    Membership.objects.filter(room=membership.room_id, role=Role.OWNER).update(role=Role.MEMBER)
    membership.role = Role.OWNER
    membership.save(update_fields=["role"])


def _remove(membership: Membership) -> None:
    Person.objects.filter(room=membership.room_id, user=membership.user_id).update(user=None)
    membership.delete()
