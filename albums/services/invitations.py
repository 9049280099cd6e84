from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from albums.errors import AlbumError, InvitationUnknown, InvitationUnusable
from albums.models import Invitation, Room
from albums.models.rooms import Role
from albums.permissions import Action, require

UNKNOWN = gettext_lazy("No invitation has this code. Check it with your host, letter by letter.")


@transaction.atomic
def create_invitation(
    *,
    user: User,
    room: Room,
    role: str = Role.MEMBER,
    expires_at: datetime | None = None,
    max_uses: int | None = None,
) -> Invitation:
    require(user, Action.INVITE, room)
    if role not in (Role.MEMBER, Role.VIEWER):
        raise AlbumError(_("People can be invited as members or as viewers."))
    if expires_at and expires_at <= timezone.now():
        raise AlbumError(_("Choose a time in the future for the invitation to expire."))
    if max_uses is not None and not 1 <= max_uses <= 100_000:
        raise AlbumError(_("An invitation can be used between 1 and 100,000 times."))
    return Invitation.objects.create(
        room=room, role=role, expires_at=expires_at, max_uses=max_uses, created_by=user
    )


@transaction.atomic
def revoke_invitation(*, user: User, invitation: Invitation) -> None:
    """People who joined with it stay; nobody else can."""
    require(user, Action.INVITE, invitation.room)
    if not invitation.revoked_at:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])


def find_invitation(text: str) -> Invitation:
    """The usable invitation of a link's token or a typed code, in any case, with or without dashes and spaces."""
    typed = text.strip()
    code = "".join(character for character in typed.upper() if character.isalnum())
    if "\x00" in typed or not typed:
        raise InvitationUnknown(UNKNOWN)
    found = Invitation.objects.select_related("room").filter(
        Q(token=typed[:40]) | Q(code=code[:8] if len(code) == 8 else "-")
    )
    invitation = found.first()
    if invitation is None:
        raise InvitationUnknown(UNKNOWN)
    if invitation.problem:
        raise InvitationUnusable(invitation.problem)
    return invitation
