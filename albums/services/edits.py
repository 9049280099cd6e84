"""What is done to photos: recipes in versions, undone and done again without end. The original is never touched."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from albums import covered_faces, veils
from albums.errors import Conflict, EditedMeanwhile, RecipeRefused
from albums.models import Edit, EditBatch, EditedCopy, Face, Photo
from albums.models.edits import STAND_IN, EditOrigin, EditState
from albums.models.photos import PhotoState
from albums.permissions import Action, require
from albums.said import in_words
from processing import copy_tasks, recipes
from processing.operation import is_in_use
from processing.recipes import BadRecipe, Recipe

MOST_LETTERS = 500_000  # of a recipe as JSON: 25,000 points of a brush


@transaction.atomic
def save_edit(*, user: User, photo: Photo, recipe: Any, base: int) -> Edit | None:
    """Keep a recipe as the photo's next version. What is there already makes none; what has failed is tried again.

    Returns:
        The version that counts now; None for the original, to which nothing was to be done.

    Args:
        recipe: as JSON.
        base: number of the version that the user has seen, 0 for the original.

    Raises:
        RecipeRefused: by field.
        EditedMeanwhile: somebody else has made another version of it since.
    """
    fresh = locked(user, photo)
    read = checked(user, fresh, recipe)
    head = _expected(fresh, base, user)
    if read.key == (head.key if head else ""):
        if head is not None and head.state == EditState.FAILED:
            move_to(fresh, head)
        return head
    return decide(fresh, _version(fresh, read, user, head))


@transaction.atomic
def undo_edit(*, user: User, photo: Photo, base: int) -> Photo:
    """Go back to the version that this one was made from."""
    fresh = locked(user, photo)
    head = _expected(fresh, base, user)
    if head is None:
        raise Conflict(_("This is the original; there is nothing to undo."))
    return move_to(fresh, decided_on(head).parent)


@transaction.atomic
def redo_edit(*, user: User, photo: Photo, base: int) -> Photo:
    """Go to the version that was made of this one last."""
    fresh = locked(user, photo)
    head = _expected(fresh, base, user)
    later = later_of(fresh, head).first()
    if later is None:
        raise Conflict(_("There is nothing to do again."))
    return move_to(fresh, later)


@transaction.atomic
def revert(*, user: User, photo: Photo, base: int) -> Edit | None:
    """Show the original again; that is a version as well, so it can be undone."""
    return save_edit(user=user, photo=photo, recipe=Recipe().as_json(), base=base)


def locked(user: User, photo: Photo) -> Photo:
    """The photo's row, for whoever may edit it; everything about one photo happens one after the other."""
    require(user, Action.EDIT_PHOTOS, photo.room)
    rows = Photo.objects.select_for_update(of=("self",)).select_related("room")
    fresh = rows.filter(pk=photo.pk).first()
    if fresh is None:
        raise Conflict(_("This photo was deleted meanwhile."))
    why = refusal(user, fresh)
    if why:
        raise Conflict(why)
    return fresh


def refusal(user: User, photo: Photo) -> str:
    """Why this user can't edit this photo now, as a sentence; empty if they can."""
    if photo.is_video:
        return _("Videos can't be edited here yet.")
    if photo.deleted_at is not None:
        return _("This photo is in the trash. Bring it back to edit it.")
    if photo.state == PhotoState.FAILED:
        return _("This photo couldn't be read, so it can't be edited.")
    if photo.state != PhotoState.READY:
        return _("This photo is not ready yet. Try again in a moment.")
    if veils.is_veiled_for(photo, user):
        return _("Somebody on this photo asked not to be shown, so others can't edit it.")
    return ""


def checked(user: User, photo: Photo, data: Any) -> Recipe:
    """Read a recipe and hold it to this photo: its size, its faces, the other photos that it uses.

    Raises:
        RecipeRefused: by field.
    """
    try:
        recipe = recipes.parse(data)
        recipe.placed(photo.width, photo.height)
    except BadRecipe as error:
        raise refused(error) from error
    if covered_faces.covers(recipe):
        faces = covered_faces.known_faces([photo])[photo.pk]
        recipe = covered_faces.with_places(
            recipe, faces, user, read_of(head_of(photo)), lambda: map(read_of, photo.edits.iterator())
        )
    require_short(recipe)
    wrong = dict(strangers(user, recipe, photo.room_id, photo.pk))
    if wrong:
        raise RecipeRefused(wrong)
    return recipe


def later_of(photo: Photo, head: Edit | None) -> QuerySet[Edit]:
    """What people made of a version, the last first; not where a worker found that nothing was to be done."""
    made = photo.edits.filter(parent=head).exclude(state=EditState.SAME)
    return made.exclude(key__startswith=STAND_IN).order_by("-number")


def decided_on(edit: Edit) -> Edit:
    """The version that people decided on, in whose place the site has put this one: without another photo, or with more faces covered."""
    while edit.parent and (edit.key.startswith(STAND_IN) or _covers_more(edit, edit.parent)):
        edit = edit.parent
    return edit


def _covers_more(edit: Edit, parent: Edit) -> bool:
    """Whether only faces were added that a version covers; most cover none, which costs nothing to see."""
    is_covering = covered_faces.BLUR in [step.get("op") for step in edit.recipe.get("steps", ())]
    return is_covering and covered_faces.differ_in_places(read_of(edit), read_of(parent))


def read_of(edit: Edit | None) -> Recipe:
    """What a version does; nothing where this site can't read it any more."""
    try:
        return recipes.parse(edit.recipe) if edit else Recipe()
    except BadRecipe:
        return Recipe()


def require_short(recipe: Recipe) -> None:
    """Every version is kept for ever, and 50 of them are sent at once."""
    if len(json.dumps(recipe.as_json())) > MOST_LETTERS:
        raise RecipeRefused(
            {"steps": _("This recipe is too long. Paint with fewer strokes, or take steps out of it.")}
        )


def refused(error: BadRecipe) -> RecipeRefused:
    """The same in the reader's language."""
    return RecipeRefused({field: in_words(text) for field, text in error.errors.items()})


def strangers(
    user: User, recipe: Recipe, room_id: UUID, photo_id: int | None = None
) -> list[tuple[str, str]]:
    """Faces and photos in a recipe that are not of this photo (None: of many) or room, by field."""
    wrong = []
    for number, step in recipe.numbered():
        for parameter in step.operation.parameters:
            of, ids = parameter.describe().get("of"), step.values[parameter.name]
            if of == "photos" and ids and is_in_use(step.operation, step.values, parameter.name):
                others = Photo.objects.present().filter(room=room_id, pk__in=ids).visible_to(user)
                if {one.pk for one in others if not veils.is_veiled_for(one, None)} != set(ids):
                    wrong.append(
                        (f"steps.{number}.{parameter.name}", _("This photo is not in the room any more."))
                    )
            if of == "faces" and ids and Face.objects.filter(photo=photo_id, pk__in=ids).count() != len(ids):
                wrong.append(
                    (f"steps.{number}.{parameter.name}", _("This face is not on the photo any more."))
                )
    return wrong


def head_of(photo: Photo) -> Edit | None:
    """What people decided last about a photo; None: the original."""
    return Edit.objects.filter(pk=photo.edit_id).first() if photo.edit_id else None


def number_of(edit: Edit | None) -> int:
    return edit.number if edit else 0


def decide(photo: Photo, edit: Edit) -> Edit:
    """Make a version what people want to see; its copies are made if there are any to make."""
    move_to(photo, edit)
    return edit


def move_to(photo: Photo, edit: Edit | None) -> Photo:
    """Want this version (None: the original). What needs no copies is shown at once."""
    photo.edit = edit
    if edit is None or not edit.key:
        photo.shown_edit = None
        photo.edited_width = photo.edited_height = 0
        photo.edited_placeholder = ""
        EditedCopy.objects.filter(edit__photo=photo).delete()
        if edit is not None:
            Edit.objects.filter(pk=edit.pk).update(state=EditState.READY)
    elif photo.shown_edit_id != edit.pk or edit.state == EditState.FAILED:
        Edit.objects.filter(pk=edit.pk).update(
            state=EditState.WAITING, failure="", attempts=0, claimed_until=None
        )
        copy_tasks.request_rendering(room_id=photo.room_id, photo_id=photo.pk)
    photo.save(update_fields=["edit", "shown_edit", "edited_width", "edited_height", "edited_placeholder"])
    if photo.shown_edit_id is None:
        copy_tasks.settle_borrowed(photo.room_id)
    copy_tasks.request_veiling(photo.room_id)
    return photo


def _version(
    photo: Photo,
    recipe: Recipe,
    user: User,
    parent: Edit | None,
    origin: EditOrigin = EditOrigin.EDITOR,
    batch: EditBatch | None = None,
) -> Edit:
    last = photo.edits.aggregate(last=Max("number"))["last"] or 0
    return Edit.objects.create(
        photo=photo,
        number=last + 1,
        parent=parent,
        recipe=recipe.as_json(),
        key=recipe.key,
        author=user,
        origin=origin,
        batch=batch,
        state=EditState.WAITING if recipe else EditState.READY,
    )


def _expected(photo: Photo, base: int, user: User) -> Edit | None:
    head = head_of(photo)
    if number_of(head) != base:
        raise EditedMeanwhile(_met(head, user), number_of(head))
    return head


def _met(head: Edit | None, user: User) -> str:
    if (
        head is not None and decided_on(head) != head
    ):  # the site itself: a face was covered, a background has gone
        return _("This photo looks otherwise meanwhile. Look at it before you save yours.")
    if head is not None and head.author_id == user.pk:
        return _("You have edited this photo meanwhile, in another window. Look at it before you save yours.")
    if head is None or head.author is None:
        return _("Somebody else has edited this photo meanwhile. Look at it before you save yours.")
    return _("%(name)s has edited this photo meanwhile. Look at it before you save yours.") % {
        "name": str(head.author)
    }
