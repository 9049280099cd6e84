"""What there is of edited photos as files: a cache, by edit and size."""

from __future__ import annotations

from albums.models import Edit, EditedCopy, Photo, Rendition

FULL = 0  # the side of the copy that is as large as the recipe says
SIDES_PX = (320, 640, 1280, 2048)  # processing.renditions.SIDES_PX, which pages may not import


def sizes_of(photo: Photo) -> list[Rendition]:
    """What the copies of the edit that is shown measure, smallest first, as unsaved renditions; no query."""
    width, height = photo.shown_width, photo.shown_height
    made = []
    for side_px in SIDES_PX:
        scale = min(1.0, side_px / max(width, height))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        made.append(Rendition(photo_id=photo.pk, side_px=side_px, width=size[0], height=size[1]))
    return made


def copy_of(photo: Photo, side_px: int) -> EditedCopy | None:
    """The copy of this size (0: full) of the edit that everybody sees."""
    return EditedCopy.objects.filter(edit=photo.shown_edit_id, side_px=side_px).first()


def lacks_copies(edit: Edit) -> bool:
    """Whether a copy that everybody is to see has no row, or was made by an older version of an operation."""
    rows = EditedCopy.objects.filter(edit=edit).values_list("side_px", "file")
    return not {side_px for side_px, name in rows if f"-{edit.key}-" in name} >= {FULL, *SIDES_PX}
