"""EDGE: faces found after somebody had all of them covered, or all but their own: they are covered as well.

Whoever covered faces before the photo was looked at, or before a newer look found one more, relies on it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import F, TextField
from django.db.models.functions import Cast

from albums import covered_faces
from albums.models import Edit, Photo
from albums.models.edits import STAND_IN
from processing import recipes
from processing.edit_versions import Replacement, replace_shown
from processing.recipes import BadRecipe, Recipe

COVERING = f'"{covered_faces.BLUR}"'


def settle(room_id: uuid.UUID, photo_ids: Collection[int] | None = None) -> bool:
    """Cover the faces that the shown edits of a room (or of these photos) are to cover and do not.

    Nobody gets such a photo until its new copies are there.

    Returns:
        Whether edits wait for their copies now.
    """
    rows = Edit.objects.filter(photo__room=room_id, photo__shown_edit=F("pk"))
    if photo_ids is not None:
        rows = rows.filter(photo__in=photo_ids)
    rows = rows.annotate(as_text=Cast("recipe", TextField())).filter(as_text__contains=COVERING)
    edits = list(rows.select_related("photo"))
    faces = covered_faces.known_faces([edit.photo for edit in edits])
    wanted = []
    for edit in edits:
        recipe = completed(edit, faces.get(edit.photo_id, []))
        if recipe is None:
            continue
        if edit.key.startswith(STAND_IN):  # it goes on standing in for the same one
            wanted.append(Replacement(edit, recipe, STAND_IN + recipe.key, edit.parent_id))
        else:
            wanted.append(Replacement(edit, recipe, recipe.key, edit.pk))
    return bool(replace_shown(wanted))


def rooms() -> list[uuid.UUID]:
    """The rooms in which faces are covered on any photo."""
    rows = Edit.objects.annotate(as_text=Cast("recipe", TextField())).filter(as_text__contains=COVERING)
    return list(rows.order_by().values_list("photo__room", flat=True).distinct())


def completed(edit: Edit, faces: Collection[covered_faces.Known]) -> Recipe | None:
    """What an edit does, with the faces that it is to cover and has no place of; None: it has them all."""
    try:
        recipe = recipes.parse(edit.recipe)
    except BadRecipe:
        return None
    whole = covered_faces.with_found(recipe, faces, edit.author_id)
    return whole if whole != recipe else None


def complete(photo: Photo, edit: Edit) -> None:
    """Write the places of all faces that are covered into an edit whose copies are about to be made, and that nobody sees yet."""
    if photo.shown_edit_id == edit.pk or is_complete(photo, edit):
        return
    recipe = completed(edit, covered_faces.known_faces([photo])[photo.pk])
    if recipe is None:
        return
    before = edit.key
    edit.recipe = recipe.as_json()
    edit.key = (STAND_IN if before.startswith(STAND_IN) else "") + recipe.key
    Edit.objects.filter(pk=edit.pk, key=before).update(recipe=edit.recipe, key=edit.key)


def is_complete(photo: Photo, edit: Edit) -> bool:
    """Whether nobody who is to be covered was found since the copies of an edit were begun."""
    if covered_faces.BLUR not in [step.get("op") for step in edit.recipe.get("steps", ())]:
        return True
    return completed(edit, covered_faces.known_faces([photo])[photo.pk]) is None
