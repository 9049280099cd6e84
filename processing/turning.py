"""Turns what a recipe makes by quarters: the turn goes in front of its geometry, which is turned along.

So a photo that was cropped and straightened keeps its crop and its angle, and its recipe keeps the editor's usual order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from processing.operation import GROUPS, form_of
from processing.parameters import Values
from processing.recipes import Recipe, Step, parse, recipe_of

ROTATE = "rotate"


def turned(recipe: Recipe, quarters: int) -> Recipe:
    """A recipe whose result lies turned.

    Args:
        recipe: what was done so far.
        quarters: to the right, 1 to 3.

    Returns:
        The same steps, those of geometry turned along; what stands on the photo, like a text, stands upright on the turned one.
    """
    steps = list(recipe.steps)
    at = next((number for number, step in reversed(list(enumerate(steps))) if step.name == ROTATE), None)
    if at is None:
        at = _place_of_turn(steps)
        before, after, so_far = steps[:at], steps[at:], 0
    else:
        before, after, so_far = steps[:at], steps[at + 1 :], int(steps[at].values["quarters"])
    for _number in range(quarters % 4):
        after = [_quarter(step) for step in after]
    turn = recipe_of([(ROTATE, {"quarters": (so_far + quarters) % 4})])
    made = Recipe((*before, *turn.steps, *after))
    return parse(made.as_json())  # held to what operations allow, and without what has become neutral


def _place_of_turn(steps: list[Step]) -> int:
    """Where a turn goes that was not there: before the first step of geometry, else where geometry usually is."""
    geometry = list(GROUPS).index("geometry")
    for number, step in enumerate(steps):
        if form_of(step.operation) == "place" or list(GROUPS).index(step.operation.group) > geometry:
            return number
    return len(steps)


def _quarter(step: Step) -> Step:
    """A step of geometry that does on a photo turned right by a quarter what it did before."""
    change = _QUARTERS.get(step.name)
    return Step(step.name, {**step.values, **change(step.values)}) if change else step


def _mirror(values: Values) -> dict[str, Any]:
    return {"across": values["down"], "down": values["across"]}


def _crop(values: Values) -> dict[str, Any]:
    return {
        "left": round(1 - values["bottom"], 6),
        "top": values["left"],
        "right": round(1 - values["top"], 6),
        "bottom": values["right"],
    }


def _perspective(values: Values) -> dict[str, Any]:
    corners = [(round(1 - y, 6), x) for x, y in values["corners"]]
    return {
        "corners": tuple(corners[3:] + corners[:3]),  # what was at the bottom left is at the top left now
        "vertical": -values["horizontal"] + 0.0,
        "horizontal": values["vertical"],
        # what acted first does so still, under its other name
        "horizontal_first": values["horizontal_first"] != bool(values["vertical"] and values["horizontal"]),
    }


def _resize(values: Values) -> dict[str, Any]:
    return {"width": values["height"], "height": values["width"]}


_QUARTERS: dict[str, Callable[[Values], dict[str, Any]]] = {
    "mirror": _mirror,
    "crop": _crop,
    "perspective": _perspective,
    "resize": _resize,
}
