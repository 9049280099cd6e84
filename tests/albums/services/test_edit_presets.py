"""Presets over many photos: what they do, and what of each photo they leave."""

from __future__ import annotations

import pytest

from albums.models import Photo
from albums.services import edit_batches, edit_presets, edits
from tests.conftest import picture

pytestmark = pytest.mark.django_db
LIGHT = {"op": "exposure", "stops": 0.5}
CROP = {"op": "crop", "left": 0.25}
STROKES = [{"adds": True, "radius": 0.05, "points": [[0.5, 0.5]]}]


@pytest.fixture
def photo(add_photo) -> Photo:
    made = add_photo(data=picture("teal", (64, 48)))
    Photo.objects.filter(pk=made.pk).update(state="ready", width=64, height=48)
    made.refresh_from_db()
    return made


def steps_of(photo: Photo) -> dict:
    photo.refresh_from_db()
    steps = photo.edit.recipe["steps"]
    found = {step["op"]: {key: step[key] for key in step.keys() - {"op", "version"}} for step in steps}
    assert len(found) == len(steps)
    return found


def use(user, photo, *steps) -> dict:
    preset = edit_presets.add_preset(
        user=user, room=photo.room, name="Evening", recipe={"steps": steps}, is_rooms=True
    )
    edit_batches.paste(user=user, room=photo.room, photo_ids=[photo.pk], preset_id=preset.pk)
    return steps_of(photo)


def save(user, photo, *steps) -> None:
    edits.save_edit(user=user, photo=photo, recipe={"steps": steps}, base=0)


def test_a_preset_leaves_what_it_has_nothing_to_do_with(alice, photo):
    save(alice, photo, CROP, {"op": "contrast", "amount": 0.2}, {"op": "sepia", "strength": 1.0})
    assert use(alice, photo, LIGHT) == {
        "crop": {"left": 0.25},
        "exposure": {"stops": 0.5},
        "sepia": {"strength": 1.0},
    }


@pytest.mark.parametrize("added", [LIGHT, {"op": "sharpen", "amount": 1.0}])
def test_no_preset_uncovers_a_face(alice, photo, add_face, added):
    add_face(photo)
    save(alice, photo, {"op": "blur_faces", "whose": "all"})
    before = steps_of(photo)["blur_faces"]
    assert before["boxes"]
    assert use(alice, photo, added)["blur_faces"] == before


def test_a_preset_that_covers_faces_itself_keeps_the_places_that_were_covered(alice, photo, add_face):
    face = add_face(photo)
    save(alice, photo, {"op": "blur_faces", "whose": "all"})
    boxes = steps_of(photo)["blur_faces"]["boxes"]
    face.delete()
    made = use(alice, photo, {"op": "blur_faces", "whose": "all", "how": "pixelate"})["blur_faces"]
    assert (made["how"], made["boxes"]) == ("pixelate", boxes)


def test_what_was_painted_stays_with_its_photo(alice, photo):
    cutout = {"op": "cutout", "background": "color", "color": "#ff0000", "brush": STROKES}
    save(alice, photo, {"op": "spots", "strokes": STROKES}, cutout)
    made = use(
        alice, photo, {"op": "sharpen", "amount": 1.0}, {"op": "cutout", "background": "blur", "blur": 0.9}
    )
    assert made["spots"] == {"strokes": STROKES}
    assert made["cutout"] == {"background": "blur", "blur": 0.9, "brush": STROKES}
    assert made["sharpen"] == {"amount": 1.0}


def test_eyes_that_were_pointed_at_are_of_one_photo(alice, photo):
    eyes = {"op": "red_eye", "eyes": [[0.4, 0.5], [0.6, 0.5]]}
    assert use(alice, photo, eyes, LIGHT) == {"exposure": {"stops": 0.5}}
