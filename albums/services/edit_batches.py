"""One recipe over many photos: pasted, by a preset, automatically turned; watched, cancelled and undone as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from albums import veils
from albums.batches import id_batches
from albums.errors import AlbumError, Conflict
from albums.models import Edit, EditBatch, EditedCopy, EditPreset, Photo, Room
from albums.models.edits import EditOrigin, EditState
from albums.models.photos import PhotoKind, PhotoState
from albums.permissions import Action, require
from albums.services import edits
from processing import recipes, tasks
from processing.operation import GROUPS
from processing.recipes import Recipe

MOST_PHOTOS = 5_000
PASTED_GROUPS = tuple(group for group in GROUPS if group not in ("geometry", "repair"))


@transaction.atomic
def edit_many(
    *,
    user: User,
    room: Room,
    photo_ids: Collection[int],
    recipe: Any,
    title: str,
    origin: EditOrigin = EditOrigin.PASTE,
    groups: Collection[str] = PASTED_GROUPS,
) -> EditBatch:
    """Do the steps of these groups to many photos; what else was done to each of them stays.

    Photos that this user can't edit are left out, and so are those that would not change.

    Raises:
        RecipeRefused: by field.
        Conflict: nothing is left to do.
    """
    read = recipe_for_many(user, room, recipe, groups)
    return many(
        user=user,
        room=room,
        recipes_by_photo=dict.fromkeys(photo_ids, read),
        title=title,
        origin=origin,
        groups=groups,
    )


def paste(
    *,
    user: User,
    room: Room,
    photo_ids: Collection[int],
    recipe: Any = None,
    preset_id: int | None = None,
    from_photo_id: int | None = None,
    groups: Collection[str] | None = None,
) -> EditBatch:
    """Do a recipe, a preset, or what was done to another photo of the room to many photos."""
    require(user, Action.EDIT_PHOTOS, room)
    title, origin = gettext_noop("A recipe"), EditOrigin.PASTE
    if preset_id is not None:
        preset = EditPreset.objects.filter(Q(user=user) | Q(room=room), pk=preset_id).first()
        if preset is None:
            raise AlbumError(_("There is no such preset any more."))
        recipe, title, origin = preset.recipe, preset.name, EditOrigin.PRESET
        groups = tuple(GROUPS) if groups is None else groups
    elif from_photo_id is not None:
        source = Photo.objects.present().select_related("edit").filter(room=room, pk=from_photo_id).first()
        if source is None or source.edit is None or not source.edit.key:
            raise Conflict(_("Nothing was done to that photo that could be pasted."))
        recipe, title = source.edit.recipe, source.filename
    return edit_many(
        user=user,
        room=room,
        photo_ids=photo_ids,
        recipe=recipe,
        title=title,
        origin=origin,
        groups=PASTED_GROUPS if groups is None else groups,
    )


@transaction.atomic
def many(
    *,
    user: User,
    room: Room,
    recipes_by_photo: Mapping[int, Recipe],
    title: str,
    origin: EditOrigin,
    groups: Collection[str],
) -> EditBatch:
    """The same with a recipe of its own for each photo: photos that lie on their side are not all turned alike."""
    require(user, Action.EDIT_PHOTOS, room)
    if len(recipes_by_photo) > MOST_PHOTOS:
        raise AlbumError(_("Choose at most %(number)s photos at once.") % {"number": MOST_PHOTOS})
    unknown = set(groups) - set(GROUPS)
    if unknown:
        raise AlbumError(_("There is no such group of operations: %(name)s.") % {"name": min(unknown)})
    sample = next(iter(recipes_by_photo.values()), Recipe())
    batch = EditBatch.objects.create(
        room=room, author=user, origin=origin, title=title[:120], recipe=sample.as_json(), total=0
    )
    for ids in id_batches(recipes_by_photo):
        batch.total += _add(batch, user, ids, recipes_by_photo, groups)
    if not batch.total:
        raise Conflict(
            _("None of these photos would change. Choose photos that are ready and that you may edit.")
        )
    batch.save(update_fields=["total"])
    tasks.request_rendering_of_many(room.pk)
    return batch


def recipe_for_many(user: User, room: Room, data: Any, groups: Collection[str]) -> Recipe:
    """Those steps of a recipe that fit any photo: no faces, no strokes of a brush, which are of one photo alone."""
    try:
        read = recipes.parse(data)
    except recipes.BadRecipe as error:
        raise edits.refused(error) from error
    kept = [step for step in read.steps if step.operation.group in groups and not _is_of_one_photo(step)]
    return Recipe(tuple(kept))


def _is_of_one_photo(step: recipes.Step) -> bool:
    """Whether a step names faces or places that only the photo has that it was made for."""
    for parameter in step.operation.parameters:
        kind = parameter.describe()
        if kind["kind"] == "strokes" and step.values[parameter.name]:
            return True
        if kind.get("of") == "faces" and step.values[parameter.name]:
            return True
    return False


def _add(
    batch: EditBatch, user: User, ids: Collection[int], wanted: Mapping[int, Recipe], groups: Collection[str]
) -> int:
    """Make the versions of some photos: a few queries, however many they are."""
    photos = {photo.pk: photo for photo in _editable(batch.room, user, ids)}
    heads = Edit.objects.in_bulk([photo.edit_id for photo in photos.values() if photo.edit_id])
    last = dict(
        Edit.objects.filter(photo__in=photos).order_by().values_list("photo").annotate(last=Max("number"))
    )
    made = []
    for pk, photo in photos.items():
        head = heads.get(photo.edit_id or 0)
        recipe = merged(recipes.parse(head.recipe) if head else Recipe(), wanted[pk], groups)
        if recipe.key == (head.key if head else "") or not _fits(recipe, photo):
            continue
        made.append(
            Edit(
                photo=photo,
                number=last.get(pk, 0) + 1,
                parent=head,
                recipe=recipe.as_json(),
                key=recipe.key,
                author=user,
                origin=batch.origin,
                batch=batch,
                state=EditState.WAITING if recipe else EditState.READY,
            )
        )
    Edit.objects.bulk_create(made)
    for edit in made:
        edit.photo.edit = edit
    Photo.objects.bulk_update([edit.photo for edit in made], ["edit"])
    _show_originals([edit.photo_id for edit in made if not edit.key])
    return len(made)


def _editable(room: Room, user: User, ids: Collection[int]) -> list[Photo]:
    """Locked rows of those photos that can be edited by this user."""
    rows = Photo.objects.select_for_update().present().filter(room=room, pk__in=ids)
    hidden = {pk for pk, veil in veils.veils_of(ids).items() if veil.is_for(user)}
    ready = rows.filter(kind=PhotoKind.PHOTO, state=PhotoState.READY).order_by("pk")
    return [photo for photo in ready if photo.pk not in hidden]


def merged(existing: Recipe, added: Recipe, groups: Collection[str]) -> Recipe:
    """A recipe whose steps of these groups are those of another one, in the usual order."""
    kept = [step for step in existing.steps if step.operation.group not in groups]
    return Recipe((*kept, *(step for step in added.steps if step.operation.group in groups))).in_usual_order()


def _fits(recipe: Recipe, photo: Photo) -> bool:
    try:
        recipe.placed(photo.width, photo.height)
    except recipes.BadRecipe:
        return False
    return True


def _show_originals(photo_ids: Iterable[int]) -> None:
    pks = list(photo_ids)
    EditedCopy.objects.filter(edit__photo__in=pks).delete()
    Photo.objects.filter(pk__in=pks).update(
        shown_edit=None, edited_width=0, edited_height=0, edited_placeholder=""
    )


@transaction.atomic
def cancel(*, user: User, batch: EditBatch) -> EditBatch:
    """Photos that still wait keep what they had; those that are done stay done."""
    require(user, Action.EDIT_PHOTOS, batch.room)
    waiting = batch.edits.filter(state=EditState.WAITING)
    if not waiting.exists():
        raise Conflict(_("Nothing waits any more; undo it instead."))
    _take_back(batch, EditState.WAITING)
    batch.cancelled_at = timezone.now()
    batch.save(update_fields=["cancelled_at"])
    return batch


@transaction.atomic
def undo(*, user: User, batch: EditBatch) -> EditBatch:
    """Every photo that nobody has edited since goes back to what it had."""
    require(user, Action.EDIT_PHOTOS, batch.room)
    if batch.undone_at is not None:
        raise Conflict(_("This has been undone already."))
    _take_back(batch, None)
    batch.undone_at = timezone.now()
    batch.save(update_fields=["undone_at"])
    return batch


def _take_back(batch: EditBatch, state: EditState | None) -> None:
    """Move photos whose latest version is of this batch back to the one before it."""
    theirs = Edit.objects.filter(batch=batch, photo__edit__batch=batch)
    if state is not None:
        theirs = theirs.filter(state=state)
    ids = list(theirs.values_list("photo", flat=True))
    for some in id_batches(ids):
        photos = list(Photo.objects.select_for_update(of=("self",)).filter(pk__in=some, edit__batch=batch))
        parents = dict(
            Edit.objects.filter(pk__in=[photo.edit_id for photo in photos]).values_list("pk", "parent")
        )
        heads = Edit.objects.in_bulk([pk for pk in parents.values() if pk])
        Edit.objects.filter(pk__in=[photo.edit_id for photo in photos], state=EditState.WAITING).update(
            state=EditState.CANCELLED
        )
        again = []
        for photo in photos:
            head = heads.get(parents.get(photo.edit_id or 0) or 0)
            photo.edit = head
            if head is not None and head.key and photo.shown_edit_id != head.pk:
                again.append(head.pk)
        Photo.objects.bulk_update(photos, ["edit"])
        _show_originals([photo.pk for photo in photos if photo.edit is None or not photo.edit.key])
        Edit.objects.filter(pk__in=again).update(state=EditState.WAITING, failure="")
    tasks.request_rendering_of_many(batch.room_id)
    tasks.request_veiling(batch.room_id)
