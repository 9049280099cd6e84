"""Curves go through their points, never beyond them."""

from __future__ import annotations

import numpy as np
import pytest

from processing.parameters import BadValue
from processing.recipes import BadRecipe, parse, recipe_of
from processing.toning import smooth_curve
from tests.processing.operations.ramps import assert_keeps_order, cooked, table_of

STEEP = ((0, 0), (0.3, 0.05), (0.35, 0.9), (1, 1))


def test_a_curve_goes_through_its_points():
    at = np.array([x for x, _ in STEEP])
    np.testing.assert_allclose(smooth_curve(STEEP, at), [y for _, y in STEEP], atol=1e-12)


def test_a_rising_curve_rises_everywhere_and_does_not_overshoot():
    assert_keeps_order(table_of("curves", master=STEEP))
    inside = smooth_curve(STEEP, np.linspace(0.3, 0.35, 99))
    assert inside.min() >= 0.05
    assert inside.max() <= 0.9


def test_right_numbers_by_hand():
    # Two pieces of slopes 0.5 and 1.5: the middle's slope is 3 / (1.5 / 0.5 + 1.5 / 1.5) = 0.75, the ends' 0.5 and 1.5.
    # At a quarter, t = 0.5: 0 + 0.125 * 0.5 * 0.5 + 0.25 / 2 - 0.125 * 0.75 * 0.5 = 0.109375
    bent = ((0, 0), (0.5, 0.25), (1, 1))
    assert smooth_curve(bent, np.array([0.25]))[0] == pytest.approx(0.109375)


def test_order_and_doubles_of_points_do_not_matter():
    at = np.linspace(0, 1, 50)
    mixed = ((1, 1), (0.35, 0.2), (0, 0), (0.35, 0.9), (0.3, 0.05))
    np.testing.assert_array_equal(smooth_curve(mixed, at), smooth_curve(STEEP, at))
    assert smooth_curve(((0.5, 0.2), (0.5, 0.4)), at).tolist() == [0.4] * 50


def test_channels_come_first_then_all_of_them():
    pixels = np.full((1, 1, 3), 51, np.uint8)
    made = cooked(pixels, "curves", red=((0, 0.5), (1, 0.5)), master=((0, 1), (1, 0)))
    assert made[0, 0].tolist() == [128, 204, 204]


def test_the_diagonal_is_no_step():
    assert not recipe_of([("curves", {"master": [[0, 0], [0.4, 0.4], [1, 1]], "blue": []})])
    assert recipe_of([("curves", {"master": [[0.1, 0.1], [1, 1]]})])


@pytest.mark.parametrize("points", [[[0, 0]], [[0, 0], [1, 1.2]], [[0, 0], [float("nan"), 1]], "ab", 3])
def test_impossible_curves_are_refused_by_field(points):
    with pytest.raises((BadRecipe, BadValue)) as caught:
        parse({"steps": [{"op": "curves", "red": points}]})
    assert list(caught.value.errors) == ["steps.0.red"]
