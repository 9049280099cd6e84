"""EDGE: versions of edits that the site makes by itself, where what people decided on may not be shown as it is.

A version of its own has an address of its own: no browser goes on showing what it keeps of the one before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from albums.batches import in_batches
from albums.models import Edit, EditedCopy, Photo
from albums.models.edits import STAND_IN, EditState
from processing.recipes import Recipe

ANEW = {"state": EditState.WAITING, "failure": "", "attempts": 0, "claimed_until": None}


@dataclass(frozen=True, slots=True)
class Replacement:
    """What is to be shown in place of a shown edit.

    Attributes:
        edit: the shown one; its photo comes with it.
        recipe: without steps: the original. None: nothing, for nobody can read what the edit does.
        key: of the new version.
        parent_id: of the new version.
        failure: what is said of the edit that is not shown any more; empty: nothing is wrong with it.
        is_fresh: never a version of an earlier time: the recipe may be the same, the picture is not.
    """

    edit: Edit
    recipe: Recipe | None
    key: str
    parent_id: int | None
    failure: str = ""
    is_fresh: bool = False


def replace_shown(wanted: Collection[Replacement]) -> int:
    """Stop showing these edits; answers how many. Until the copies of the versions in their place are there, nobody gets anything."""
    ordered = sorted(wanted, key=lambda one: one.edit.photo_id)
    return sum(_replace(some) for some in in_batches(ordered))


@transaction.atomic
def _replace(some: Collection[Replacement]) -> int:
    by_photo = {one.edit.photo_id: one for one in some}
    rows = Photo.objects.select_for_update().filter(pk__in=by_photo).order_by("pk")
    given_up = _given_up(some)
    photos = [
        photo
        for photo in rows
        if photo.shown_edit_id == by_photo[photo.pk].edit.pk
        and (photo.shown_edit_id not in given_up or photo.edited_placeholder)
    ]
    versions = _versions([(photo, by_photo[photo.pk]) for photo in photos])
    for photo in photos:
        one = by_photo[photo.pk]
        photo.edited_placeholder = ""
        if one.recipe is None:
            continue
        version = versions.get(photo.pk)
        if version is not None and photo.edit_id == one.edit.pk:
            photo.edit = version
        photo.shown_edit, photo.edited_width, photo.edited_height = version, 0, 0
        if version is not None:
            placement = one.recipe.placed(photo.width, photo.height)
            photo.edited_width, photo.edited_height = placement.width, placement.height
    columns = ["edit", "shown_edit", "edited_width", "edited_height", "edited_placeholder"]
    Photo.objects.bulk_update(photos, columns)
    gone = [by_photo[photo.pk] for photo in photos]
    EditedCopy.objects.filter(edit__in=[one.edit.pk for one in gone]).delete()
    Edit.objects.filter(pk__in=[one.edit.pk for one in gone]).update(placeholder="")
    for failure in {one.failure for one in gone} - {""}:
        failed = [one.edit.pk for one in gone if one.failure == failure]
        Edit.objects.filter(pk__in=failed).update(state=EditState.FAILED, failure=failure)
    return len(photos)


def _given_up(some: Collection[Replacement]) -> set[int]:
    """Keys of edits that nobody can read and of which nothing is left to take away: once is enough."""
    unread = {one.edit.pk for one in some if one.recipe is None}
    there = EditedCopy.objects.filter(edit__in=unread).values_list("edit", flat=True) if unread else ()
    return unread - set(there)


def _versions(pairs: Collection[tuple[Photo, Replacement]]) -> dict[int, Edit]:
    """The version for each photo that gets one: that of an earlier time where there is one."""
    pairs = [(photo, one) for photo, one in pairs if one.recipe]
    photos = [photo.pk for photo, _one in pairs]
    numbers = dict(
        Edit.objects.filter(photo__in=photos).order_by().values_list("photo").annotate(last=Max("number"))
    )
    kept = Edit.objects.filter(photo__in=photos, key__in={one.key for _photo, one in pairs})
    earlier = {(edit.photo_id, edit.key, edit.parent_id): edit for edit in kept}
    found, made = {}, []
    for photo, one in pairs:
        edit = None if one.is_fresh else earlier.get((photo.pk, one.key, one.parent_id))
        if edit is None:
            edit = Edit(photo=photo, number=numbers[photo.pk] + 1, parent_id=one.parent_id, key=one.key)
            edit.recipe = one.recipe.as_json() if one.recipe else {}
            edit.author_id, edit.origin = one.edit.author_id, one.edit.origin
            made.append(edit)
        found[photo.pk] = edit
    Edit.objects.bulk_create(made)
    heads = [found[photo.pk].pk for photo, one in pairs if photo.edit_id == one.edit.pk]
    others = [edit.pk for edit in found.values() if edit.pk not in set(heads)]
    Edit.objects.filter(pk__in=heads).update(**ANEW)
    Edit.objects.filter(pk__in=others).update(**ANEW | {"state": EditState.READY})  # the queue makes heads
    _keep_in_batches([(found[photo.pk], one) for photo, one in pairs if photo.edit_id == one.edit.pk])
    return found


def _keep_in_batches(pairs: Collection[tuple[Edit, Replacement]]) -> None:
    """Versions that stay take the places of theirs in batches: whoever undoes one means them as well."""
    of_batch: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for version, one in pairs:
        if one.edit.batch_id and version.pk != one.edit.pk and not one.key.startswith(STAND_IN):
            of_batch[one.edit.batch_id].append((version.pk, one.edit.pk))
    for batch, numbers in of_batch.items():
        Edit.objects.filter(pk__in=[old for _new, old in numbers]).update(batch=None)
        Edit.objects.filter(pk__in=[new for new, _old in numbers]).update(batch=batch)
