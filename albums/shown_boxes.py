"""Boxes on photos as people see them: faces and things are kept in pixels of the original, pages draw them on the edited copy."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from albums.errors import AlbumError
from albums.models import Face, Photo, PhotoTag
from processing import recipes
from processing.contracts import Region
from processing.placing import Placement, inverted


class Box(NamedTuple):
    """Pixels of the photo as shown."""

    x: int
    y: int
    width: int
    height: int


def placement_of(photo: Photo) -> Placement | None:
    """Where the original's pixels are on the edited copy that is shown; None where they are where they were.

    Needs `shown_edit` at hand; read once for each photo.
    """
    if not photo.shown_edit_id or not (photo.width and photo.height):
        return None
    known = photo.__dict__.get("_placement")
    if known is None or known[0] != photo.shown_edit_id:
        known = photo.__dict__["_placement"] = (photo.shown_edit_id, _read(photo))
    placement: Placement | None = known[1]
    return placement


def _read(photo: Photo) -> Placement | None:
    if photo.shown_edit is None:
        return None
    try:
        return recipes.parse(photo.shown_edit.recipe).placed(photo.width, photo.height)
    except recipes.BadRecipe:  # of an operation that is not on this site any more
        return None


def shown_box(face: Face, photo: Photo | None = None) -> Box | None:
    """Where a face is on the photo as shown; None where it was cut away."""
    return _shown(Region(face.x, face.y, face.width, face.height), photo or face.photo)


def shown_tag_boxes(row: PhotoTag) -> list[Box]:
    """Where the thing that a tag names is on the photo as shown, without what was cut away; empty where nobody knows."""
    found = (_shown(Region(*box), row.photo) for box in row.boxes or ())
    return [box for box in found if box is not None]


def _shown(box: Region, photo: Photo) -> Box | None:
    placement = placement_of(photo)
    if placement is not None:
        found = placement.region(box)
        if found is None:
            return None
        box = found
    return Box(box.x, box.y, box.width, box.height)


def original_box(photo: Photo, *, x: int, y: int, width: int, height: int) -> Box:
    """A box that somebody drew on the photo as shown, in pixels of the original.

    Raises:
        AlbumError: it is not on the photo.
    """
    placement = placement_of(photo)
    if placement is None:
        return Box(x, y, width, height)
    left, top = max(0, x), max(0, y)
    right, bottom = min(placement.width, x + width), min(placement.height, y + height)
    back = Placement(photo.width, photo.height, inverted(placement.matrix))
    box = (
        back.region(Region(left, top, right - left, bottom - top)) if right > left and bottom > top else None
    )
    if box is None:
        raise AlbumError(_("Draw the box on the photo, around the whole face."))
    return Box(box.x, box.y, box.width, box.height)


def shown_pixels(photo: Photo, pixels: int) -> int:
    """About how many pixels of the photo as shown so many of the original are."""
    placement = placement_of(photo)
    return max(1, round(pixels * placement.scale)) if placement else pixels
