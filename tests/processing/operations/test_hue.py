"""Colors turn round the wheel."""

from __future__ import annotations

import numpy as np
import pytest

from processing.toning import LUMA
from tests.processing.operations.ramps import cube, recolored


def test_right_numbers_by_hand():
    # Half a turn: twice the gray less the color.
    gray = 0.2126 * 0.6 + 0.7152 * 0.5 + 0.0722 * 0.4
    made = recolored("hue", (0.6, 0.5, 0.4), degrees=180)
    assert made[0].tolist() == pytest.approx([2 * gray - 0.6, 2 * gray - 0.5, 2 * gray - 0.4], abs=1e-6)


@pytest.mark.parametrize("degrees", [-180, -70, 30, 90])
def test_luma_and_grays_stay(degrees):
    made = recolored("hue", *cube(), degrees=degrees)
    np.testing.assert_allclose(made @ np.array(LUMA), cube() @ np.array(LUMA), atol=1e-3)
    assert recolored("hue", (0.3, 0.3, 0.3), degrees=degrees)[0].tolist() == pytest.approx([0.3] * 3)


def test_turning_back_gives_back_the_color():
    made = recolored("hue", *recolored("hue", *cube(), degrees=50), degrees=-50)
    np.testing.assert_allclose(made, cube(), atol=2e-3)


def test_red_turns_towards_yellow():
    red, green, blue = recolored("hue", (0.7, 0.3, 0.3), degrees=40)[0]
    assert red > green > blue
