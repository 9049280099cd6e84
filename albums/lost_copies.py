"""The files of edited photos are a cache: what is gone is made again, and nobody sees the photo unedited meanwhile."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import Count, F

from albums.batches import id_batches
from albums.edited_copies import FULL, SIDES_PX
from albums.models import Edit, EditedCopy, Photo
from albums.models.edits import STAND_IN, EditState
from processing import copy_tasks, recipes, registry

MOST_AT_ONCE = 200  # photos whose operations have become better; the next hour takes the next ones
NIGHT_SECONDS = 300


def make_again(photo: Photo, *, is_tried_again: bool = False) -> bool:
    """Have the copies of the shown edit made once more, because a file of them is gone.

    Args:
        is_tried_again: also where that has failed before; whoever looks at a photo does not make a worker try each time.

    Returns:
        Whether there will be copies: of this edit, or of a later one that is being made.
    """
    found = {edit.pk: edit for edit in Edit.objects.filter(pk__in=[photo.shown_edit_id, photo.edit_id])}
    edit, head = found.get(photo.shown_edit_id or 0), found.get(photo.edit_id or 0)
    if edit is None or head is None:
        return True
    if head != edit and head.state != EditState.FAILED:  # it takes the place of this one
        return True
    if edit.state == EditState.FAILED and not is_tried_again:
        return False
    EditedCopy.objects.filter(edit=edit, side_px=FULL).delete()
    state = EditState.WAITING if head == edit else EditState.READY  # only what was decided last is waited for
    Edit.objects.filter(pk=edit.pk).update(state=state, failure="", attempts=0)
    copy_tasks.request_rendering(room_id=photo.room_id, photo_id=photo.pk)
    return True


def make_missing(limit_seconds: float = NIGHT_SECONDS) -> int:
    """Look for every copy that people see, and have those photos done again of which one is gone; answers how many."""
    until = time.monotonic() + limit_seconds
    counted = (
        Photo.objects.present().filter(shown_edit__isnull=False).annotate(count=Count("shown_edit__copies"))
    )
    missing = set(counted.filter(count__lt=len(SIDES_PX) + 1).values_list("pk", flat=True))
    copies = EditedCopy.objects.filter(edit__photo__shown_edit=F("edit"))
    for copy in copies.select_related("edit").order_by("pk").iterator():
        if time.monotonic() > until:
            break
        if copy.edit.photo_id not in missing and not copy.file.storage.exists(copy.file.name or ""):
            missing.add(copy.edit.photo_id)
    for ids in id_batches(missing):
        for photo in Photo.objects.filter(pk__in=ids):
            make_again(photo, is_tried_again=True)
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
        mark = STAND_IN if edit.key.startswith(STAND_IN) else ""
        Edit.objects.filter(pk=edit.pk).update(recipe=recipe.as_json(), key=mark + recipe.key)
        copy_tasks.request_rendering(room_id=photo.room_id, photo_id=photo.pk)
        count += 1
    return count


def _is_older(recipe: dict[str, Any], versions: dict[str, int]) -> bool:
    return any(step.get("version", 1) < versions.get(step["op"], 0) for step in recipe["steps"])
