"""One recipe over many photos: pasted, by a preset, automatically turned; watched, cancelled and undone as a whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from albums import covered_faces, veils
from albums.batches import id_batches
from albums.errors import AlbumError, Conflict, RecipeRefused
from albums.models import Edit, EditBatch, EditedCopy, EditPreset, Photo, Room
from albums.models.edits import TO_ENHANCE, EditOrigin, EditState
from albums.models.photos import PhotoKind, PhotoState
from albums.permissions import Action, require
from albums.services import edits
from processing import copy_tasks, recipes
from processing.operation import GROUPS
from processing.recipes import Recipe
from processing.turning import turned

Change = Callable[[Photo, Recipe], Recipe]
MOST_PHOTOS = 5_000
PASTED_GROUPS = tuple(group for group in GROUPS if group not in ("geometry", "repair"))
ENHANCED_GROUPS = ("light", "color")  # processing/enhancing.py chooses steps of these alone
TURNS = {
    1: gettext_noop("Turned to the right"),
    2: gettext_noop("Turned upside down"),
    3: gettext_noop("Turned to the left"),
}
ENHANCED, REVERTED = gettext_noop("Made better automatically"), gettext_noop("Back to the original")


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
    unknown = set(groups) - set(GROUPS)
    if unknown:
        raise AlbumError(_("There is no such group of operations: %(name)s.") % {"name": min(unknown)})
    read = recipe_for_many(user, room, recipe, groups)
    return many(
        user=user,
        room=room,
        photo_ids=photo_ids,
        change=lambda photo, existing: merged(existing, read, groups),
        title=title,
        origin=origin,
        recipe=read,
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
    title, origin = gettext_noop("Pasted edits"), EditOrigin.PASTE
    if preset_id is not None:
        preset = EditPreset.objects.filter(Q(user=user) | Q(room=room), pk=preset_id).first()
        if preset is None:
            raise AlbumError(_("There is no such preset any more."))
        recipe, title, origin = preset.recipe, preset.name, EditOrigin.PRESET
        groups = _groups_of(recipe) if groups is None else groups
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
def turn_many(*, user: User, room: Room, photo_ids: Collection[int], quarters: int) -> EditBatch:
    """Turn photos as they are shown now, to the right; their crops and angles are turned along."""
    if quarters not in TURNS:
        raise AlbumError(_("Photos are turned by one, two or three quarters."))
    return many(
        user=user,
        room=room,
        photo_ids=photo_ids,
        change=lambda photo, recipe: turned(recipe, quarters),
        title=TURNS[quarters],
        origin=EditOrigin.TURN,
    )


@transaction.atomic
def enhance_many(*, user: User, room: Room, photo_ids: Collection[int]) -> EditBatch:
    """Have a worker look at each photo and choose its light and color; a photo that is good stays as it is."""
    return many(
        user=user,
        room=room,
        photo_ids=photo_ids,
        change=lambda photo, recipe: merged(recipe, Recipe(), ENHANCED_GROUPS),
        title=ENHANCED,
        origin=EditOrigin.ENHANCE,
    )


@transaction.atomic
def revert_many(*, user: User, room: Room, photo_ids: Collection[int]) -> EditBatch:
    """Show the originals again; that is a version of each photo as well, so it can be undone."""
    return many(
        user=user,
        room=room,
        photo_ids=photo_ids,
        change=lambda photo, recipe: Recipe(),
        title=REVERTED,
        origin=EditOrigin.REVERT,
    )


@transaction.atomic
def many(
    *,
    user: User,
    room: Room,
    photo_ids: Collection[int],
    change: Change,
    title: str,
    origin: EditOrigin,
    recipe: Recipe | None = None,
) -> EditBatch:
    """Make a new version of each photo; `change` says of which recipe, from the photo and what was done to it so far.

    Photos that this user can't edit are left out, and so are those that would not change.

    Raises:
        Conflict: nothing is left to do.
    """
    require(user, Action.EDIT_PHOTOS, room)
    if len(photo_ids) > MOST_PHOTOS:
        raise AlbumError(_("Choose at most %(number)s photos at once.") % {"number": MOST_PHOTOS})
    batch = EditBatch.objects.create(
        room=room,
        author=user,
        origin=origin,
        title=title[:120],
        recipe=(recipe or Recipe()).as_json(),
        total=0,
    )
    for ids in id_batches(photo_ids):
        batch.total += _add(batch, user, ids, change)
    if not batch.total:
        raise Conflict(
            _("None of these photos would change. Choose photos that are ready and that you may edit.")
        )
    batch.save(update_fields=["total"])
    copy_tasks.request_rendering_of_many(room.pk)
    copy_tasks.request_veiling(room.pk)
    return batch


def recipe_for_many(user: User, room: Room, data: Any, groups: Collection[str]) -> Recipe:
    """Those steps of a recipe that fit any photo: no faces, no strokes of a brush, which are of one photo alone."""
    try:
        read = recipes.parse(data)
    except recipes.BadRecipe as error:
        raise edits.refused(error) from error
    kept = [step for step in read.steps if step.operation.group in groups and not _is_of_one_photo(step)]
    recipe = covered_faces.without_places(Recipe(tuple(kept)))
    edits.require_short(recipe)
    wrong = dict(edits.strangers(user, recipe, room.pk))
    if wrong:
        raise RecipeRefused(wrong)
    return recipe


def _groups_of(recipe: Any) -> set[str]:
    """The groups in which a preset does something: the others of each photo stay."""
    try:
        return {step.operation.group for step in recipes.parse(recipe).steps}
    except recipes.BadRecipe as error:
        raise edits.refused(error) from error


def _is_of_one_photo(step: recipes.Step) -> bool:
    """Whether a step names faces or places that only the photo has that it was made for."""
    return bool(_own_values(step))


def _own_values(step: recipes.Step) -> dict[str, Any]:
    """What of a step's values is of one photo alone: strokes, eyes that were pointed at, faces."""
    return {
        parameter.name: step.values[parameter.name]
        for parameter in step.operation.parameters
        if step.values[parameter.name] and _is_own(parameter.describe())
    }


def _is_own(kind: Mapping[str, Any]) -> bool:
    is_places = kind["kind"] == "points" and kind["meaning"] == "points" and kind["most"] > 1
    return kind["kind"] == "strokes" or kind.get("of") == "faces" or is_places


def _add(batch: EditBatch, user: User, ids: Collection[int], change: Change) -> int:
    """Make the versions of some photos: a few queries, however many they are."""
    photos = {photo.pk: photo for photo in _editable(batch.room, user, ids)}
    heads = Edit.objects.in_bulk([photo.edit_id for photo in photos.values() if photo.edit_id])
    last = dict(
        Edit.objects.filter(photo__in=photos).order_by().values_list("photo").annotate(last=Max("number"))
    )
    faces = covered_faces.known_faces(photos.values())
    made = []
    for pk, photo in photos.items():
        head = heads.get(photo.edit_id or 0)
        edit = _next_version(batch, photo, head, change, faces.get(pk, []))
        if edit is not None:
            edit.number = last.get(pk, 0) + 1
            made.append(edit)
    Edit.objects.bulk_create(made)
    for edit in made:
        edit.photo.edit = edit
    Photo.objects.bulk_update([edit.photo for edit in made], ["edit"])
    show_originals([edit.photo_id for edit in made if not edit.key])
    return len(made)


def _next_version(
    batch: EditBatch, photo: Photo, head: Edit | None, change: Change, faces: list[covered_faces.Known]
) -> Edit | None:
    """Of one photo, not yet saved; None if it would not change, or if that can't be done to it."""
    is_undecided = batch.origin == EditOrigin.ENHANCE
    try:
        before = recipes.parse(head.recipe) if head else Recipe()
        recipe = change(photo, before)
        if batch.author:
            recipe = covered_faces.with_places(recipe, faces, batch.author, before)
        recipe.placed(photo.width, photo.height)
    except recipes.BadRecipe:
        return None
    key = TO_ENHANCE if is_undecided else recipe.key
    if key == (head.key if head else ""):
        return None
    return Edit(
        photo=photo,
        parent=head,
        recipe=recipe.as_json(),
        key=key,
        author=batch.author,
        origin=batch.origin,
        batch=batch,
        state=EditState.WAITING if key else EditState.READY,
    )


def _editable(room: Room, user: User, ids: Collection[int]) -> list[Photo]:
    """Locked rows of those photos that can be edited by this user."""
    rows = Photo.objects.select_for_update().present().filter(room=room, pk__in=ids)
    hidden = {pk for pk, veil in veils.veils_of(ids).items() if veil.is_for(user)}
    ready = rows.filter(kind=PhotoKind.PHOTO, state=PhotoState.READY).order_by("pk")
    return [photo for photo in ready if photo.pk not in hidden]


def merged(existing: Recipe, added: Recipe, groups: Collection[str]) -> Recipe:
    """A recipe whose steps of these groups are those of another one, in the usual order.

    What is of the photo alone stays: strokes of a brush, eyes that were pointed at, and covered faces stay covered.
    """
    new = [step for step in added.steps if step.operation.group in groups]
    names = {step.name for step in new}
    kept = []
    for step in existing.steps:
        if step.operation.group not in groups:
            kept.append(step)
        elif _is_of_one_photo(step) or step.name == covered_faces.BLUR:
            new = [_with_own(one, step) if one.name == step.name else one for one in new]
            kept += [] if step.name in names else [step]
    return Recipe((*kept, *new)).in_usual_order()


def _with_own(step: recipes.Step, before: recipes.Step) -> recipes.Step:
    """A step with what the one before it has of the photo alone."""
    own = {name: before.values[name] for name in ("boxes",) if before.values.get(name)}
    return recipes.Step(step.name, {**step.values, **own, **_own_values(before)})


def show_originals(photo_ids: Iterable[int]) -> None:
    """Let everybody see these photos unedited; their copies go."""
    pks = list(photo_ids)
    EditedCopy.objects.filter(edit__photo__in=pks).delete()
    Photo.objects.filter(pk__in=pks).update(
        shown_edit=None, edited_width=0, edited_height=0, edited_placeholder=""
    )
