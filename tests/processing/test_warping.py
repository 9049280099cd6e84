"""Resampling: of pictures with transparency, and where the corner of a picture is on the horizon of a perspective."""

from __future__ import annotations

import numpy as np
import pytest

from processing.editing import cook
from processing.recipes import recipe_of

RED = (200, 60, 40)


def cut_out(height=200, width=200):
    """The left half in one color; what is transparent has no color left, as cutout makes it."""
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[:, : width // 2] = (*RED, 255)
    return pixels


@pytest.mark.parametrize(
    "step",
    [
        ("straighten", {"angle": 10}),
        ("perspective", {"vertical": 0.4}),
        ("resize", {"longest": 63}),
        ("resize", {"longest": 333}),
        ("resize", {"width": 37, "height": 301, "fit": "stretch"}),
    ],
)
def test_what_is_transparent_does_not_darken_the_edge_beside_it(step):
    made = cook(cut_out(), recipe_of([step]))
    alpha = made[:, :, 3]
    assert ((alpha > 0) & (alpha < 255)).any()
    assert (alpha == 255).any()
    assert np.abs(made[alpha > 30][:, :3].astype(int) - RED).max() <= 4
    assert (made[alpha == 0] == 0).all()


def test_a_picture_whose_fourth_channel_is_opaque_is_resampled_like_one_without_it():
    pixels = np.random.default_rng(3).integers(0, 256, (90, 120, 3), np.uint8)
    recipe = recipe_of([("straighten", {"angle": 7}), ("resize", {"longest": 50})])
    opaque = np.dstack([pixels, np.full((90, 120), 255, np.uint8)])
    np.testing.assert_array_equal(cook(opaque, recipe)[:, :, :3], cook(pixels, recipe))


def test_tiles_of_a_picture_with_transparency_meet_without_a_seam():
    ramp = np.linspace(0, 255, 1500)
    pixels = np.dstack([np.broadcast_to(ramp, (40, 1500))] * 4).astype(np.uint8)
    pixels[:, :, 3] = 128
    made = cook(pixels, recipe_of([("straighten", {"angle": 0.2})]))
    assert np.abs(np.diff(made[:, :, 0].astype(int), axis=1)).max() <= 2


def test_corners_whose_sides_meet_in_the_corner_of_the_photo_are_made_upright():
    corners = [[0.1, 0.2], [0.2, 0.1], [0.8, 0.4], [0.4, 0.8]]
    down, across = np.mgrid[:64, :64]
    pixels = np.dstack([across, down, across]).astype(np.uint8) * 3
    recipe = recipe_of([("perspective", {"corners": corners})])
    made, placement = cook(pixels, recipe), recipe.placed(64, 64)
    for x, y in ((12.5, 12.5), (20.5, 20.5), (28.5, 24.5)):
        shown_x, shown_y = placement.point(x, y)
        red, green, _blue = made[int(shown_y), int(shown_x)] / 3.0
        assert abs(red - x) <= 1.5
        assert abs(green - y) <= 1.5
