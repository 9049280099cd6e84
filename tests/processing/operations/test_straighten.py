from math import cos, radians, sin

import numpy as np
import pytest

from processing.editing import cook, suggest
from processing.placing import inverted, moved
from processing.recipes import BadRecipe, recipe_of


@pytest.mark.parametrize("angle", [-45, -20.5, -1, 0.1, 3, 30, 45])
@pytest.mark.parametrize(("width", "height"), [(400, 300), (300, 400), (100, 100), (900, 50)])
def test_what_is_left_touches_the_edge_and_has_no_empty_corner(angle, width, height):
    placement = recipe_of([("straighten", {"angle": angle})]).placed(width, height)
    back = inverted(placement.matrix)
    corners = [
        moved(back, x, y)
        for x, y in ((0, 0), (placement.width, 0), (0, placement.height), (placement.width, placement.height))
    ]
    assert all(-1e-6 <= x <= width + 1e-6 and -1e-6 <= y <= height + 1e-6 for x, y in corners)
    slack = min(min(x, width - x, y, height - y) for x, y in corners)
    assert slack < 1.5  # a pixel larger would not fit
    assert placement.width / width == pytest.approx(placement.height / height, abs=1.1 / min(width, height))


def test_the_angle_turns_clockwise():
    placement = recipe_of([("straighten", {"angle": 10})]).placed(400, 300)
    x, y = placement.point(300, 150)  # right of the middle
    assert x == pytest.approx(placement.width / 2 + 100 * cos(radians(10)))
    assert y == pytest.approx(placement.height / 2 + 100 * sin(radians(10)))


def test_no_black_comes_in():
    white = np.full((90, 120, 3), 255, np.uint8)
    assert cook(white, recipe_of([("straighten", {"angle": 17})])).min() == 255


def test_too_large_an_angle_is_refused():
    with pytest.raises(BadRecipe) as caught:
        recipe_of([("straighten", {"angle": 46})])
    assert list(caught.value.errors) == ["steps.0.angle"]


def test_nothing_is_suggested_where_nothing_says_what_is_level():
    assert suggest("straighten", np.full((200, 300, 3), 90, np.uint8)) is None
