"""EDGE: what operations of the editor are told about a photo besides its pixels, and an original's pixels for them."""

from __future__ import annotations

import hashlib
import operator
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial, reduce
from math import inf
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from albums import veils
from albums.batches import id_batches
from albums.edited_copies import FULL
from albums.models import Edit, EditedCopy, Face, Photo
from albums.models.edits import EditState
from albums.models.photos import PhotoKind, PhotoState
from processing import editing, recipes, registry
from processing.contracts import Region
from processing.detections import Detection
from processing.errors import ModelUnavailable, ProcessingError
from processing.imaging import Limits, open_picture
from processing.operation import FaceShape, Scene, is_in_use
from processing.recipes import BadRecipe, Recipe
from processing.stored_files import local_copy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GONE = "The photo that was to be the background is not in the room any more. Choose another one."
UNREADY = "The photo that is to be the background is being prepared. Try again in a moment."


def pixels_of(image: Any) -> NDArray[np.uint8]:
    """An opened image as uint8 of shape (h, w, 3)."""
    import numpy as np

    return np.asarray(image.convert("RGB"))


def scene_of(photo: Photo, user: Any, **given: Any) -> Scene:
    """What is known about a photo, for whoever edits it."""
    rows = Face.objects.filter(photo=photo, is_dismissed=False).select_related("person")
    faces = tuple(
        FaceShape(
            face.pk,
            Region(face.x, face.y, face.width, face.height),
            is_mine=bool(user and face.person and face.person.user_id == user.pk),
        )
        for face in rows
    )
    loader = partial(load_photo, photo.room_id, photo.pk)
    return Scene(photo.width, photo.height, faces, load_photo=loader, seed=photo.pk, **given)


def with_landmarks(scene: Scene, pixels: NDArray[np.uint8], operations: Iterable[str]) -> Scene:
    """The scene with the corners of eyes where one of these operations needs them; else the same one.

    Args:
        pixels: the unedited photo at any size.
        operations: names of those that are to be done.
    """
    known = registry.operations()
    if not scene.faces or not any(getattr(known.get(name), "needs_landmarks", False) for name in operations):
        return scene
    from processing.face_chips import landmarks_of

    scale = max(pixels.shape[:2]) / max(scene.width, scene.height)
    boxes = [
        Detection(box.x * scale, box.y * scale, box.width * scale, box.height * scale, 0.0, 0)
        for box in (face.region for face in scene.faces)
    ]
    try:
        found = landmarks_of(pixels, boxes)
    except ModelUnavailable:  # then by where eyes usually are
        return scene
    faces = tuple(
        replace(face, landmarks=tuple((x / scale, y / scale) for x, y in points))
        for face, points in zip(scene.faces, found, strict=True)
    )
    return replace(scene, faces=faces)


def borrowing_parameters() -> set[str]:
    """The names of parameters that stand for other photos."""
    found = (one for operation in registry.operations().values() for one in operation.parameters)
    return {one.name for one in found if one.describe().get("of") == "photos"}


def borrowed_in(recipe: Mapping[str, Any]) -> set[int]:
    """The other photos that a kept recipe uses; read as it is, for also one that this site can't follow has been followed once."""
    known, names = registry.operations(), borrowing_parameters()
    values = (
        step[name]
        for step in recipe.get("steps", ())
        for name in names & step.keys()
        if step["op"] not in known or is_in_use(known[step["op"]], step, name)
    )
    return {photo_id for value in values if isinstance(value, list) for photo_id in value}


def using_others(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """Those whose JSON names another photo: read as text, so that a database finds the few among thousands of recipes."""
    names = [Q(as_text__contains=f'"{name}": [') for name in borrowing_parameters()]
    return rows.annotate(as_text=Cast(column, TextField())).filter(reduce(operator.or_, names, Q(pk__in=[])))


def borrowing_from(room_id: uuid.UUID, photo_ids: Collection[int]) -> dict[int, Edit]:
    """The shown edits that use other photos, by the photo that they are of: those of these photos, of the ones that they use, and so on."""
    found: dict[int, Edit] = {}
    seen: set[int] = set()
    left = set(photo_ids)
    while left:
        seen |= left
        used: set[int] = set()
        for ids in id_batches(left):
            shown = Edit.objects.filter(photo__room=room_id, photo__in=ids, photo__shown_edit=F("pk"))
            for edit in shown.select_related("author"):
                others = borrowed_in(edit.recipe)
                if others:
                    found[edit.photo_id] = edit
                    used |= others
        left = used - seen
    return found


def without_others(edit: Edit) -> Recipe:
    """What an edit does besides using other photos.

    Raises:
        BadRecipe: nobody can read it.
    """
    steps = recipes.parse(edit.recipe).steps
    return Recipe(tuple(step for step in steps if not borrowed_in({"steps": [step.as_json()]})))


def is_round(photo_id: int, lender_id: int, borrowing: Mapping[int, Edit]) -> bool:
    """Whether a photo that another one uses is itself made of that one, over however many others.

    Args:
        photo_id: the one that uses the other.
        lender_id: the other.
        borrowing: as of `borrowing_from`.
    """
    seen: set[int] = set()
    left = {lender_id}
    while left:
        one = left.pop()
        if one == photo_id:
            return True
        seen.add(one)
        if one in borrowing:
            left |= borrowed_in(borrowing[one].recipe) - seen
    return False


def look_of_others(edit: Edit, borrowing: Mapping[int, Edit], shown: Mapping[int, int | None]) -> str:
    """A name for how the photos look that an edit uses: another one when one of them is shown edited otherwise; "" for none.

    Photos that use each other count as what they are without each other, or each would be made anew for the other without end.

    Args:
        edit: of whatever photo.
        borrowing: as of `borrowing_from`.
        shown: keys of the shown edits of the photos that it uses.
    """
    parts = []
    for other in sorted(borrowed_in(edit.recipe)):
        part: object = shown.get(other) or 0
        if other == edit.photo_id:
            part = "itself"
        elif is_round(edit.photo_id, other, borrowing):
            try:
                part = without_others(borrowing[other]).key
            except BadRecipe:
                part = borrowing[other].key
        parts.append(f"{other}:{part}")
    return f"of{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:12]}" if parts else ""


def shown_edits(photo_ids: Collection[int]) -> dict[int, int | None]:
    """The key of the edit that is shown of each photo; None for the original."""
    found: dict[int, int | None] = {}
    for ids in id_batches(photo_ids):
        found |= dict(Photo.objects.filter(pk__in=ids).values_list("pk", "shown_edit"))
    return found


def present_look(edit: Edit, room_id: uuid.UUID) -> str:
    """`look_of_others` as it is at this moment."""
    others = borrowed_in(edit.recipe)
    return look_of_others(edit, borrowing_from(room_id, others), shown_edits(others)) if others else ""


def ready(room_id: uuid.UUID, photo_ids: Collection[int]) -> set[int]:
    """Which of these photos could be put behind others at this moment: nothing of them is being made, and no file has gone."""
    found: set[int] = set()
    for ids in id_batches(photo_ids):
        rows = Photo.objects.filter(room=room_id, pk__in=ids).exclude(edit__state=EditState.WAITING)
        shown = dict(rows.values_list("pk", "shown_edit"))
        full = EditedCopy.objects.filter(edit__in=filter(None, shown.values()), side_px=FULL)
        there = {row.edit_id for row in full if row.file.storage.exists(row.file.name or "")}
        found |= {pk for pk, edit in shown.items() if edit is None or edit in there}
    return found


def showable(room_id: uuid.UUID, photo_ids: Collection[int]) -> set[int]:
    """Which of these photos may be used in edits of others: those that everybody in the room may see as they are."""
    found: set[int] = set()
    for ids in id_batches(photo_ids):
        rows = Photo.objects.present().filter(
            room=room_id, pk__in=ids, state=PhotoState.READY, kind=PhotoKind.PHOTO
        )
        found |= set(rows.values_list("pk", flat=True))
    return found - veils.veils_of(found).keys()


def holds_borrowed(edit: Edit, room_id: uuid.UUID) -> bool:
    """Whether the other photos that an edit uses may be used; whoever takes one away waits for the end of this transaction."""
    others = borrowed_in(edit.recipe)
    if not others:
        return True
    list(Photo.objects.select_for_update().filter(pk__in=others).order_by("pk").values_list("pk", flat=True))
    return others == showable(room_id, others)


def load_photo(room_id: uuid.UUID, for_id: int, photo_id: int, side_px: int) -> NDArray[np.uint8]:
    """Another photo of the same room as everybody sees it: what an edit has cut off or covered there does not come up here.

    One that is itself made of the photo that it is wanted for comes without that and without all other photos.

    Never one on which somebody is hidden from anybody: all will see what is made of it.

    Args:
        room_id: of both.
        for_id: the photo that it is wanted for; that one itself comes without its edits, which are just being made.
        photo_id: the one that is wanted.
        side_px: how long its longer side should be, about.

    Raises:
        ProcessingError: it is not there any more, or can't be read.
    """
    photo = Photo.objects.select_related("edit").filter(pk__in=showable(room_id, [photo_id])).first()
    if photo is None:
        raise ProcessingError(GONE)
    is_other = photo.pk != for_id
    borrowing = borrowing_from(room_id, [photo.pk]) if is_other and photo.shown_edit_id else {}
    shown = borrowing.get(photo.pk)
    is_mutual = shown is not None and is_round(for_id, photo.pk, borrowing)
    is_waiting = is_other and photo.edit is not None and photo.edit.state == EditState.WAITING
    if is_waiting and not (is_mutual and photo.edit_id == photo.shown_edit_id):
        raise ProcessingError(UNREADY)
    if shown is not None and is_mutual:
        return _made_alone(photo, shown, side_px)
    limits = Limits(pixels=settings.MAX_PIXELS, bytes=max(settings.MAX_IMAGE_BYTES, photo.size_bytes))
    with local_copy(
        _edited_file(photo, side_px) if is_other and photo.shown_edit_id else photo.original
    ) as path:
        return pixels_of(open_picture(path, side_px, limits=limits).image)


def _edited_file(photo: Photo, side_px: int) -> Any:
    """The smallest copy of the edit that is shown which is large enough, else the full one."""
    copies = list(EditedCopy.objects.filter(edit=photo.shown_edit_id))
    large = [copy for copy in copies if copy.side_px >= side_px or copy.side_px == FULL]
    for copy in sorted(large, key=lambda copy: copy.side_px or inf):
        if copy.file.storage.exists(copy.file.name or ""):
            return copy.file
    raise ProcessingError(UNREADY)


def _made_alone(photo: Photo, edit: Edit, side_px: int) -> NDArray[np.uint8]:
    """What a shown edit makes of a photo without its steps that use other photos.

    Raises:
        ProcessingError: with a sentence.
    """
    from PIL import Image

    recipe = without_others(edit)
    placed = recipe.placed(photo.width, photo.height)
    larger = max(1.0, max(photo.width, photo.height) / max(placed.width, placed.height))
    limits = Limits(pixels=settings.MAX_PIXELS, bytes=max(settings.MAX_IMAGE_BYTES, photo.size_bytes))
    with local_copy(photo.original) as path:
        pixels = pixels_of(open_picture(path, round(side_px * larger), limits=limits).image)
    scene = with_landmarks(scene_of(photo, edit.author), pixels, recipe.names)
    return pixels_of(Image.fromarray(editing.cook(pixels, recipe, scene)))
