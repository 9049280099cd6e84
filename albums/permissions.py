"""THE place that decides who may do what in a room.

Reading goes through `Model.objects.visible_to(user)`; the first line of every write is `require(user, action, room)`:
404 for an outsider, who must not learn that the room exists, 403 for a member whose role is too low.
"""

from __future__ import annotations

from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from albums.models import Membership, Photo, Room
from albums.models.rooms import Role, UploadPolicy
from albums.querysets import Anyone, PhotoQuerySet


class Action(StrEnum):
    VIEW = "view"
    DOWNLOAD = "download"
    CLAIM_PERSON = "claim_person"  # "this is me", for oneself
    LEAVE = "leave"
    UPLOAD = "upload"
    EDIT_PEOPLE = "edit_people"  # name, merge, split, hide
    EDIT_PHOTOS = "edit_photos"  # times, places, tags, captions, stars, what is left out, which shot is best
    COMMENT = "comment"  # also likes; narrowed by the room, below
    SHARE = "share"  # links that show photos to people outside
    DELETE_OWN_PHOTO = "delete_own_photo"
    DELETE_PHOTO = "delete_photo"
    RETRY = "retry"  # run failed photos again
    INVITE = "invite"
    MANAGE_MEMBERS = "manage_members"
    CHANGE_ROOM = "change_room"
    DELETE_ROOM = "delete_room"


EVERYBODY = frozenset({Role.OWNER, Role.MEMBER, Role.VIEWER})
MEMBERS = frozenset({Role.OWNER, Role.MEMBER})
OWNER = frozenset({Role.OWNER})

TABLE: dict[Action, frozenset[Role]] = {
    Action.VIEW: EVERYBODY,
    Action.DOWNLOAD: EVERYBODY,
    Action.CLAIM_PERSON: EVERYBODY,
    Action.LEAVE: EVERYBODY - OWNER,
    Action.UPLOAD: EVERYBODY,  # narrowed by the room's own policy, below
    Action.EDIT_PEOPLE: MEMBERS,
    Action.EDIT_PHOTOS: MEMBERS,
    Action.COMMENT: EVERYBODY,
    Action.SHARE: MEMBERS,
    Action.DELETE_OWN_PHOTO: EVERYBODY,
    Action.DELETE_PHOTO: OWNER,
    Action.RETRY: MEMBERS,
    Action.INVITE: OWNER,
    Action.MANAGE_MEMBERS: OWNER,
    Action.CHANGE_ROOM: OWNER,
    Action.DELETE_ROOM: OWNER,
}
UPLOADERS: dict[str, frozenset[Role]] = {
    UploadPolicy.OWNER: OWNER,
    UploadPolicy.MEMBERS: MEMBERS,
    UploadPolicy.EVERYONE: EVERYBODY,
}
DENIED: dict[Action, str | Promise] = {
    Action.UPLOAD: gettext_lazy("You can look at this room, but its host decides who may add photos."),
    Action.EDIT_PEOPLE: gettext_lazy(
        "You can look at this room; ask its host to make you a member to name people."
    ),
    Action.EDIT_PHOTOS: gettext_lazy(
        "You can look at this room; ask its host to make you a member to change its photos."
    ),
    Action.COMMENT: gettext_lazy("The host of this room has switched comments off."),
    Action.SHARE: gettext_lazy(
        "You can look at this room; ask its host to make you a member to share its photos."
    ),
    Action.LEAVE: gettext_lazy("You own this room: hand it over to somebody else first, or delete it."),
}


def role_of(user: Anyone, room: Room) -> Role | None:
    if not user.is_authenticated:
        return None
    role = Membership.objects.filter(user_id=user.pk, room_id=room.pk).values_list("role", flat=True).first()
    return Role(role) if role else None


def allows(role: Role | None, action: Action, room: Room) -> bool:
    """Whether somebody with this role may do this in this room."""
    if role is None or role not in TABLE[action]:
        return False
    if action == Action.COMMENT:
        return room.allows_comments
    return action != Action.UPLOAD or role in UPLOADERS[room.upload_policy]


def actions_of(role: Role | None, room: Room) -> set[str]:
    """The names of everything that this role may do here, for templates and the API."""
    return {action.value for action in Action if allows(role, action, room)}


def require(user: Anyone, action: Action, room: Room) -> Role:
    """Answer the user's role, or raise: Http404 for outsiders, PermissionDenied with a sentence for insiders."""
    role = role_of(user, room)
    if role is None:
        raise Http404(_("There is no such room, or you are not in it."))
    if not allows(role, action, room):
        raise PermissionDenied(DENIED.get(action, _("Only the owner of this room can do that.")))
    return role


def require_delete(user: Anyone, photo: Photo) -> None:
    """People may delete what they uploaded; the owner may delete everything."""
    own = photo.uploader_id is not None and photo.uploader_id == user.pk
    require(user, Action.DELETE_OWN_PHOTO if own else Action.DELETE_PHOTO, photo.room)


def sees(user: Anyone, photo: Photo) -> bool:
    """Whether somebody in the room sees this photo: all do, unless it is in the trash. Then those who may restore it do."""
    return photo.deleted_at is None or may_restore(user, photo)


def may_restore(user: Anyone, photo: Photo) -> bool:
    """Who deleted it brings it back, and the owner; what the owner took away stays away, also from its uploader."""
    if photo.deleted_by_id is not None and photo.deleted_by_id == user.pk:
        return True
    return allows(role_of(user, photo.room), Action.DELETE_PHOTO, photo.room)


def seen_photos(user: Anyone, room: Room) -> PhotoQuerySet:
    """The photos of a room that this user sees, by the same rule as `sees`."""
    photos = Photo.objects.visible_to(user).filter(room=room)
    if allows(role_of(user, room), Action.DELETE_PHOTO, room):
        return photos
    return photos.filter(Q(deleted_at=None) | Q(deleted_by=user.pk))
