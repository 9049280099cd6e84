import numpy as np
import pytest

from processing.editing import cook
from processing.operation import Scene
from processing.recipes import BadRecipe, recipe_of

GRAY = np.full((60, 90, 3), 77, np.uint8)


@pytest.mark.parametrize(
    ("values", "size"),
    [
        ({"longest": 45}, (45, 30)),
        ({"longest": 180}, (180, 120)),
        ({"width": 30}, (30, 20)),
        ({"height": 30}, (45, 30)),
        ({"width": 40, "height": 40}, (40, 27)),
        ({"width": 40, "height": 40, "fit": "fill"}, (40, 40)),
        ({"width": 40, "height": 40, "fit": "stretch"}, (40, 40)),
        ({"longest": 1}, (1, 1)),
    ],
)
def test_sizes_are_exact(values, size):
    recipe = recipe_of([("resize", values)])
    made = cook(GRAY, recipe)
    assert (made.shape[1], made.shape[0]) == size
    assert (recipe.placed(90, 60).width, recipe.placed(90, 60).height) == size
    assert np.unique(made).tolist() == [77]


def test_filling_keeps_the_middle():
    pixels = np.zeros((60, 90, 3), np.uint8)
    pixels[:, 44:46] = 255
    made = cook(pixels, recipe_of([("resize", {"width": 30, "height": 30, "fit": "fill"})]))
    assert made[:, :, 0].mean(0).argmax() in (14, 15)
    np.testing.assert_allclose(made[:, :, 0].mean(0), made[:, ::-1, 0].mean(0), atol=2)


def test_halves_are_averages():
    pixels = np.random.default_rng(3).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    made = cook(pixels, recipe_of([("resize", {"width": 15})]))
    wanted = pixels.reshape(10, 2, 15, 2, 3).mean((1, 3))
    assert np.abs(made - wanted).max() <= 0.51


def test_no_size_changes_nothing():
    assert not recipe_of([("resize", {"fit": "stretch"})])
    same = recipe_of([("resize", {"longest": 90})])
    np.testing.assert_array_equal(cook(GRAY, same), GRAY)


@pytest.mark.parametrize("values", [{"longest": 99_999}, {"width": -1}, {"width": 1.5}, {"fit": "tile"}])
def test_impossible_values_are_refused_by_field(values):
    with pytest.raises(BadRecipe) as caught:
        recipe_of([("resize", values)])
    assert list(caught.value.errors) == [f"steps.0.{next(iter(values))}"]


@pytest.mark.parametrize(
    ("values", "frame"),
    [
        ({"longest": 16_000}, (8000, 8000)),  # 256 million pixels
        ({"longest": 1000}, (100, 80)),  # ten times as large
        ({"width": 16_000}, (2000, 9000)),  # 72,000 high
        ({"longest": 100, "width": 50}, (300, 200)),
    ],
)
def test_what_would_be_huge_or_contradicts_itself_is_refused(values, frame):
    with pytest.raises(BadRecipe) as caught:
        recipe_of([("resize", values)]).placed(*frame)
    assert list(caught.value.errors) == ["steps.0"]


def test_a_preview_of_an_enlargement_is_not_enlarged():
    made = cook(GRAY, recipe_of([("resize", {"longest": 5000})]), Scene(900, 600))
    assert made.shape == (60, 90, 3)


def test_a_side_that_would_be_too_long_is_said_not_a_number_of_pixels_that_is_allowed():
    with pytest.raises(BadRecipe, match="Neither side may have more than 16384 pixels"):
        recipe_of([("resize", {"width": 61})]).placed(10, 7000)
