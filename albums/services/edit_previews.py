"""What somebody who edits a photo wants to see: one wish for each page that is open, the latest one counts."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from albums.errors import AlbumError
from albums.models import EditPreview, Photo
from albums.models.edits import EditState
from albums.permissions import Action, require
from albums.services import edits
from processing import copy_tasks, registry

SIDES_PX = (640, 1280, 2048)
MOST_PAGES = 8  # that one user has open; the one that asked longest ago is forgotten first
# They keep a worker busy for seconds: of these a user has one at a time, the latest, however many pages are open.
COSTLY = frozenset({"style", "cutout", "blur_background", "low_light", "denoise"})
REPLACED = gettext_noop(
    "You asked for another preview in another window. Change something here to see this one again."
)
ENHANCE = "enhance"
PATIENCE = timedelta(minutes=5)  # then whoever was to make a preview has died


class TooManyPreviews(AlbumError):
    """This user has a worker busy already."""

    code = "too_many_previews"
    status = 429


@transaction.atomic
def wish(
    *, user: User, photo: Photo, page: str, recipe: Any = None, side_px: int = 1280, suggest: str = ""
) -> EditPreview:
    """Ask for a picture of a recipe, or for what an operation would do by itself; the page's earlier wish is dropped.

    So is a wish of the same user's other pages, where both keep a worker busy for long: that page is told so.

    Raises:
        RecipeRefused: by field.
        TooManyPreviews: another page of the user waits for a larger one.
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
    User.objects.select_for_update(no_key=True).get(
        pk=user.pk
    )  # the wishes of one user come one after the other
    made, is_new = EditPreview.objects.get_or_create(photo=photo, user=user, page=page)
    if is_new:
        _make_room(user, made)
    preview = EditPreview.objects.select_for_update().get(pk=made.pk)
    preview.number += 1
    preview.wish, preview.state, preview.failure = wanted, EditState.WAITING, ""
    preview.result, preview.progress, preview.updated_at = {}, 0, timezone.now()
    preview.save()
    if _is_costly(wanted):
        _replace_costly(user, preview)
    copy_tasks.request_preview(preview.pk, preview.number)
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


def _replace_costly(user: User, preview: EditPreview) -> None:
    """Drop what this user's other pages wait for, if it is costly: the worker that makes it stops.

    Raises:
        TooManyPreviews: it is larger than this one, which is then only one of many small pictures to choose from.
    """
    rows = EditPreview.objects.filter(
        user=user, state=EditState.WAITING, updated_at__gt=timezone.now() - PATIENCE
    )
    others = [one for one in rows.exclude(pk=preview.pk) if _is_costly(one.wish)]
    if any(one.wish["side_px"] > preview.wish["side_px"] for one in others):
        raise TooManyPreviews(
            _("A preview of yours is being made in another window. Try again when it is there.")
        )
    EditPreview.objects.filter(pk__in=[one.pk for one in others]).update(
        number=F("number") + 1, state=EditState.FAILED, failure=REPLACED, updated_at=timezone.now()
    )


def _is_costly(wish: dict[str, Any]) -> bool:
    """Suggestions only look at a photo."""
    return bool(COSTLY & {step["op"] for step in wish.get("recipe", {}).get("steps", ())})


def _side(side_px: int) -> int:
    return min((side for side in SIDES_PX if side >= side_px), default=SIDES_PX[-1])
