"""The files of edited photos are a cache: what is gone is made again, and nobody sees the photo unedited meanwhile."""

from __future__ import annotations

from albums.edited_copies import FULL
from albums.models import Edit, EditedCopy, Photo
from albums.models.edits import EditState
from processing import tasks


def make_again(photo: Photo) -> None:
    """Have the copies of the shown edit made once more, because a file of them is gone or was made by an older operation."""
    edit = Edit.objects.filter(pk=photo.shown_edit_id or 0).first()
    if edit is None or photo.edit_id != edit.pk:  # another one is being made
        return
    EditedCopy.objects.filter(edit=edit, side_px=FULL).delete()
    Edit.objects.filter(pk=edit.pk).update(state=EditState.WAITING, failure="")
    tasks.request_rendering(room_id=photo.room_id, photo_id=photo.pk)
