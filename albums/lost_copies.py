"""The files of edited photos are a cache: what is gone is made again, and nobody sees the photo unedited meanwhile."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import F

from albums.edited_copies import FULL
from albums.models import Edit, EditedCopy, Photo
from albums.models.edits import EditState
from processing import recipes, registry, tasks

MOST_AT_ONCE = 200  # photos whose operations have become better; the next hour takes the next ones
NIGHT_SECONDS = 300


def make_again(photo: Photo) -> None:
    """Have the copies of the shown edit made once more, because a file of them is gone."""
    edit = Edit.objects.filter(pk=photo.shown_edit_id or 0).first()
    if edit is None or photo.edit_id != edit.pk:  # another one is being made
        return
    EditedCopy.objects.filter(edit=edit, side_px=FULL).delete()
    Edit.objects.filter(pk=edit.pk).update(state=EditState.WAITING, failure="")
    tasks.request_rendering(room_id=photo.room_id, photo_id=photo.pk)


def make_missing(limit_seconds: float = NIGHT_SECONDS) -> int:
    """Look for every copy that people see, and have those photos done again of which one is gone; answers how many."""
    until = time.monotonic() + limit_seconds
    missing: set[int] = set()
    copies = EditedCopy.objects.filter(edit__photo__shown_edit=F("edit"))
    for copy in copies.select_related("edit").order_by("pk").iterator():
        if time.monotonic() > until:
            break
        if copy.edit.photo_id not in missing and not copy.file.storage.exists(copy.file.name or ""):
            missing.add(copy.edit.photo_id)
    for photo in Photo.objects.filter(pk__in=missing):
        make_again(photo)
    return len(missing)


def make_outdated(limit: int = MOST_AT_ONCE) -> int:
    """Have those copies made again that were made by an older version of an operation; answers how many photos."""
    versions = {name: operation.version for name, operation in registry.operations().items()}
    count = 0
    shown = Photo.objects.present().filter(shown_edit__isnull=False, edit=F("shown_edit"))
    for photo in shown.select_related("shown_edit").order_by("pk").iterator():
        edit = photo.shown_edit
        if count >= limit:
            break
        if edit is None or not _is_older(edit.recipe, versions):
            continue
        try:
            recipe = recipes.parse(edit.recipe)
        except recipes.BadRecipe:  # of an operation that is not on this site any more: what is there stays
            continue
        # The copies are of another key now, so they count as missing; until then they are shown.
        Edit.objects.filter(pk=edit.pk).update(recipe=recipe.as_json(), key=recipe.key)
        tasks.request_rendering(room_id=photo.room_id, photo_id=photo.pk)
        count += 1
    return count


def _is_older(recipe: dict[str, Any], versions: dict[str, int]) -> bool:
    return any(step.get("version", 1) < versions.get(step["op"], 0) for step in recipe["steps"])
