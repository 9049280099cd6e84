"""Darker or brighter corners."""

from __future__ import annotations

import numpy as np
import pytest

from processing.editing import cook
from processing.operation import Scene
from processing.recipes import recipe_of
from tests.processing.operations.ramps import cooked

GRAY = np.full((120, 180, 3), 120, np.uint8)


def test_the_middle_stays_and_corners_lose_what_is_said():
    made = cooked(GRAY, "vignette", amount=-1, feather=0.5)
    assert made[60, 90].tolist() == [120, 120, 120]
    assert 12 <= made[0, 0, 0] <= 30  # a tenth of the light at the very corner's end
    assert made[0, 0].tolist() == made[-1, -1].tolist() == made[0, -1].tolist()


def test_it_falls_steadily_towards_the_corner():
    diagonal = cooked(GRAY, "vignette", amount=-0.8)[np.arange(60), np.arange(60) * 90 // 60, 0]
    assert (np.diff(diagonal[::-1].astype(int)) <= 0).all()


def test_brighter_corners_reach_towards_white():
    made = cooked(GRAY, "vignette", amount=1)
    assert made[0, 0, 0] > 220
    assert made[60, 90, 0] == 120
    assert cooked(np.full_like(GRAY, 255), "vignette", amount=1).min() == 255


def test_roundness_goes_from_a_rectangle_to_a_circle():
    ellipse, circle, rectangle = (
        cooked(GRAY, "vignette", amount=-1, roundness=roundness).astype(int) for roundness in (0, 1, -1)
    )
    # On a wide photo a circle leaves the middle of the upper edge bright, an ellipse darkens it like that of the left one.
    assert circle[0, 90, 0] > ellipse[0, 90, 0]
    assert abs(ellipse[0, 90, 0] - ellipse[60, 0, 0]) <= 2
    # In a rectangle all of the edge is about as dark as its corners.
    assert rectangle[60, 0, 0] < ellipse[60, 0, 0] - 10
    assert rectangle[60, 0, 0] - rectangle[0, 0, 0] < 20


def test_a_preview_has_the_same_and_transparency_stays():
    large = cooked(GRAY, "vignette", amount=-0.7)
    small = cook(GRAY[::3, ::3], recipe_of([("vignette", {"amount": -0.7})]), Scene(180, 120))
    assert np.abs(large[1::3, 1::3].astype(int) - small).max() <= 2
    with_alpha = np.dstack([GRAY, np.arange(120 * 180, dtype=np.uint8).reshape(120, 180)])
    made = cooked(with_alpha, "vignette", amount=-0.7)
    np.testing.assert_array_equal(made[:, :, 3], with_alpha[:, :, 3])
    np.testing.assert_array_equal(made[:, :, :3], large)


@pytest.mark.parametrize("values", [{"midpoint": 0, "feather": 0}, {"midpoint": 1, "feather": 0}])
@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 50, 3), (50, 1, 3)])
def test_hard_edges_and_tiny_photos_are_no_trouble(values, shape):
    assert cooked(np.full(shape, 90, np.uint8), "vignette", amount=-1, **values).shape == shape


def test_where_it_would_begin_alone_is_no_step():
    assert not recipe_of([("vignette", {"midpoint": 0.2, "feather": 1})])
