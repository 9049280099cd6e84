"""EDGE: decides for a worker what auto-enhance does to a photo: many photos are asked for at once, and none of them was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from albums.models import Edit, EditedCopy, Photo
from albums.models.edits import TO_ENHANCE, EditState
from processing import editing, recipes
from processing.enhancing import enhance
from processing.operation import Frame
from processing.recipes import Recipe, recipe_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from processing.operation import Scene

BEFORE = ("repair", "geometry")  # what is done before anybody would look at light and color


def decided(photo: Photo, edit: Edit, pixels: NDArray[np.uint8], scene: Scene) -> bool:
    """Put what is chosen for a photo into the recipe of an edit that waits for it; False: it is good as it is, and keeps what it had.

    Args:
        pixels: the unedited photo at any size.
    """
    if edit.key != TO_ENHANCE:
        return True
    kept = recipes.parse(edit.recipe)
    before = Recipe(tuple(step for step in kept.steps if step.operation.group in BEFORE))
    cooked = editing.cook(pixels, before, scene)
    chosen = enhance(Frame(cooked, scene, before.placed(photo.width, photo.height)))
    if not chosen:
        keep_as_it_was(edit)
        return False
    added = recipe_of([(name, values) for name, values, _why in chosen])
    recipe = Recipe((*kept.steps, *added.steps)).in_usual_order()
    edit.recipe, edit.key = recipe.as_json(), recipe.key
    Edit.objects.filter(pk=edit.pk, key=TO_ENHANCE).update(recipe=edit.recipe, key=edit.key)
    return True


@transaction.atomic
def keep_as_it_was(edit: Edit) -> None:
    """The version before counts again; where its copies are gone they are made anew."""
    photo = Photo.objects.select_for_update().filter(pk=edit.photo_id).first()
    if photo is None or photo.edit_id != edit.pk:
        return
    parent = edit.parent
    Edit.objects.filter(pk=edit.pk).update(state=EditState.SAME)
    photo.edit = parent
    if parent is None or not parent.key:
        photo.shown_edit, photo.edited_placeholder = None, ""
        photo.edited_width = photo.edited_height = 0
        EditedCopy.objects.filter(edit__photo=photo).delete()
    elif photo.shown_edit_id != parent.pk:
        Edit.objects.filter(pk=parent.pk).update(state=EditState.WAITING, attempts=0, claimed_until=None)
    photo.save(update_fields=["edit", "shown_edit", "edited_width", "edited_height", "edited_placeholder"])
