"""The operation style: what it refuses, what stays as it is, faces and colors that are kept."""

from __future__ import annotations

import numpy as np
import pytest

from processing import painting, styles
from processing.contracts import Region
from processing.editing import OperationFailed, cook
from processing.operation import Cancelled, FaceShape, Frame, Scene
from processing.operations import style
from processing.recipes import BadRecipe, parse, recipe_of

GRAY = np.array(painting.LUMA)
VALUES = {"style": "attic", "strength": 1.0, "brush": 0.5, "keep_colors": False, "keep_faces": False}


@pytest.fixture(autouse=True)
def a_style(tmp_path, monkeypatch):
    """One style that somebody trained here: its network is not trained at all, which changes colors, too."""
    import torch

    from processing.style_network import StyleNetwork

    monkeypatch.setenv("PHOTOROOM_MODELS", str(tmp_path))
    styles.reset()
    torch.manual_seed(4)
    styles.save(StyleNetwork(), styles.folder(), "attic", {"label": "From the attic"})
    yield
    styles.reset()


def photo(height: int = 60, width: int = 90) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    made = np.stack([60 + x, 200 - y, 90 + (x + y) // 3], -1).clip(0, 255).astype(np.uint8)
    made[20:30, 30:50] = (200, 30, 40)
    return made


def painted(scene: Scene | None = None, pixels: np.ndarray | None = None, **values) -> np.ndarray:
    pixels = photo() if pixels is None else pixels
    return cook(pixels, recipe_of([("style", {"style": "attic", **values})]), scene)


def test_a_style_changes_the_photo_and_keeps_its_size():
    made = painted()
    assert made.shape == photo().shape
    assert np.abs(made.astype(int) - photo()).mean() > 10


def test_no_strength_and_no_style_leave_the_same_pixels():
    pixels = photo()
    assert painted(pixels=pixels, strength=0) is pixels
    assert not recipe_of([("style", {"strength": 0.5, "keep_faces": True})])
    np.testing.assert_array_equal(
        style.apply(Frame(pixels, Scene(90, 60)), VALUES | {"strength": 0.0}), pixels
    )


def test_half_the_strength_lies_between_photo_and_painting():
    half, whole = painted(strength=0.5).astype(int), painted().astype(int)
    assert np.abs(half - (photo() + whole) / 2).max() <= 1


def test_kept_colors_differ_from_the_photo_by_gray_alone():
    pixels = np.full((40, 40, 3), (120, 130, 140), np.uint8)
    pixels[10:20] = (100, 120, 110)
    moved = painted(pixels=pixels, keep_colors=True, strength=0.3).astype(int) - pixels
    assert np.ptp(moved, axis=2).max() <= 1


def test_kept_faces_come_back_and_the_rest_stays_painted():
    face = FaceShape(1, Region(30, 15, 24, 24))
    scene = Scene(90, 60, faces=[face])
    whole, kept = painted(scene), painted(scene, keep_faces=True)
    middle, away = (slice(22, 32), slice(37, 47)), (slice(0, 60), slice(70, 90))
    before = np.abs(whole[middle].astype(int) - photo()[middle]).mean()
    assert np.abs(kept[middle].astype(int) - photo()[middle]).mean() < 0.3 * before
    np.testing.assert_array_equal(kept[away], whole[away])


def test_transparency_stays():
    pixels = np.dstack([photo(), np.tile(np.arange(90, dtype=np.uint8), (60, 1))])
    np.testing.assert_array_equal(painted(pixels=pixels)[:, :, 3], pixels[:, :, 3])


def test_what_is_cut_out_is_painted_as_if_its_surroundings_went_on():
    """The photo is one color: so is the painting, except near the photo's own edges, whatever was cut out beside it."""
    whole = np.full((60, 90, 3), (180, 140, 100), np.uint8)
    cut = np.dstack([whole, np.full((60, 90), 255, np.uint8)])
    cut[:, 45:] = 0  # what is wholly transparent has no color left, and its edge is soft
    cut[:, 44, 3] = 120
    made = style.apply(Frame(cut, Scene(90, 60)), VALUES)
    expected = style.apply(Frame(whole, Scene(90, 60)), VALUES)
    assert np.abs(made[:, :44, :3].astype(int) - expected[:, :44]).max() <= 3
    np.testing.assert_array_equal(made[:, :, 3], cut[:, :, 3])
    assert not made[:, 45:].any()


def test_a_photo_of_nothing_stays_nothing():
    nothing = np.zeros((40, 50, 4), np.uint8)
    np.testing.assert_array_equal(style.apply(Frame(nothing, Scene(50, 40)), VALUES), nothing)


def test_a_preview_is_painted_at_the_size_of_the_full_photo():
    small = Frame(photo(), Scene(900, 600))
    large = Frame(np.zeros((600, 900, 3), np.uint8), Scene(900, 600))
    assert painting.working_size(small, 0.9) == painting.working_size(large, 0.9)
    assert max(painting.working_size(large, 0.0)) == 900
    assert max(painting.working_size(Frame(photo(), Scene(6000, 4000)), 1.0)) == painting.COARSEST_PX


def test_blocks_of_rows_join_without_seams(monkeypatch):
    whole = painted().astype(int)
    monkeypatch.setattr(painting, "BLOCK_PIXELS", 90 * 7)
    assert np.abs(painted().astype(int) - whole).max() <= 2


def test_progress_rises_to_the_end_and_cancelling_ends_it():
    told: list[float] = []
    painted(Scene(90, 60, progress=told.append))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)

    def check():
        if check.calls == 2:
            raise Cancelled
        check.calls += 1

    check.calls = 0
    with pytest.raises(Cancelled):
        painted(Scene(90, 60, check=check))


def test_styles_are_offered_as_they_come_and_go():
    choice = style.parameters[0]
    assert {"value": "attic", "label": "From the attic"} in choice.describe()["options"]
    styles.folder().joinpath("attic.json").unlink()
    assert "attic" not in [one["value"] for one in choice.describe()["options"]]
    with pytest.raises(BadRecipe, match="no such style"):
        parse({"steps": [{"op": "style", "style": "attic"}]})


@pytest.mark.parametrize("value", ["nobody", 3, None, ["wave"], "../wave"])
def test_a_style_that_is_not_there_is_refused_by_field(value):
    with pytest.raises(BadRecipe) as caught:
        parse({"steps": [{"op": "style", "style": value}]})
    assert list(caught.value.errors) == ["steps.0.style"]


def test_a_damaged_style_fails_with_a_sentence_and_leaves_the_photo():
    recipe = recipe_of([("style", {"style": "attic"})])
    styles.folder().joinpath("attic.pt").write_bytes(b"broken")
    pixels = photo()
    with pytest.raises(OperationFailed, match="Style: The file of this style is damaged"):
        cook(pixels, recipe)
    np.testing.assert_array_equal(pixels, photo())
