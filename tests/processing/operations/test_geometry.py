"""All geometry together: whatever chain of steps, pixels are where the placement says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from processing.contracts import Region
from processing.editing import cook
from processing.operation import Scene
from processing.placing import inverted, moved
from processing.recipes import recipe_of

WIDTH, HEIGHT = 150, 110
share = st.floats(0.0, 0.25)

rotate = st.builds(lambda quarters: ("rotate", {"quarters": quarters}), st.integers(0, 3))
mirror = st.builds(
    lambda across, down: ("mirror", {"across": across, "down": down}), st.booleans(), st.booleans()
)
straighten = st.builds(lambda angle: ("straighten", {"angle": angle}), st.floats(-45, 45))
crop = st.builds(
    lambda a, b, c, d: ("crop", {"left": a, "top": b, "right": 1 - c, "bottom": 1 - d}),
    share, share, share, share,
)  # fmt: skip
corners = st.builds(
    lambda a, b, c, d, e, f, g, h: (
        "perspective",
        {"corners": [[a, b], [1 - c, d], [1 - e, 1 - f], [g, 1 - h]]},
    ),
    share, share, share, share, share, share, share, share,
)  # fmt: skip
slider = st.floats(-1, 1)
keystone = st.builds(lambda v, h: ("perspective", {"vertical": v, "horizontal": h}), slider, slider)
resize = st.builds(lambda px: ("resize", {"longest": px}), st.integers(100, 220))
stretch = st.builds(
    lambda w, h, fit: ("resize", {"width": w, "height": h, "fit": fit}),
    st.integers(90, 200), st.integers(90, 200), st.sampled_from(["inside", "fill", "stretch"]),
)  # fmt: skip
steps = st.lists(
    st.one_of(rotate, mirror, straighten, crop, corners, keystone, resize, stretch), min_size=1, max_size=5
)


def marked(box: Region) -> np.ndarray:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[box.y : box.y + box.height, box.x : box.x + box.width] = 255
    return picture


def where_it_is(picture: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(picture[:, :, 0] > 20)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


@settings(max_examples=80, deadline=None)
@given(steps=steps, x=st.integers(0, 120), y=st.integers(0, 80), w=st.integers(12, 90), h=st.integers(12, 90))
def test_a_marked_box_lands_where_the_placement_says(steps, x, y, w, h):
    recipe = recipe_of(steps)
    box = Region(x, y, min(w, WIDTH - x), min(h, HEIGHT - y))
    placement = recipe.placed(WIDTH, HEIGHT)
    expected = placement.region(box)
    assume(expected is not None)
    made = cook(marked(box), recipe)
    assert made.shape[:2] == (placement.height, placement.width)
    found = where_it_is(made)
    wanted = (expected.x, expected.y, expected.x + expected.width, expected.y + expected.height)
    assert np.abs(np.subtract(found, wanted)).max() <= max(1, placement.scale)


@settings(max_examples=60, deadline=None)
@given(steps=steps, x=st.floats(0.1, 0.9), y=st.floats(0.1, 0.9))
def test_every_pixel_comes_from_where_the_placement_says(steps, x, y):
    """Red tells the column, green the row: what a pixel shows says where it was."""
    columns, rows = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    picture = np.rint(np.dstack([columns * 255 / WIDTH, rows * 255 / HEIGHT, 0 * rows])).astype(np.uint8)
    recipe = recipe_of(steps)
    placement = recipe.placed(WIDTH, HEIGHT)
    column, row = int(x * placement.width), int(y * placement.height)
    wanted = moved(inverted(placement.matrix), column + 0.5, row + 0.5)
    assume(2 < wanted[0] < WIDTH - 2 and 2 < wanted[1] < HEIGHT - 2)
    red, green, _ = cook(picture, recipe)[row, column] / 255.0
    assert abs(red * WIDTH - wanted[0]) <= 1
    assert abs(green * HEIGHT - wanted[1]) <= 1


@settings(max_examples=40, deadline=None)
@given(steps=steps)
def test_all_that_is_left_was_in_the_photo(steps):
    placement = recipe_of(steps).placed(WIDTH, HEIGHT)
    back = inverted(placement.matrix)
    for corner in ((0, 0), (placement.width, 0), (0, placement.height), (placement.width, placement.height)):
        x, y = moved(back, *corner)
        assert -2 <= x <= WIDTH + 2
        assert -2 <= y <= HEIGHT + 2


@settings(max_examples=40, deadline=None)
@given(steps=steps)
def test_a_preview_is_the_small_picture_of_the_whole(steps):
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    wave = 127 + 60 * np.sin(columns / 17) + 60 * np.cos(rows / 13)
    picture = np.repeat(wave[:, :, None], 3, axis=2).astype(np.uint8)
    small = picture.reshape(HEIGHT // 2, 2, WIDTH // 2, 2, 3).mean((1, 3)).astype(np.uint8)
    recipe = recipe_of(steps)
    large, preview = cook(picture, recipe), cook(small, recipe, Scene(WIDTH, HEIGHT))
    assert max(preview.shape) <= max(*small.shape, 1)
    assert max(preview.shape) >= min(max(small.shape), max(large.shape)) / 4
    assert preview.shape[0] == pytest.approx(preview.shape[1] * large.shape[0] / large.shape[1], abs=1.5)
    assert abs(float(preview.mean()) - float(large.mean())) < 3


def test_a_box_that_reaches_over_the_horizon_of_a_perspective_is_cut_there():
    recipe = recipe_of([("perspective", {"corners": [[0.48, 0.5], [0.52, 0.5], [1, 1], [0, 1]]})])
    placement = recipe.placed(1000, 1000)
    assert placement.region(Region(0, 0, 1000, 1000)) == Region(0, 0, placement.width, placement.height)
    assert placement.region(Region(400, 0, 200, 200)) is None


@pytest.mark.parametrize("channels", [3, 4])
def test_pictures_larger_than_opencv_moves_at_once_are_moved(channels):
    picture = np.zeros((40, 33_000, channels), np.uint8)
    picture[:, 30_000:30_100] = 200
    recipe = recipe_of([("perspective", {"corners": [[0, 0.1], [1, 0], [1, 1], [0, 0.9]]})])
    made = cook(picture, recipe)
    box = recipe.placed(33_000, 40).region(Region(30_000, 0, 100, 40))
    found = where_it_is(made)
    assert abs(found[0] - box.x) <= 1
    assert abs(found[2] - box.x - box.width) <= 1
