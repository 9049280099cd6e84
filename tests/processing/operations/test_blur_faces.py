"""Faces that nobody is to recognize."""

from __future__ import annotations

import numpy as np
import pytest

from processing.contracts import Region
from processing.editing import cook
from processing.operation import FaceShape, Scene
from processing.operations import blur_faces
from processing.recipes import recipe_of
from tests.processing.operations.repaired import face_at, frame_of, made_by, noise

FACES = [face_at(7, 20, 20, 30, is_mine=True), face_at(8, 120, 60, 30)]


def touched(made, pixels, face):
    """Whether a face was covered: none of its middle is as it was."""
    box = face.region
    middle = np.s_[box.y + 8 : box.y + 22, box.x + 8 : box.x + 22]
    return (made[middle] != pixels[middle]).any(axis=2).mean() > 0.9


@pytest.mark.parametrize(
    ("values", "covered"),
    [
        ({"whose": "all"}, [True, True]),
        ({"whose": "others"}, [False, True]),
        ({"whose": "chosen", "faces": (7,)}, [True, False]),
        ({"whose": "chosen", "faces": (99,)}, [False, False]),
    ],
)
@pytest.mark.parametrize("how", ["blur", "pixelate"])
def test_the_right_faces_are_covered_and_nothing_else(values, covered, how):
    pixels = noise(150, 200)
    made = made_by("blur_faces", frame_of(pixels, faces=FACES), how=how, **values)
    assert [touched(made, pixels, face) for face in FACES] == covered
    np.testing.assert_array_equal(made[100:, :80], pixels[100:, :80])
    np.testing.assert_array_equal(made[:20, 90:], pixels[:20, 90:])


def test_a_covered_face_has_at_most_25_colors_in_squares():
    pixels = noise(150, 200)
    made = made_by("blur_faces", frame_of(pixels, faces=[FACES[1]]), whose="all", how="pixelate")
    middle = made[62:88, 122:148].reshape(-1, 3)
    assert 4 <= len(np.unique(middle, axis=0)) <= 25


def test_a_face_that_a_crop_has_cut_is_still_covered():
    pixels = noise(150, 200)
    recipe = recipe_of([("crop", {"left": 0.7}), ("blur_faces", {"whose": "all"})])
    made = cook(pixels, recipe, Scene(200, 150, faces=FACES))
    assert (made[70:80, :6] != pixels[70:80, 140:146]).any(axis=2).mean() > 0.9


def test_a_face_that_reaches_behind_the_horizon_of_a_perspective_is_still_covered():
    pixels = noise(300, 400)
    corners = ("perspective", {"corners": [[0.48, 0.25], [0.52, 0.25], [1, 1], [0, 1]]})
    face = FaceShape(1, Region(120, 40, 160, 120))
    scene = Scene(400, 300, faces=(face,))
    shown = np.zeros_like(pixels)
    shown[40:160, 120:280] = 255
    is_face = cook(shown, recipe_of([corners]), scene)[:, :, 0] > 250
    plain = cook(pixels, recipe_of([corners]), scene)
    made = cook(pixels, recipe_of([corners, ("blur_faces", {"whose": "all"})]), scene)
    assert is_face.sum() > 1000
    assert (made != plain).any(axis=2)[is_face].mean() > 0.95


def test_a_face_wholly_behind_the_horizon_covers_nothing():
    pixels = noise(300, 400)
    corners = ("perspective", {"corners": [[0.48, 0.5], [0.52, 0.5], [1, 1], [0, 1]]})
    scene = Scene(400, 300, faces=(FaceShape(1, Region(150, 5, 60, 60)),))
    plain = cook(pixels, recipe_of([corners]), scene)
    made = cook(pixels, recipe_of([corners, ("blur_faces", {"whose": "all"})]), scene)
    np.testing.assert_array_equal(made, plain)


@pytest.mark.parametrize("how", ["blur", "pixelate"])
def test_what_is_transparent_beside_a_face_does_not_darken_its_cover(how):
    pixels = np.zeros((150, 200, 4), np.uint8)
    pixels[:, :100] = (200, 120, 90, 255)
    pixels[70:80, 90:100, :3] = (250, 170, 140)
    face = face_at(7, 85, 60, 30)
    made = made_by("blur_faces", frame_of(pixels, faces=[face]), whose="all", how=how)
    assert (made[:, :, 3] == pixels[:, :, 3]).all()
    assert (made[:, 100:] == 0).all()
    assert made[:, :100, 0].min() >= 198
    assert (made[70:80, 90:100, 0] < 250).mean() > 0.9


def test_a_preview_covers_the_same_place():
    pixels = noise(75, 100)
    made = made_by("blur_faces", frame_of(pixels, faces=[FACES[1]], width=200, height=150), whose="all")
    assert (made[32:43, 62:73] != pixels[32:43, 62:73]).any(axis=2).mean() > 0.9
    np.testing.assert_array_equal(made[:, :40], pixels[:, :40])


def test_nobody_chosen_is_neutral():
    assert blur_faces.is_neutral({"whose": "chosen", "faces": (), "how": "pixelate"})
    assert blur_faces.is_neutral({"whose": "", "faces": (3,), "how": "blur"})
    assert not blur_faces.is_neutral({"whose": "others", "faces": (), "how": "blur"})


def test_faces_are_covered_after_people_were_cut_out():
    recipe = recipe_of(
        [
            ("blur_faces", {"whose": "all"}),
            ("cutout", {"background": "transparent"}),
            ("low_light", {"amount": 0.5}),
        ]
    )
    names = [step.name for step in recipe.in_usual_order().steps]
    assert names == ["low_light", "cutout", "blur_faces"]


def test_what_is_transparent_around_a_face_stays_so():
    pixels = np.dstack([noise(150, 200), np.full((150, 200), 255, np.uint8)])
    pixels[:, :140] = 0
    made = made_by("blur_faces", frame_of(pixels, faces=[FACES[1]]), whose="all", how="pixelate")
    assert made.shape == pixels.shape
    np.testing.assert_array_equal(made[:, :110], pixels[:, :110])
