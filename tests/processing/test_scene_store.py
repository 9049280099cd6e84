"""Another photo as the background of one: as everybody sees it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from albums.models import Edit, EditedCopy, Photo
from albums.services import edits
from processing import edit_store, scene_store
from processing.errors import ProcessingError

pytestmark = pytest.mark.django_db
RED, BLUE = (200, 20, 20), (20, 20, 200)


def halves() -> bytes:
    """Red on the left, blue on the right."""
    pixels = np.full((48, 64, 3), BLUE, np.uint8)
    pixels[:, :32] = RED
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def photo(add_photo) -> Photo:
    made = add_photo(data=halves())
    Photo.objects.filter(pk=made.pk).update(state="ready", width=64, height=48, format="PNG")
    made.refresh_from_db()
    return made


@pytest.fixture
def cropped(alice, photo) -> Photo:
    """Only what is blue is left."""
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "crop", "left": 0.5}]}, base=0)
    edit_store.render(photo.pk)
    photo.refresh_from_db()
    return photo


def loaded(photo: Photo, side_px: int = 64, for_id: int = 0):
    return scene_store.load_photo(photo.room_id, for_id, photo.pk, side_px)


@pytest.mark.parametrize("side_px", [16, 320, 5000])
def test_what_a_crop_cut_off_does_not_come_up_behind_another_photo(cropped, side_px):
    seen = loaded(cropped, side_px)
    assert seen.shape[0] > seen.shape[1]
    assert (seen[:, :, 0] < 60).all()


def test_a_photo_behind_itself_is_the_one_that_is_being_edited(cropped):
    assert loaded(cropped, for_id=cropped.pk).shape == (48, 64, 3)


def test_an_unedited_photo_comes_as_it_is(photo):
    assert loaded(photo).shape == (48, 64, 3)


def test_a_photo_whose_edit_is_still_being_made_is_waited_for(alice, photo):
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "crop", "left": 0.5}]}, base=0)
    with pytest.raises(ProcessingError, match="being prepared"):
        loaded(photo)
    Edit.objects.update(state="failed")  # people go on seeing what they saw
    assert loaded(photo).shape == (48, 64, 3)


def test_nobody_gets_the_unedited_photo_while_its_copies_are_gone(cropped):
    EditedCopy.objects.all().delete()
    with pytest.raises(ProcessingError, match="being prepared"):
        loaded(cropped)
