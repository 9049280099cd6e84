"""What this app adds when somebody takes their data along, or deletes their account."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.deletion import Obstacle
from accounts.export import rows
from accounts.models import User
from accounts.signals import asking_to_delete_user, collecting_user_data, deleting_user
from albums.batches import id_batches
from albums.counts import recount_events
from albums.housekeeping import remember_faces
from albums.models import (
    Child,
    Comment,
    Consent,
    Device,
    Download,
    Edit,
    EditPreset,
    Face,
    FaceSearch,
    Favorite,
    Invitation,
    Membership,
    Notification,
    Person,
    PersonChange,
    Photo,
    PhotoChange,
    Room,
    ShareLink,
    TakedownRequest,
)
from albums.models.photos import TimeSource
from albums.models.rooms import Role
from albums.services.clocks import BY_CLOCK
from albums.services.history import settle
from albums.services.members import end_faces_of
from processing import copy_tasks, tasks

GROUPS = ("duplicates", "look_alikes")
PHOTO_COLUMNS = (
    "room", "filename", "kind", "format", "sha256", "size_bytes", "width", "height", "uploaded_at", "modified_at",
    "taken_at", "taken_offset_minutes", "latitude", "longitude", "camera", "state", "deleted_at",
)  # fmt: skip


@receiver(collecting_user_data)
def own_data(user: User, **_: Any) -> dict[str, Any]:
    memberships = Membership.objects.filter(user=user)
    return {
        "rooms": rows(
            memberships, "room", "room__name", "role", "joined_at", "sends_mail", "seen_at", "new_since"
        ),
        "photos": rows(Photo.objects.filter(uploader=user), *PHOTO_COLUMNS),
        "faces_claimed": list(_claimed_faces(user)),
        "searches_for_oneself": list(_searches(user)),
        "downloads": rows(
            Download.objects.filter(user=user), "title", "photo_count", "size_bytes", "created_at"
        ),
        "invitations": rows(
            Invitation.objects.filter(created_by=user),
            "room",
            "role",
            "uses",
            "created_at",
            "expires_at",
            "revoked_at",
        ),
        "share_links": rows(
            ShareLink.objects.filter(created_by=user),
            "room",
            "kind",
            "query",
            "title",
            "created_at",
            "expires_at",
            "revoked_at",
        ),
        "changes": rows(
            PersonChange.objects.filter(actor=user), "room", "summary", "created_at", "undone_at"
        ),
        "changes_of_photos": rows(
            PhotoChange.objects.filter(actor=user), "room", "summary", "created_at", "undone_at"
        ),
        "consents": rows(
            Consent.objects.filter(user=user),
            "room",
            "child__name",
            "text_version",
            "language",
            "given_at",
            "withdrawn_at",
        ),
        "children": rows(Child.objects.filter(guardian=user), "room", "name", "created_at"),
        "not_shown": rows(
            Person.objects.of_user(user).filter(is_concealed=True),
            "room",
            "name",
            "is_concealed",
            "is_veiled",
        ),
        "takedown_requests": rows(
            TakedownRequest.objects.filter(user=user),
            "room",
            "photo",
            "reason",
            "state",
            "answer",
            "created_at",
            "answered_at",
        ),
        "notifications": rows(
            Notification.objects.filter(user=user),
            "room",
            "kind",
            "count",
            "created_at",
            "updated_at",
            "read_at",
            "mailed_at",
        ),
        "comments": rows(
            Comment.objects.filter(author=user), "room", "photo", "text", "created_at", "deleted_at"
        ),
        "edits": rows(
            Edit.objects.filter(author=user),
            "photo__room",
            "photo__filename",
            "number",
            "recipe",
            "origin",
            "created_at",
        ),
        "edit_presets": rows(
            EditPreset.objects.filter(Q(user=user) | Q(author=user)), "room", "name", "recipe", "created_at"
        ),
        "favorites": rows(Favorite.objects.filter(user=user), "photo__room", "photo", "created_at"),
    }


def _claimed_faces(user: User) -> Iterator[dict[str, Any]]:
    """Of which faces they said "this is me", or my child: where, and the 128 numbers by which they are found (float32, base64)."""
    faces = Face.objects.filter(person__in=Person.objects.of_user(user)).values(
        "room", "photo__filename", "person__name", "x", "y", "width", "height", "descriptor"
    )
    for face in faces.iterator():
        yield face | {"descriptor": _written(face["descriptor"])}


def _searches(user: User) -> Iterator[dict[str, Any]]:
    """Where they looked for themselves, and the numbers of their face that this is done with."""
    columns = ("room", "child__name", "state", "created_at", "searched_at", "descriptor")
    for search in FaceSearch.objects.filter(user=user).values(*columns):
        yield search | {"descriptor": _written(search["descriptor"])}


def _written(descriptor: bytes | None) -> str:
    """In base64; empty as long as a face has not been described."""
    return base64.b64encode(descriptor or b"").decode()


@receiver(asking_to_delete_user)
def owned_rooms(user: User, **_: Any) -> list[Obstacle]:
    rooms = Room.objects.filter(memberships__user=user, memberships__role=Role.OWNER)
    return [_obstacle(room, room.memberships.count()) for room in rooms]


def _obstacle(room: Room, member_count: int) -> Obstacle:
    if member_count > 1:
        return Obstacle(
            _("You own “%(room)s”, and others are in it. Hand it over to one of them, or delete it.")
            % {"room": room},
            reverse("albums:members", args=[room.pk]),
            _("Choose a new owner"),
        )
    return Obstacle(
        _("You own “%(room)s”, and nobody else is in it. Delete it first.") % {"room": room},
        reverse("albums:room_settings", args=[room.pk]),
        _("Open its settings"),
    )


@receiver(deleting_user)
def let_go(user: User, with_photos: bool, **_: Any) -> None:
    """What is known of faces is deleted here, with the names; memberships, searches, downloads and uploads go with the user's row, and photos lose their uploader."""
    for room in Room.objects.filter(_has_faces_of(user)):
        end_faces_of(user, room)
    _keep_times_of(user)
    if with_photos:
        _delete_photos_of(user)


def _has_faces_of(user: User) -> Q:
    """A condition on rooms: something is known of the user's face there, or of a child's of theirs."""
    rows = [
        model._default_manager.filter(user=user).values("room") for model in (Person, FaceSearch, Consent)
    ]
    found = Q(pk__in=Child.objects.filter(guardian=user).values("room"))
    for rooms in rows:
        found |= Q(pk__in=rooms)
    return found


def _keep_times_of(user: User) -> None:
    """Their cameras go with them, but not what people said about the clocks of these: the times stay as they are."""
    shifted = Device.objects.filter(uploader=user).exclude(shift_seconds=0)
    Photo.objects.filter(device__in=shifted, time_source__in=BY_CLOCK).update(time_source=TimeSource.PERSON)


def _delete_photos_of(user: User) -> None:
    """For good, not to the trash; their files go after the commit."""
    photos = Photo.objects.filter(uploader=user)
    people_by_room: dict[Any, set[int]] = {
        pk: set() for pk in photos.order_by().values_list("room", flat=True)
    }
    faces = Face.objects.filter(photo__uploader=user, person__isnull=False).order_by()
    for room, person in faces.values_list("room", "person").distinct():
        people_by_room[room].add(person)
    events = set(photos.order_by().values_list("event", flat=True)) - {None}
    groups = {column: set(photos.order_by().values_list(column, flat=True)) - {None} for column in GROUPS}
    remember_faces(list(photos.values_list("pk", flat=True)))
    photos.delete()
    recount_events(events)
    for column, keys in groups.items():  # another one is now the best of its group
        for batch in id_batches(keys):
            Photo.objects.filter(**{f"{column}__in": batch}).disarrange()
    for room in Room.objects.filter(pk__in=people_by_room):
        settle(room, people_by_room[room.pk])
        tasks.request_arranging(room.pk)
        copy_tasks.settle_borrowed(room.pk)
