"""Recipes: read, refused by field, followed; where boxes go."""

from __future__ import annotations

import numpy as np
import pytest

from processing import registry
from processing.contracts import Region
from processing.editing import cook
from processing.operation import FORMS, GROUPS, Scene, neutral_values
from processing.recipes import BadRecipe, parse, recipe_of


@pytest.fixture(autouse=True)
def fresh_registry():
    registry.reset()
    yield
    registry.reset()


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", sorted(registry.operations()))
def test_operation_keeps_the_contract(name):
    operation = registry.operations()[name]
    assert operation.version >= 1
    assert operation.group in GROUPS
    assert operation.__doc__
    function = next(getattr(operation, form) for form in FORMS if hasattr(operation, form))
    assert function.__doc__
    names = [parameter.name for parameter in operation.parameters]
    assert len(set(names)) == len(names)
    assert not {"op", "version"} & set(names)
    for parameter in operation.parameters:
        assert parameter.clean(parameter.neutral) == parameter.neutral
        assert parameter.describe()["kind"]


def test_neutral_values_of_all_operations_give_back_the_same_pixels():
    steps = [{"op": name, **neutral_values(operation)} for name, operation in registry.operations().items()]
    recipe = parse({"format": 1, "steps": steps})
    pixels = noise(40, 60)
    assert not recipe
    assert recipe.key == ""
    assert cook(pixels, recipe) is pixels


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (None, "steps"),
        ({"steps": 3}, "steps"),
        ({"format": 2, "steps": []}, "format"),
        ({"steps": [{"op": "exposure", "stops": 0.1}] * 10_000}, "steps"),
        ({"steps": ["crop"]}, "steps.0"),
        ({"steps": [{"op": "explode"}]}, "steps.0.op"),
        ({"steps": [{"op": "exposure", "stops": float("nan")}]}, "steps.0.stops"),
        ({"steps": [{"op": "exposure", "stops": "1"}]}, "steps.0.stops"),
        ({"steps": [{"op": "exposure", "stops": 99}]}, "steps.0.stops"),
        ({"steps": [{"op": "exposure", "version": 99}]}, "steps.0.version"),
        ({"steps": [{"op": "exposure", "speed": 1}]}, "steps.0.speed"),
        ({"steps": [{"op": "rotate", "quarters": 1.5}]}, "steps.0.quarters"),
        ({"steps": [{"op": "crop", "left": -0.1}]}, "steps.0.left"),
    ],
)
def test_what_is_wrong_is_said_by_field(data, field):
    with pytest.raises(BadRecipe) as caught:
        parse(data)
    assert list(caught.value.errors) == [field]
    assert str(caught.value).endswith((".", "]}."))


def test_a_crop_that_leaves_nothing_is_refused():
    recipe = recipe_of([("crop", {"left": 0.8, "right": 0.2})])
    with pytest.raises(BadRecipe, match="Nothing would be left"):
        recipe.placed(100, 100)


def test_what_is_wrong_is_said_by_the_number_that_was_sent():
    sent = {"steps": [{"op": "mirror"}, {"op": "exposure"}, {"op": "crop", "left": 0.9, "right": 0.1}]}
    with pytest.raises(BadRecipe) as caught:
        parse(sent).placed(100, 100)
    assert list(caught.value.errors) == ["steps.2"]


def test_a_crop_is_exact_and_its_boxes_land_where_they_were():
    pixels = noise(80, 120)
    recipe = recipe_of([("crop", {"left": 0.25, "top": 0.125, "right": 0.75, "bottom": 1})])
    made = cook(pixels, recipe)
    np.testing.assert_array_equal(made, pixels[10:80, 30:90])
    placement = recipe.placed(120, 80)
    assert (placement.width, placement.height) == (60, 70)
    assert placement.region(Region(40, 20, 10, 8)) == Region(10, 10, 10, 8)
    assert placement.region(Region(0, 0, 20, 20)) is None


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarter_turns_are_exact(quarters):
    pixels = noise(30, 50)
    recipe = recipe_of([("rotate", {"quarters": quarters})])
    np.testing.assert_array_equal(cook(pixels, recipe), np.rot90(pixels, -quarters))
    marked = np.zeros_like(pixels)
    marked[4:9, 20:26] = 255
    box = recipe.placed(50, 30).region(Region(20, 4, 6, 5))
    turned = cook(marked, recipe)
    assert turned[box.y : box.y + box.height, box.x : box.x + box.width].min() == 255
    assert turned.sum() == 255 * 3 * box.width * box.height


def test_tables_and_colors_are_rounded_once():
    ramp = np.tile(np.arange(256, dtype=np.uint8)[None, :, None], (2, 1, 3))
    back_and_forth = [("exposure", {"stops": -1.0}), ("exposure", {"stops": 1.0})] * 3
    assert np.abs(cook(ramp, recipe_of(back_and_forth)).astype(int) - ramp).max() <= 1


def test_a_preview_is_the_small_picture_of_the_whole():
    pixels = np.tile(np.linspace(0, 255, 400, dtype=np.uint8)[None, :, None], (200, 1, 3))
    recipe = recipe_of([("crop", {"left": 0.5}), ("rotate", {"quarters": 1}), ("exposure", {"stops": 0.5})])
    small = cook(pixels[::4, ::4], recipe, Scene(400, 200))
    large = cook(pixels, recipe)
    assert small.shape[:2] == (50, 50)
    assert abs(float(small.mean()) - float(large.mean())) < 2


def test_the_key_names_what_is_done():
    once = recipe_of([("exposure", {"stops": 0.5})])
    assert once.key == parse(once.as_json()).key
    assert once.key != recipe_of([("exposure", {"stops": 0.55})]).key
    assert once.key == recipe_of([("exposure", {"stops": 0.5}), ("rotate", {})]).key
