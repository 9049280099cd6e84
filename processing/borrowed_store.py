"""EDGE: edits that put another photo of the room behind people, and what becomes of them when that photo may not be shown.

While it is in the trash, deleted, or somebody on it is hidden, people see a version without it; once it may be shown again
the edit is made again. Where it is shown edited otherwise, by a face covered or cut off, the edit is made anew of that. Asked for
with what happens to the photo, after each rendering, after each look for veils, and every hour.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from albums.batches import id_batches
from albums.models import Edit, EditedCopy, EditPreview, Photo
from albums.models.edits import STAND_IN, EditState
from processing import recipes
from processing.edit_versions import ANEW, Replacement, replace_shown
from processing.recipes import BadRecipe
from processing.scene_store import (
    GONE,
    UNREADY,
    borrowed_in,
    is_round,
    look_of_others,
    ready,
    showable,
    shown_edits,
    using_others,
    without_others,
)

A_LOOK = re.compile(r"-of[0-9a-f]{12}-")  # in a file's name: scene_store.look_of_others
FAILED_SO = Q(state=EditState.FAILED) & (
    Q(failure__endswith=GONE) | Q(failure__endswith=UNREADY)
)  # after the name of the operation that said it


@transaction.atomic
def settle(room_id: uuid.UUID) -> bool:
    """Make it true of a room that nobody sees more of another photo in an edit than by itself.

    Returns:
        Whether edits wait for their copies now.
    """
    edits = [edit for edit in _concerned(room_id) if borrowed_in(edit.recipe)]
    previews = list(_previews(room_id))
    asked = {pk for edit in edits for pk in borrowed_in(edit.recipe)}
    asked |= {pk for preview in previews for pk in borrowed_in(preview.wish["recipe"])}
    if not asked:
        return False
    seen = showable(room_id, asked)
    _drop_previews([one for one in previews if not borrowed_in(one.wish["recipe"]) <= seen])
    borrowing = {edit.photo_id: edit for edit in edits if edit.photo.shown_edit_id == edit.pk}
    lost = [edit for edit in borrowing.values() if not borrowed_in(edit.recipe) <= seen]
    old = _outdated(borrowing, {edit.photo_id for edit in lost}, asked)
    back = _makeable(room_id, [e for e in edits if borrowed_in(e.recipe) <= seen and _is_missed(e)])
    replaced = replace_shown([*map(_stand_in, lost), *map(_anew, old)])
    return bool(replaced + _bring_back(back))


def rooms() -> list[uuid.UUID]:
    """The rooms with any edit that uses another photo."""
    found = using_others(Edit.objects.all(), "recipe").order_by().values_list("photo__room", flat=True)
    return list(found.distinct())


def _concerned(room_id: uuid.UUID) -> QuerySet[Edit]:
    """Edits that are shown, that were to be shown, or in whose place a version without the other photo counts."""
    heads = Photo.objects.filter(
        pk=OuterRef("photo"), edit__parent=OuterRef("pk"), edit__key__startswith=STAND_IN
    )
    wanted = Q(photo__shown_edit=F("pk")) | Q(FAILED_SO, photo__edit=F("pk")) | Q(Exists(heads))
    rows = Edit.objects.filter(wanted, photo__room=room_id).select_related("photo", "photo__edit")
    return using_others(rows, "recipe").order_by("photo")


def _outdated(borrowing: Mapping[int, Edit], lost: Collection[int], asked: Collection[int]) -> list[Edit]:
    """The shown edits, besides lost ones, of which a copy has another photo as that was shown before, or as it is about to change.

    Copies of an earlier version of the site do not say how the other photo looked; they count as old while that is shown edited.
    """
    shown = shown_edits(asked)
    names: dict[int, list[str]] = defaultdict(list)
    for ids in id_batches([edit.pk for edit in borrowing.values()]):
        for edit_id, name in EditedCopy.objects.filter(edit__in=ids).values_list("edit", "file"):
            names[edit_id].append(name)
    made = {photo: edit for photo, edit in borrowing.items() if names[edit.pk] and photo not in lost}
    looks = {photo: f"-{look_of_others(edit, borrowing, shown)}-" for photo, edit in made.items()}
    old = {
        photo
        for photo, edit in made.items()
        if any(_is_old(name, looks[photo], edit, shown) for name in names[edit.pk])
    }
    changing = {*lost, *old}
    while more := {
        photo
        for photo, edit in made.items()
        if photo not in changing
        and any(
            other in changing and not is_round(photo, other, borrowing) for other in borrowed_in(edit.recipe)
        )
    }:
        changing |= more
    return [edit for photo, edit in made.items() if photo in changing]


def _is_old(name: str, look: str, edit: Edit, shown: Mapping[int, int | None]) -> bool:
    if A_LOOK.search(name):
        return look not in name
    return any(shown.get(other) for other in borrowed_in(edit.recipe) - {edit.photo_id})


def _makeable(room_id: uuid.UUID, missed: Collection[Edit]) -> list[Edit]:
    """Those of which it is not known that they would fail once more, for the other photo is still being prepared."""
    unready = {edit.pk: borrowed_in(edit.recipe) for edit in missed if edit.failure.endswith(UNREADY)}
    there = ready(room_id, set().union(*unready.values()))
    return [edit for edit in missed if unready.get(edit.pk, set()) - {edit.photo_id} <= there]


def _is_missed(edit: Edit) -> bool:
    """Whether this edit is what people decided on, and is not shown because of the other photo."""
    head = edit.photo.edit
    if head is None or head.pk == edit.pk:
        return head is not None and edit.state == EditState.FAILED and edit.failure.endswith((GONE, UNREADY))
    return head.parent_id == edit.pk and head.key.startswith(STAND_IN)


def _stand_in(edit: Edit) -> Replacement:
    """The same without the steps that use other photos."""
    try:
        rest = without_others(edit)
    except BadRecipe:
        return Replacement(edit, None, "", edit.pk, GONE)
    return Replacement(edit, rest, STAND_IN + rest.key, edit.pk, GONE)


def _anew(edit: Edit) -> Replacement:
    """The same of what is shown of the other photos now; undoing goes where it went before."""
    try:
        recipe = recipes.parse(edit.recipe)
    except BadRecipe:
        return Replacement(edit, None, "", edit.pk, GONE)
    return Replacement(edit, recipe, recipe.key, edit.parent_id, is_fresh=True)


def _bring_back(edits: Iterable[Edit]) -> int:
    """Have these made again; until that is done people see what is shown now."""
    by_photo = {edit.photo_id: edit for edit in edits}
    count = 0
    for ids in id_batches(by_photo):
        photos = []
        for photo in Photo.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
            edit = by_photo[photo.pk]
            if photo.edit_id == edit.photo.edit_id:  # nobody has decided otherwise meanwhile
                photo.edit = edit
                photos.append(photo)
        Photo.objects.bulk_update(photos, ["edit"])
        Edit.objects.filter(pk__in=[photo.edit_id for photo in photos]).update(**ANEW)
        count += len(photos)
    return count


def _previews(room_id: uuid.UUID) -> QuerySet[EditPreview]:
    return using_others(EditPreview.objects.filter(photo__room=room_id, wish__has_key="recipe"), "wish")


def _drop_previews(previews: Collection[EditPreview]) -> None:
    """Say so to the pages that wait for these or show them."""
    names = [preview.file.name for preview in previews if preview.file.name]
    EditPreview.objects.filter(pk__in=[preview.pk for preview in previews]).update(
        number=F("number") + 1, state=EditState.FAILED, failure=GONE, file="", updated_at=timezone.now()
    )
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name))
