"""What somebody who edits a photo wants to see: one wish for each page that is open, the latest one counts."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from albums.errors import AlbumError
from albums.models import EditPreview, Photo
from albums.models.edits import EditState
from albums.permissions import Action, require
from albums.services import edits
from processing import registry, tasks

SIDES_PX = (640, 1280, 2048)
MOST_PAGES = 8  # that one user has open; the one that asked longest ago is forgotten first
ENHANCE = "enhance"


@transaction.atomic
def wish(
    *, user: User, photo: Photo, page: str, recipe: Any = None, side_px: int = 1280, suggest: str = ""
) -> EditPreview:
    """Ask for a picture of a recipe, or for what an operation would do by itself; the page's earlier wish is dropped.

    Raises:
        RecipeRefused: by field.
    """
    require(user, Action.EDIT_PHOTOS, photo.room)
    why = edits.refusal(user, photo)
    if why:
        raise AlbumError(why)
    if suggest:
        if suggest != ENHANCE and suggest not in registry.operations():
            raise AlbumError(_("There is no such operation on this site."))
        wanted: dict[str, Any] = {"suggest": suggest}
    else:
        wanted = {"recipe": edits.checked(user, photo, recipe).as_json(), "side_px": _side(side_px)}
    made, is_new = EditPreview.objects.get_or_create(photo=photo, user=user, page=page)
    if is_new:
        _make_room(user, made)
    preview = EditPreview.objects.select_for_update().get(pk=made.pk)
    preview.number += 1
    preview.wish, preview.state, preview.failure = wanted, EditState.WAITING, ""
    preview.result, preview.progress, preview.updated_at = {}, 0, timezone.now()
    preview.save()
    tasks.request_preview(preview.pk)
    return preview


@transaction.atomic
def cancel(*, user: User, photo: Photo, page: str) -> None:
    """Nobody waits any more: the worker stops, the picture goes."""
    require(user, Action.EDIT_PHOTOS, photo.room)
    forget(*EditPreview.objects.filter(photo=photo, user=user, page=page))


def forget(*previews: EditPreview) -> None:
    for preview in previews:
        name = preview.file.name
        preview.delete()
        if name:
            transaction.on_commit(partial(default_storage.delete, name))


def _make_room(user: User, made: EditPreview) -> None:
    others = EditPreview.objects.filter(user=user).exclude(pk=made.pk).order_by("-updated_at")
    forget(*others[MOST_PAGES - 1 :])


def _side(side_px: int) -> int:
    return min((side for side in SIDES_PX if side >= side_px), default=SIDES_PX[-1])
