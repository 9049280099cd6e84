"""Turning the result of a recipe is the same as turning the photo that it makes."""

from __future__ import annotations

import pytest

from processing.placing import moved
from processing.recipes import recipe_of
from processing.turning import turned

RECIPES = {
    "nothing": [],
    "light alone": [("exposure", {"stops": 0.5})],
    "a turn": [("rotate", {"quarters": 3})],
    "mirrored": [("mirror", {"across": True})],
    "cropped": [("crop", {"left": 0.1, "top": 0.25, "right": 0.6, "bottom": 0.75})],
    "straightened": [("straighten", {"angle": 7.5})],
    "corners": [("perspective", {"corners": [[0.1, 0.1], [0.9, 0.2], [0.8, 0.9], [0.2, 0.8]]})],
    "leaning back": [("perspective", {"vertical": 0.5})],
    "leaning aside": [("perspective", {"horizontal": -0.4})],
    "leaning back and aside": [("perspective", {"vertical": 0.5, "horizontal": -0.4})],
    "leaning aside and back": [
        ("perspective", {"vertical": -0.3, "horizontal": 0.5, "horizontal_first": True})
    ],
    "corners and both": [
        (
            "perspective",
            {
                "corners": [[0.1, 0.1], [0.9, 0.2], [0.8, 0.9], [0.2, 0.8]],
                "vertical": 0.3,
                "horizontal": 0.3,
            },
        )
    ],
    "a size": [("resize", {"width": 300, "height": 100, "fit": "stretch"})],
    "all of it": [
        ("rotate", {"quarters": 1}),
        ("mirror", {"down": True}),
        ("straighten", {"angle": -3.0}),
        ("perspective", {"corners": [[0.1, 0.1], [0.9, 0.2], [0.8, 0.9], [0.2, 0.8]]}),
        ("crop", {"left": 0.2, "top": 0.1, "right": 0.9, "bottom": 0.6}),
        ("contrast", {"amount": 0.2}),
        ("resize", {"longest": 500}),
    ],
    "a turn in between": [
        ("crop", {"left": 0.1, "top": 0.2, "right": 0.9, "bottom": 1.0}),
        ("rotate", {"quarters": 2}),
        ("mirror", {"across": True}),
    ],
}


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("name", RECIPES)
def test_every_pixel_goes_where_a_turned_result_has_it(name, quarters):
    recipe = recipe_of(RECIPES[name])
    before, after = recipe.placed(1200, 800), turned(recipe, quarters).placed(1200, 800)
    size = (before.width, before.height) if quarters == 2 else (before.height, before.width)
    assert (after.width, after.height) == pytest.approx(size, abs=1)
    for point in ((300, 250), (500, 400), (610, 333)):
        x, y = moved(before.matrix, *point)
        right = {
            1: (before.height - y, x),
            2: (before.width - x, before.height - y),
            3: (y, before.width - x),
        }
        assert moved(after.matrix, *point) == pytest.approx(right[quarters], abs=1)


@pytest.mark.parametrize("name", [name for name in RECIPES if name != "a turn in between"])
def test_four_quarters_are_the_same_recipe_again(name):
    recipe = recipe_of(RECIPES[name])
    whole = recipe
    for _ in range(4):
        whole = turned(whole, 1)
    assert whole.as_json() == recipe.as_json()


def test_the_turn_stands_where_the_editor_has_it():
    recipe = recipe_of([("low_light", {"amount": 0.5}), ("exposure", {"stops": 1.0})])
    assert turned(recipe, 1).names == ["low_light", "rotate", "exposure"]
