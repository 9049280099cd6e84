"""Gray, with each color as bright as one likes."""

from __future__ import annotations

import numpy as np
import pytest

from processing.recipes import recipe_of
from tests.processing.operations.ramps import cube, recolored


def test_right_numbers_by_hand():
    # (0.8, 0.6, 0.2): luma 0.61366 of gray; its yellow part is 0.4, its red part 0.2.
    luma = 0.2126 * 0.8 + 0.7152 * 0.6 + 0.0722 * 0.2
    color = (0.8, 0.6, 0.2)
    assert recolored("black_white", color, strength=1)[0].tolist() == pytest.approx([luma] * 3)
    made = recolored("black_white", color, strength=1, yellow=0.5, red=-1)
    assert made[0].tolist() == pytest.approx([luma + 0.5 * 0.5 * 0.4 - 0.5 * 0.2] * 3)
    half = recolored("black_white", color, strength=0.5)
    assert half[0].tolist() == pytest.approx([(value + luma) / 2 for value in color])


@pytest.mark.parametrize(
    ("name", "color"),
    [
        ("red", (1, 0, 0)),
        ("yellow", (1, 1, 0)),
        ("green", (0, 1, 0)),
        ("cyan", (0, 1, 1)),
        ("blue", (0, 0, 1)),
        ("magenta", (1, 0, 1)),
    ],
)
def test_each_color_has_its_own_control(name, color):
    others = [one for one in ("red", "yellow", "green", "cyan", "blue", "magenta") if one != name]
    plain = recolored("black_white", color, strength=1)[0, 0]
    assert recolored("black_white", color, strength=1, **{name: -0.3})[0, 0] < plain
    assert recolored("black_white", color, strength=1, **dict.fromkeys(others, 1.0))[0, 0] == plain


def test_grays_stay_and_the_scale_is_kept():
    made = recolored(
        "black_white", *cube(), strength=1, red=1, yellow=1, green=1, cyan=-1, blue=-1, magenta=-1
    )
    assert made.min() >= 0
    assert made.max() <= 1
    assert recolored("black_white", (0.4, 0.4, 0.4), strength=1, red=1)[0].tolist() == pytest.approx(
        [0.4] * 3
    )
    assert np.ptp(made, axis=1).max() < 1e-6


def test_a_mixer_without_strength_is_no_step():
    assert not recipe_of([("black_white", {"red": 0.5})])
