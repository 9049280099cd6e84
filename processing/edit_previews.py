"""EDGE: previews of a recipe and suggestions of operations, for whoever has the editor's page open.

A page has one wish at a time; a new one makes the worker stop at the next step of the old one.
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from albums.models import EditPreview, Photo
from albums.models.edits import EditState
from processing import editing, recipes
from processing.edit_files import encode_preview
from processing.enhancing import enhance
from processing.errors import ProcessingError
from processing.imaging import open_picture
from processing.operation import Cancelled, Frame
from processing.scene_store import pixels_of, scene_of, with_landmarks
from processing.stored_files import local_copy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

SIDES_PX = (640, 1280, 2048)
KEPT = timedelta(hours=1)
SAY_SECONDS = 0.3
FAILED = "The preview did not work. Try again."
ENHANCE = "enhance"  # no operation: several at once


def make(preview_id: int, number: int | None = None) -> None:
    """Do what a page wishes; a wish that is answered or was replaced costs nothing.

    Args:
        number: of the wish, so that the messages of earlier ones do not have the latest made several times at once; None: any.
    """
    rows = EditPreview.objects.select_related("photo__room", "user")
    if number is not None:
        rows = rows.filter(number=number)
    preview = rows.filter(pk=preview_id, state=EditState.WAITING).first()
    if preview is None:
        return
    try:
        answer = _suggest(preview) if "suggest" in preview.wish else _picture(preview)
    except Cancelled:
        return
    except ProcessingError as error:
        answer = {"state": EditState.FAILED, "failure": str(error)[:300]}
    except Exception:
        logger.exception("preview %s failed", preview_id)
        answer = {"state": EditState.FAILED, "failure": FAILED}
    current = EditPreview.objects.filter(pk=preview.pk, number=preview.number)
    if not current.update(updated_at=timezone.now(), **answer) and answer.get("file"):
        default_storage.delete(answer["file"])


def _picture(preview: EditPreview) -> dict[str, Any]:
    side_px = preview.wish.get("side_px", SIDES_PX[1])
    recipe = recipes.parse(preview.wish["recipe"])
    base = base_of(preview.photo, side_px)
    cooked = editing.cook(base, recipe, with_landmarks(_scene(preview), base, recipe.names))
    file = encode_preview(cooked, side_px)  # a small photo is cooked at full size, and may become large
    room = preview.photo.room_id
    name = default_storage.save(
        f"rooms/{room}/previews/{preview.pk}-{preview.number}{file.suffix}", ContentFile(file.data)
    )
    if preview.file.name:
        default_storage.delete(preview.file.name)
    return {
        "state": EditState.READY,
        "failure": "",
        "file": name,
        "content_type": file.content_type,
        "progress": 1,
    }


def _suggest(preview: EditPreview) -> dict[str, Any]:
    """What operations would do: `{"steps": [{"op": ..., ..., "reason": ...}]}`; no steps: nothing."""
    name = preview.wish["suggest"]
    pixels = base_of(preview.photo, SIDES_PX[1])
    if name == ENHANCE:
        found = enhance(Frame(pixels, _scene(preview)))
        steps = [{"op": op, **_plain(op, values), "reason": reason} for op, values, reason in found]
    else:
        values = editing.suggest(name, pixels, with_landmarks(_scene(preview), pixels, [name]))
        steps = [{"op": name, **_plain(name, values)}] if values else []
    return {"state": EditState.READY, "failure": "", "result": {"steps": steps}, "progress": 1}


def _plain(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a recipe's JSON has them: checked, those that are neutral left out."""
    recipe = recipes.recipe_of([(name, values)])
    return recipe.steps[0].as_json() if recipe else {}


def _scene(preview: EditPreview) -> Any:
    return scene_of(preview.photo, preview.user, check=_checker(preview), progress=_teller(preview))


def _checker(preview: EditPreview) -> Callable[[], None]:
    """Asks now and then whether the page wishes something else by now."""
    asked = [time.monotonic()]

    def check() -> None:
        if time.monotonic() - asked[0] < SAY_SECONDS:
            return
        asked[0] = time.monotonic()
        if not EditPreview.objects.filter(pk=preview.pk, number=preview.number).exists():
            raise Cancelled

    return check


def _teller(preview: EditPreview) -> Callable[[float], None]:
    said = [time.monotonic()]

    def progress(share: float) -> None:
        if time.monotonic() - said[0] >= SAY_SECONDS:
            said[0] = time.monotonic()
            EditPreview.objects.filter(pk=preview.pk, number=preview.number).update(progress=share)

    return progress


def base_of(photo: Photo, side_px: int) -> NDArray[np.uint8]:
    """The unedited photo at this size; the last few are kept by each worker, for a slider asks many times."""
    return _base(photo.pk, photo.sha256, side_px)


@lru_cache(maxsize=4)
def _base(photo_id: int, sha256: str, side_px: int) -> NDArray[np.uint8]:
    photo = Photo.objects.get(pk=photo_id)
    for row in photo.renditions.filter(side_px__gte=side_px).order_by("side_px"):
        with suppress(FileNotFoundError), row.file.open("rb") as file:  # if it is gone, of a larger one
            return pixels_of(open_picture(io.BytesIO(file.read()), side_px).image)
    with local_copy(photo.original) as path:
        return pixels_of(open_picture(path, side_px).image)


def drop_old() -> None:
    """Delete the previews that nobody has asked for anew for an hour."""
    for preview in EditPreview.objects.filter(updated_at__lt=timezone.now() - KEPT).iterator():
        if preview.file.name:
            preview.file.delete(save=False)
        preview.delete()
