"""EDGE: makes the copies of edited photos and the previews of who edits them.

What people decided is `photo.edit`; what everybody sees is `photo.shown_edit`, whose copies are there. Whoever is killed in
between leaves the earlier picture in its place.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import transaction

from albums import edited_copies
from albums.models import Edit, EditedCopy, Photo
from albums.models.edits import EditState
from processing import covered_store, editing, enhance_store, recipes
from processing.edit_files import EditedFiles, encode_all
from processing.errors import ProcessingError
from processing.imaging import Limits, open_picture
from processing.scene_store import (
    GONE,
    holds_borrowed,
    pixels_of,
    present_look,
    scene_of,
    with_landmarks,
)
from processing.stored_files import local_copy, replace_file

MOST_ROUNDS = 3  # of one photo on which more and more faces are found
MOST_SECONDS = 280  # of one photo; a painting of 24 megapixels takes a minute on two cores
TOO_SLOW = "Editing this photo took longer than {seconds} seconds. Take a step out of it, or make the photo smaller first."


def render(photo_id: int) -> None:
    """Make the copies of what was decided last about a photo, and show them; if that has failed, those of what is shown.

    Raises:
        ProcessingError: with a sentence; the edit's row has it too, and everybody goes on seeing the earlier picture.
    """
    rows = Photo.objects.select_related("room", "edit", "shown_edit")
    photo = rows.filter(pk=photo_id, deleted_at=None).first()
    edit = to_make(photo) if photo else None
    if photo is None or edit is None or not edit.key:
        return
    if photo.shown_edit_id == edit.pk and not edited_copies.lacks_copies(edit):
        Edit.objects.filter(pk=edit.pk, state=EditState.WAITING).update(state=EditState.READY)
        return
    for _round in range(MOST_ROUNDS):
        look = present_look(edit, photo.room_id)
        try:
            made = make(photo, edit)
        except ProcessingError as error:
            Edit.objects.filter(pk=edit.pk).update(state=EditState.FAILED, failure=str(error)[:300])
            raise
        if made is None or keep(photo, edit, made, look):
            return


def to_make(photo: Photo) -> Edit | None:
    """What was decided last; where that did not work and the files of the earlier edit were lost, that one."""
    head, shown = photo.edit, photo.shown_edit
    if head is None or shown is None or head.pk == shown.pk or head.state != EditState.FAILED:
        return head
    return shown if edited_copies.lacks_copies(shown) else head


def make(photo: Photo, edit: Edit) -> EditedFiles | None:
    """Follow the recipe at full size; None if it was to be chosen here, and nothing was to be done.

    Raises:
        ProcessingError: with a sentence.
    """
    limits = Limits(pixels=settings.MAX_PIXELS, bytes=max(settings.MAX_IMAGE_BYTES, photo.size_bytes))
    with local_copy(photo.original) as path:
        pixels = pixels_of(open_picture(path, None, limits=limits).image)
        scene = scene_of(photo, edit.author, check=deadline())
        if not enhance_store.decided(photo, edit, pixels, scene):
            return None
        covered_store.complete(photo, edit)
        recipe = recipes.parse(edit.recipe)
        scene = with_landmarks(scene, pixels, recipe.names)
        cooked = editing.cook(pixels, recipe, scene)
        del pixels
        with path.open("rb") as original:
            return encode_all(cooked, original, photo.format)


def deadline() -> Callable[[], None]:
    """Asked now and then by long operations: gives up in time to say so, before the whole task is ended."""
    until = time.monotonic() + MOST_SECONDS

    def check() -> None:
        if time.monotonic() > until:
            raise ProcessingError(TOO_SLOW.format(seconds=MOST_SECONDS))

    return check


def keep(photo: Photo, edit: Edit, made: EditedFiles, look: str = "") -> bool:
    """Write the files, then their rows; show them if nobody has decided otherwise meanwhile. The earlier copies go after that.

    Args:
        look: of the other photos that it uses, before it was made: `scene_store.look_of_others`, kept in the files' names.

    Returns:
        False if they are to be made once more: somebody was found meanwhile who is to be covered.
    """
    edit.photo = photo
    rows = []
    for file in made.files:
        row = EditedCopy(edit=edit, side_px=file.side_px, content_type=file.content_type)
        row.width, row.height = file.width, file.height
        row.size_bytes, row.crc32 = len(file.data), zlib.crc32(file.data)
        name = "-".join(
            filter(None, [photo.sha256, str(edit.pk), edit.key, look, f"{file.side_px}{file.suffix}"])
        )
        replace_file(row.file, row.file.field.generate_filename(row, name), file.data)
        rows.append(row)
    with transaction.atomic():
        has_borrowed = holds_borrowed(edit, photo.room_id)
        fresh = Photo.objects.select_for_update().filter(pk=photo.pk).first()
        # deleted for good, or another edit is wanted by now
        is_late = fresh is None or edit.pk not in (fresh.edit_id, fresh.shown_edit_id)
        is_open = (
            fresh is not None
            and fresh.shown_edit_id != edit.pk
            and not covered_store.is_complete(fresh, edit)
        )
        if fresh is None or is_late or is_open or not has_borrowed:
            if not is_late and not has_borrowed:
                Edit.objects.filter(pk=edit.pk).update(state=EditState.FAILED, failure=GONE)
            shown = set(EditedCopy.objects.filter(edit=edit).values_list("file", flat=True))
            for row in rows:
                if row.file.name not in shown:  # or it was made once more, and people still see it
                    row.file.delete(save=False)
            return is_late or not has_borrowed
        EditedCopy.objects.filter(edit__photo=photo).exclude(edit=edit).delete()
        names = {row.file.name for row in rows}
        old = {copy.file.name or "" for copy in EditedCopy.objects.filter(edit=edit)} - names - {""}
        EditedCopy.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["edit", "side_px"],
            update_fields=["file", "content_type", "width", "height", "size_bytes", "crc32"],
        )
        Edit.objects.filter(pk=edit.pk).update(
            state=EditState.READY, failure="", width=made.width, height=made.height,
            placeholder=made.placeholder, color=made.color,
        )  # fmt: skip
        show(fresh, edit, made.width, made.height, made.placeholder)
        for name in old:  # of an older version of an operation
            transaction.on_commit(partial(rows[0].file.storage.delete, name))
    return True


def show(photo: Photo, edit: Edit | None, width: int, height: int, placeholder: str) -> None:
    """Let everybody see an edit, or the original if it is None."""
    Photo.objects.filter(pk=photo.pk).update(
        shown_edit=edit, edited_width=width, edited_height=height, edited_placeholder=placeholder
    )
