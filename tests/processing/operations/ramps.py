"""Tiny pictures and questions that the tests of light, color and looks share."""

from __future__ import annotations

from typing import Any

import numpy as np

from processing import registry
from processing.editing import cook
from processing.operation import Scene, neutral_values
from processing.recipes import recipe_of


def table_of(name: str, **values: Any) -> np.ndarray:
    """The table of an operation; what is not set is neutral."""
    operation = registry.operations()[name]
    return operation.table({**neutral_values(operation), **values})


def recolored(name: str, *colors: tuple[float, float, float], **values: Any) -> np.ndarray:
    """What an operation makes of colors, 0 to 1."""
    operation = registry.operations()[name]
    return operation.recolor(np.array(colors, np.float32), {**neutral_values(operation), **values})


def cooked(pixels: np.ndarray, name: str, seed: int = 0, **values: Any) -> np.ndarray:
    """What a recipe of one step makes of a photo."""
    return cook(pixels, recipe_of([(name, values)]), Scene(pixels.shape[1], pixels.shape[0], seed=seed))


def assert_keeps_order(table: np.ndarray) -> None:
    """No tone overtakes another one, none leaves the scale, and none is no number."""
    assert table.shape == (3, 256)
    assert table.dtype == np.float32
    assert np.isfinite(table).all()
    assert (np.diff(table, axis=1) >= 0).all()
    assert table.min() >= 0
    assert table.max() <= 255


def cube() -> np.ndarray:
    """Colors from all of the cube, its corners, too: float32 (729, 3)."""
    axis = np.linspace(0, 1, 9, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis, axis), axis=-1).reshape(-1, 3)
