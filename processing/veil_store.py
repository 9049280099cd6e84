"""EDGE: copies of photos on which faces are blurred, made of what is on them now and deleted when nothing is to be blurred.

Others get such a copy and never the photo (albums/serving.py), so whoever is killed in the middle leaves nothing that is wrong.
"""

from __future__ import annotations

import io
import logging
import time
import uuid
import zlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from albums import covered_faces, veils
from albums.batches import id_batches
from albums.models import Edit, Photo, VeiledCopy
from albums.veils import Veil
from processing import editing, recipes, registry
from processing.contracts import Picture, Region
from processing.edit_files import MOST_JPEG_PX
from processing.errors import ProcessingError
from processing.imaging import Limits, open_picture
from processing.operation import neutral_values
from processing.recipes import Recipe, Step
from processing.renditions import SIDES_PX, make_copies, to_jpeg
from processing.scene_store import pixels_of, scene_of, with_landmarks
from processing.stored_files import local_copy, replace_file
from processing.veiling import veil_faces
from processing.video import poster

if TYPE_CHECKING:
    from PIL import Image

logger = logging.getLogger(__name__)

SLICE_SECONDS = 60  # then others may work; the rest is asked for again
FULL = 0  # the side of a copy that is as large as the original
FULL_QUALITY = 90
PNG = b"\x89PNG"  # how one begins


def veil(room_id: uuid.UUID) -> bool:
    """Bring a room's veiled copies up to date; False if time ran out and something is left."""
    until = time.monotonic() + SLICE_SECONDS
    veils.refresh(veils.out_of_date(room_id))
    wanted = veils.veils_in(room_id)
    drop_copies(room_id, wanted)
    for photo_id in missing(room_id, wanted):
        if time.monotonic() > until:
            return False
        try:
            veil_photo(photo_id)
        except (
            ProcessingError,
            Edit.DoesNotExist,
        ) as error:  # its file can't be read: others go on seeing nothing of it
            logger.warning("photo %s can't be veiled: %s", photo_id, error)
    return True


def missing(room_id: uuid.UUID, wanted: Mapping[int, Veil]) -> list[int]:
    """The photos of which a copy is not there in the veil that they have now."""
    there: dict[int, set[int]] = defaultdict(set)
    for photo, side_px, number in VeiledCopy.objects.filter(photo__room=room_id).values_list(
        "photo", "side_px", "veil"
    ):
        if photo in wanted and wanted[photo].number == number:
            there[photo].add(side_px)
    ready = set()
    for batch in id_batches(wanted):
        ready |= set(Photo.objects.filter(pk__in=batch, state="ready").values_list("pk", "kind"))
    return sorted(pk for pk, kind in ready if there[pk] < sides_of(kind))


def sides_of(kind: str) -> set[int]:
    """A video itself can't be veiled: others get only its pictures."""
    return {*SIDES_PX} if kind == "video" else {*SIDES_PX, FULL}


def drop_copies(room_id: uuid.UUID, wanted: Mapping[int, Veil]) -> None:
    """Delete the copies of photos on which nothing is to be blurred any more."""
    for copy in VeiledCopy.objects.filter(photo__room=room_id).iterator():
        if copy.photo_id not in wanted:
            copy.delete()


def veil_photo(photo_id: int) -> None:
    """Make all copies of one photo from the same pixels, and keep them together.

    Raises:
        UnreadableImage, ModelUnavailable: with a sentence; no copy is kept.
    """
    photo = Photo.objects.filter(pk=photo_id).first()
    now = veils.veil_of(photo) if photo else veils.NOTHING
    if photo is None or not now.number:
        return
    limits = Limits(pixels=settings.MAX_PIXELS, bytes=max(settings.MAX_IMAGE_BYTES, photo.size_bytes))
    with local_copy(photo.original) as path:
        side_px = max(photo.width, photo.height, *SIDES_PX)
        picture = (
            poster(path, max(SIDES_PX)) if photo.is_video else open_picture(path, side_px, limits=limits)
        )
    keep(photo, now.number, files_of(photo, veiled(photo, picture, now)))


def veiled(photo: Photo, picture: Picture, now: Veil) -> Picture:
    """The photo as it is shown, with what is to be blurred blurred in its own pixels: whatever is made of it shows no more than that.

    Only where people are told from their background that is done first, for nobody finds a person without a face. What an edit
    makes transparent is white.

    Raises:
        ProcessingError: with a sentence.
    """
    edit = Edit.objects.select_related("author").get(pk=now.edit) if now.edit else None
    recipe = recipes.parse(edit.recipe) if edit else Recipe()
    finds_people = [at for at, step in enumerate(recipe.steps, 1) if step.operation.group == "background"]
    if finds_people:
        first, rest = recipe.steps[: finds_people[-1]], recipe.steps[finds_people[-1] :]
        recipe = Recipe((*first, _cover(photo, now), *rest))
    else:
        image = veil_faces(picture.image, [Region(*box) for box in now.boxes], scale=picture.scale)
        picture = replace(picture, image=image)
    return _edited(photo, edit, recipe, picture) if edit else picture


def _cover(photo: Photo, now: Veil) -> Step:
    """The same as a step of a recipe."""
    shares = [
        (box.x / photo.width, box.y / photo.height, box.width / photo.width, box.height / photo.height)
        for box in now.boxes
    ]
    operation = registry.operations()[covered_faces.BLUR]
    return Step(covered_faces.BLUR, {**neutral_values(operation), "whose": "chosen", "boxes": tuple(shares)})


def _edited(photo: Photo, edit: Edit, recipe: Recipe, picture: Picture) -> Picture:
    from PIL import Image

    pixels = pixels_of(picture.image)
    scene = with_landmarks(scene_of(photo, edit.author), pixels, recipe.names)
    image = Image.fromarray(editing.cook(pixels, recipe, scene))
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        image = white
    return Picture(None, image, image.width, image.height, "JPEG")


def copies_of(photo: Photo, now: Veil) -> dict[int, VeiledCopy]:
    """The copies of a photo by side, made if they are not there in this veil.

    Raises:
        UnreadableImage, ModelUnavailable: with a sentence.
    """
    rows = VeiledCopy.objects.filter(photo=photo, veil=now.number)
    found = {row.side_px: row for row in rows}
    if not found.keys() >= sides_of(photo.kind):
        veil_photo(photo.pk)
        found = {row.side_px: row for row in rows.all()}
    return found


def files_of(photo: Photo, picture: Picture) -> dict[int, tuple[int, int, bytes]]:
    """Width, height and bytes of each copy of a veiled picture, by side."""
    image = picture.image
    made = {
        side_px: (copy.width, copy.height, to_jpeg(copy)) for side_px, copy in make_copies(picture).items()
    }
    if not photo.is_video:
        made[FULL] = (image.width, image.height, _full(image))
    return made


def _full(image: Image.Image) -> bytes:
    """A JPEG; a PNG where the picture is too long for one."""
    if max(image.size) <= MOST_JPEG_PX:
        return to_jpeg(image, quality=FULL_QUALITY, is_progressive=False)
    stream = io.BytesIO()
    image.save(stream, "PNG", compress_level=4)
    return stream.getvalue()


def keep(photo: Photo, number: int, made: Mapping[int, tuple[int, int, bytes]]) -> None:
    """Write the files, then their rows; the files of older rows go after the commit."""
    rows = []
    for side_px, (width, height, data) in made.items():
        row = VeiledCopy(photo=photo, side_px=side_px, veil=number, width=width, height=height)
        row.size_bytes, row.crc32 = len(data), zlib.crc32(data)
        suffix = ".png" if data.startswith(PNG) else ".jpg"
        name = f"{photo.sha256}-{side_px}-{number}{suffix}"
        replace_file(row.file, row.file.field.generate_filename(row, name), data)
        rows.append(row)
    with transaction.atomic():
        names = {row.file.name for row in rows}
        if not Photo.objects.select_for_update().filter(pk=photo.pk).exists():  # deleted for good meanwhile
            for row in rows:
                row.file.delete(save=False)
            return
        old = [copy.file.name or "" for copy in photo.veiled_copies.all() if copy.file.name not in names]
        VeiledCopy.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["photo", "side_px"],
            update_fields=["veil", "file", "width", "height", "size_bytes", "crc32"],
        )
        for name in filter(None, old):
            transaction.on_commit(partial(rows[0].file.storage.delete, name))
