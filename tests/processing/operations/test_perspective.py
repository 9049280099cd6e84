import numpy as np
import pytest

from processing.editing import cook, suggest
from processing.placing import inverted
from processing.recipes import BadRecipe, recipe_of

WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]


def test_corners_become_corners():
    corners = [[0.1, 0.2], [0.8, 0.1], [0.9, 0.9], [0.2, 0.7]]
    placement = recipe_of([("perspective", {"corners": corners})]).placed(1000, 500)
    w, h = placement.width, placement.height
    for (x, y), wanted in zip(corners, [(0, 0), (w, 0), (w, h), (0, h)], strict=True):
        assert placement.point(1000 * x, 500 * y) == pytest.approx(wanted, abs=1e-6)


def test_the_size_is_that_of_the_longer_sides():
    corners = [[0.2, 0], [0.8, 0], [1, 1], [0, 1]]
    placement = recipe_of([("perspective", {"corners": corners})]).placed(100, 100)
    assert (placement.width, placement.height) == (100, 102)  # the slanted sides: hypot(20, 100)


def test_a_straight_rectangle_is_cut_out_exactly():
    pixels = np.random.default_rng(2).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    corners = [[0.25, 0.25], [0.75, 0.25], [0.75, 0.75], [0.25, 0.75]]
    np.testing.assert_array_equal(
        cook(pixels, recipe_of([("perspective", {"corners": corners})])), pixels[10:30, 15:45]
    )


def test_corners_of_the_whole_frame_change_nothing():
    assert not recipe_of([("perspective", {"corners": WHOLE})])
    assert not recipe_of([("perspective", {})])


@pytest.mark.parametrize(
    "corners",
    [
        [[0, 0], [1, 1], [1, 0], [0, 1]],  # crossed
        [[0, 0], [0, 1], [1, 1], [1, 0]],  # the wrong way around
        [[0, 0], [0.5, 0], [1, 0], [0, 1]],  # three on one line
        [[0, 0], [1, 0], [0.2, 0.2], [0, 1]],  # one dented
        [[0.5, 0.5]] * 4,
        [[0.5, 0.5], [0.505, 0.5], [0.505, 0.505], [0.5, 0.505]],  # half a pixel
    ],
)
def test_impossible_corners_are_refused_with_a_sentence(corners):
    with pytest.raises(BadRecipe) as caught:
        recipe_of([("perspective", {"corners": corners})]).placed(100, 80)
    assert list(caught.value.errors) == ["steps.0"]
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("corners", [[[0, 0], [1, 0], [1, 1]], [[0, 0], [2, 0], [1, 1], [0, 1]], "abcd", [1]])
def test_what_are_no_four_places_is_refused(corners):
    with pytest.raises(BadRecipe):
        recipe_of([("perspective", {"corners": corners})])


@pytest.mark.parametrize(("name", "amount"), [("vertical", 1), ("vertical", -1), ("horizontal", 1)])
def test_sliders_spread_one_side_and_leave_no_empty_corner(name, amount):
    placement = recipe_of([("perspective", {name: amount})]).placed(200, 100)
    back = inverted(placement.matrix)
    from processing.placing import moved

    for x, y in ((0, 0), (placement.width, 0), (placement.width, placement.height), (0, placement.height)):
        column, row = moved(back, x, y)
        assert -1e-6 <= column <= 200 + 1e-6
        assert -1e-6 <= row <= 100 + 1e-6
    white = np.full((100, 200, 3), 255, np.uint8)
    assert cook(white, recipe_of([("perspective", {name: amount})])).min() == 255


def test_what_leans_back_becomes_upright():
    """Two plumb lines that near each other towards the top are parallel after it."""
    placement = recipe_of([("perspective", {"vertical": 0.5})]).placed(400, 300)
    cut = 0.35 * 0.5 * 400
    assert placement.point(cut, 0)[0] == pytest.approx(0, abs=1e-6)
    assert placement.point(0, 300)[0] == pytest.approx(0, abs=1e-6)


def test_nothing_is_suggested_on_an_empty_photo():
    assert suggest("perspective", np.full((200, 300, 3), 90, np.uint8)) is None
