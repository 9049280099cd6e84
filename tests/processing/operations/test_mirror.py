import numpy as np
import pytest

from processing.editing import cook
from processing.recipes import recipe_of

PIXELS = np.random.default_rng(1).integers(0, 256, (13, 21, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"across": True}, PIXELS[:, ::-1]),
        ({"down": True}, PIXELS[::-1]),
        ({"across": True, "down": True}, PIXELS[::-1, ::-1]),
    ],
)
def test_mirrors_are_exact(values, expected):
    np.testing.assert_array_equal(cook(PIXELS, recipe_of([("mirror", values)])), expected)


def test_mirrored_twice_is_as_it_was():
    recipe = recipe_of([("mirror", {"across": True}), ("mirror", {"across": True})])
    np.testing.assert_array_equal(cook(PIXELS, recipe), PIXELS)
