from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from albums.errors import AlbumError, Conflict, InvitationUnusable, WrongPassword
from albums.models import Child, Invitation, Membership, Notification, Room
from albums.models.rooms import Role
from albums.models.talk import NoticeKind
from albums.notifying import tell
from albums.permissions import Action, require
from albums.services import consents

CHANGED = gettext_lazy("Somebody has changed the members of this room meanwhile. Reload the page.")
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
            _("That is not the password of this room.")
            if password
            else _("This room asks for a password. Your host knows it.")
        )
    if not Invitation.objects.usable().filter(pk=invitation.pk).update(uses=F("uses") + 1):
        raise InvitationUnusable(
            invitation.problem or _("This invitation has been used up. Ask your host for a new link.")
        )
    gained = {"role": invitation.role, "invitation": invitation}
    membership, is_new = Membership.objects.select_for_update().get_or_create(
        room=room, user=user, defaults=gained
    )
    if is_new:
        owners = room.memberships.filter(role=Role.OWNER).values_list("user", flat=True)
        tell(room=room, users=list(owners), kind=NoticeKind.JOINED, actor=user)
        return membership
    if RANK[Role(membership.role)] >= RANK[Role(invitation.role)]:  # pressed twice: the other was quicker
        Invitation.objects.filter(pk=invitation.pk).update(uses=F("uses") - 1)
        return membership
    Membership.objects.filter(pk=membership.pk).update(**gained)
    membership.role, membership.invitation = invitation.role, invitation
    return membership


@transaction.atomic
def leave_room(*, user: User, room: Room) -> None:
    """Photos stay; whatever was known of the user's face, and of their children's, goes at once."""
    require(user, Action.LEAVE, room)
    membership = Membership.objects.select_for_update().get(room=room, user=user)
    _remove(membership)


@transaction.atomic
def remove_member(*, user: User, membership: Membership) -> None:
    require(user, Action.MANAGE_MEMBERS, membership.room)
    _hold(membership)
    _remove(membership)


@transaction.atomic
def change_role(*, user: User, membership: Membership, role: str) -> Membership:
    require(user, Action.MANAGE_MEMBERS, membership.room)
    _hold(membership)
    if membership.role == Role.OWNER:
        raise AlbumError(_("The owner stays the owner until the room is handed over."))
    if role not in (Role.MEMBER, Role.VIEWER):
        raise AlbumError(
            _("Somebody can be a member or a viewer. To make them the owner, hand the room over.")
        )
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


@transaction.atomic
def hand_over(*, user: User, membership: Membership) -> None:
    """The other becomes the owner, the owner becomes a member."""
    require(user, Action.MANAGE_MEMBERS, membership.room)
    if membership.user_id == user.pk:
        raise AlbumError(_("You own this room already."))
    owner = Membership.objects.filter(room=membership.room_id, user=user, role=Role.OWNER)
    heir = Membership.objects.filter(pk=membership.pk)
    if not owner.update(role=Role.MEMBER) or not heir.update(role=Role.OWNER):
        raise Conflict(CHANGED)
    membership.role = Role.OWNER


def _hold(membership: Membership) -> None:
    """Nobody else changes it until this transaction ends; its role as it is by now."""
    now = Membership.objects.select_for_update().filter(pk=membership.pk).first()
    if now is None:
        raise Conflict(CHANGED)
    membership.role = now.role


def _remove(membership: Membership) -> None:
    if membership.role == Role.OWNER:
        raise AlbumError(_("The owner can't be removed. Hand the room over first."))
    end_faces_of(membership.user, membership.room)
    Notification.objects.filter(room=membership.room_id, user=membership.user_id).delete()
    membership.delete()


def end_faces_of(user: User, room: Room) -> None:
    """Who is in a room no longer has said no to being found there, for themselves and for their children."""
    for child in Child.objects.filter(room=room, guardian=user):
        consents.end(user=user, room=room, child=child)
        child.delete()
    consents.end(user=user, room=room)
