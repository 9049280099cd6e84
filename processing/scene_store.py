"""EDGE: what operations of the editor are told about a photo besides its pixels, and an original's pixels for them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings

from albums import veils
from albums.models import Edit, Face, Photo
from albums.models.photos import PhotoState
from processing import recipes, registry
from processing.contracts import Region
from processing.detections import Detection
from processing.errors import ModelUnavailable, ProcessingError
from processing.imaging import Limits, open_picture
from processing.operation import FaceShape, Scene
from processing.stored_files import local_copy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GONE = "The photo that was to be the background is not in the room any more. Choose another one."


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
    loader = partial(load_photo, photo.room_id)
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


def borrowed(edit: Edit) -> set[int]:
    """The other photos that an edit uses."""
    try:
        steps = recipes.parse(edit.recipe).steps
    except recipes.BadRecipe:
        return set()
    return {photo_id for step in steps for photo_id in borrowed_by(step)}


def borrowed_by(step: recipes.Step) -> set[int]:
    """The other photos that a step uses."""
    return {
        photo_id
        for parameter in step.operation.parameters
        if parameter.describe().get("of") == "photos"
        for photo_id in step.values[parameter.name] or ()
    }


def uses_hidden(edit: Edit) -> bool:
    """Whether somebody is hidden by now on another photo that an edit uses."""
    others = borrowed(edit)
    return bool(others and veils.veils_of(others))


def load_photo(room_id: uuid.UUID, photo_id: int, side_px: int) -> NDArray[np.uint8]:
    """Another photo of the same room; never one on which somebody is hidden from anybody: all will see what is made of it.

    Raises:
        ProcessingError: it is not there any more, or can't be read.
    """
    rows = Photo.objects.filter(room=room_id, pk=photo_id, deleted_at=None, state=PhotoState.READY)
    photo = rows.first()
    if photo is None or photo.is_video or veils.is_veiled_for(photo, None):
        raise ProcessingError(GONE)
    limits = Limits(pixels=settings.MAX_PIXELS, bytes=max(settings.MAX_IMAGE_BYTES, photo.size_bytes))
    with local_copy(photo.original) as path:
        return pixels_of(open_picture(path, side_px, limits=limits).image)
