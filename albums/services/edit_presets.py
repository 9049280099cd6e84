"""Recipes with a name: one's own in all rooms, or a room's for everybody in it."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from albums.errors import AlbumError, Conflict
from albums.models import EditPreset, Room
from albums.permissions import Action, require
from albums.services.edit_batches import recipe_for_many
from albums.services.names import clean_name
from processing.operation import GROUPS

MOST = 200


def presets_for(user: User, room: Room) -> QuerySet[EditPreset]:
    """Those that somebody can use in a room: their own and the room's."""
    return (
        EditPreset.objects.filter(Q(user=user) | Q(room=room)).select_related("author").order_by("name", "pk")
    )


@transaction.atomic
def add_preset(*, user: User, room: Room, name: str, recipe: Any, is_rooms: bool) -> EditPreset:
    """Keep a recipe under a name; what belongs to one photo alone, like strokes of a brush, is left out."""
    require(user, Action.EDIT_PHOTOS, room)
    owner: dict[str, Any] = {"room": room} if is_rooms else {"user": user}
    if EditPreset.objects.filter(**owner).count() >= MOST:
        raise Conflict(_("There are too many presets already. Delete some that nobody uses."))
    read = recipe_for_many(user, room, recipe, tuple(GROUPS))
    if not read:
        raise AlbumError(_("There is nothing in this preset that could be done to another photo."))
    try:
        with transaction.atomic():
            return EditPreset.objects.create(**owner, author=user, name=_cleaned(name), recipe=read.as_json())
    except IntegrityError as error:
        raise Conflict(_("There is a preset of this name already. Choose another name.")) from error


@transaction.atomic
def rename_preset(*, user: User, room: Room, preset: EditPreset, name: str) -> EditPreset:
    _require_own(user, room, preset)
    preset.name = _cleaned(name)
    try:
        with transaction.atomic():
            preset.save(update_fields=["name"])
    except IntegrityError as error:
        raise Conflict(_("There is a preset of this name already. Choose another name.")) from error
    return preset


@transaction.atomic
def delete_preset(*, user: User, room: Room, preset: EditPreset) -> None:
    _require_own(user, room, preset)
    preset.delete()


def _require_own(user: User, room: Room, preset: EditPreset) -> None:
    """One's own, or one of the room that one made; the room's owner changes all of the room's."""
    require(user, Action.EDIT_PHOTOS, room)
    if preset.room_id and preset.author_id != user.pk:
        require(user, Action.CHANGE_ROOM, room)


def _cleaned(name: str) -> str:
    return clean_name(name, what=_("The name of a preset"), max_length=60)
