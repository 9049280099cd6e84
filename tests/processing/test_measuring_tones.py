"""What is measured of light, color and looks: all of them, each doing something."""

from __future__ import annotations

import numpy as np

from processing import registry
from processing.look_book import LOOKS
from processing.measuring.tones import STEPS, TILE_PX, looks_sheet, seconds
from processing.recipes import recipe_of


def test_every_operation_of_light_color_and_looks_is_measured():
    measured = [name for name, _ in STEPS]
    groups = ("light", "color", "look")
    assert sorted(measured) == sorted(
        name for name, one in registry.operations().items() if one.group in groups
    )
    assert len(recipe_of(STEPS).steps) == len(STEPS)


def test_seconds_are_told_for_each_and_for_all_together():
    rows = list(seconds(0.01))
    assert [name for name, _, _ in rows] == [*(name for name, _ in STEPS), "all of them"]
    assert all(wall > 0 and cpu >= 0 for _, wall, cpu in rows)


def test_the_sheet_has_the_photo_and_every_look():
    sheet = looks_sheet(np.full((60, 80, 3), 120, np.uint8))
    rows = -(-(len(LOOKS) + 1) // 4)
    assert sheet.shape == (rows * (TILE_PX * 3 // 4 + 26), 4 * TILE_PX, 3)
    assert (sheet[26:100, 10:100] == 120).all()
    assert not (sheet[26:100, TILE_PX + 10 : TILE_PX + 100] == 120).all()
