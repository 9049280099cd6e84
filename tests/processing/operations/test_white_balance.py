"""What is gray looks gray."""

from __future__ import annotations

import numpy as np
import pytest

from processing.casts import balance_for, gains_of, light_cast
from processing.editing import suggest
from processing.toning import LUMA, to_light, to_shown
from tests.processing.operations.ramps import assert_keeps_order, cooked, table_of


@pytest.mark.parametrize("values", [(1, 1), (-1, -1), (1, -1), (-1, 1), (0.2, 0)])
def test_tones_keep_their_order_and_nothing_is_cut_off(values):
    table = table_of("white_balance", temperature=values[0], tint=values[1])
    assert_keeps_order(table)
    assert (np.diff(table[:, 1:], axis=1) > 0).all()


def test_nothing_is_done_by_nothing():
    np.testing.assert_allclose(table_of("white_balance")[0], np.arange(256), atol=1e-2)


def test_right_numbers_by_hand():
    red, green, blue = gains_of(1, 0)
    assert red / blue == pytest.approx(4)
    assert red / green == pytest.approx(2)
    assert np.dot(LUMA, (red, green, blue)) == pytest.approx(1)
    red, green, blue = gains_of(0, 1)
    assert (red, red / green) == (pytest.approx(blue), pytest.approx(2**0.9))


def test_warmer_is_redder_and_less_blue():
    gray = np.full((1, 1, 3), 120, np.uint8)
    red, green, blue = cooked(gray, "white_balance", temperature=0.5)[0, 0].astype(int)
    assert red > green > blue
    assert cooked(gray, "white_balance", tint=-0.5)[0, 0].argmax() == 1


@pytest.mark.parametrize("color", [(150, 120, 90), (90, 110, 130), (100, 130, 100), (120, 100, 125)])
def test_a_clicked_color_becomes_gray(color):
    temperature, tint = balance_for(*(value / 255 for value in color))
    made = cooked(np.full((1, 1, 3), color, np.uint8), "white_balance", temperature=temperature, tint=tint)
    assert np.ptp(made[0, 0].astype(int)) <= 1
    assert (
        abs(float(made[0, 0, 1]) - float(to_shown(np.dot(LUMA, to_light(np.array(color) / 255))) * 255)) < 12
    )


def under(light: tuple[float, float, float], rng_seed: int = 4) -> np.ndarray:
    """Grays and a few colors under a light."""
    rng = np.random.default_rng(rng_seed)
    shown = np.repeat(rng.uniform(0.1, 0.8, (60, 80, 1)), 3, axis=2)
    shown[:20] = np.clip(shown[:20] + rng.normal(0, 0.1, (20, 80, 3)), 0.05, 0.9)
    return np.rint(to_shown(to_light(shown) * light) * 255).astype(np.uint8)


@pytest.mark.parametrize("light", [(1.2, 1, 0.7), (0.8, 1, 1.2), (0.9, 1.1, 0.9)])
def test_the_light_is_found_and_most_of_it_taken_out(light):
    pixels = under(light)
    values = suggest("white_balance", pixels)
    made = cooked(pixels, "white_balance", **values)

    def cast(colors):
        means = to_light(colors[20:] / 255).mean(axis=(0, 1))
        return np.ptp(np.log2(means))

    assert cast(made) < 0.35 * cast(pixels)


def test_white_light_and_pictures_without_gray_are_left_alone():
    assert suggest("white_balance", under((1, 1, 1))) is None
    meadow = np.zeros((40, 40, 3), np.uint8)
    assert light_cast(meadow) is None
    half = np.zeros((40, 40, 3), np.uint8)
    half[:, :20], half[:, 20:] = (240, 20, 20), (20, 20, 240)
    assert light_cast(half) is None


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (255, 0, 0)])
def test_extreme_colors_give_values_that_are_allowed(color):
    found = balance_for(*(value / 255 for value in color))
    assert all(-1 <= value <= 1 for value in found)


def test_skin_is_not_taken_for_yellow_light():
    rng = np.random.default_rng(2)
    shades = rng.uniform(0.6, 1.15, (60, 80, 1))
    portrait = (np.array((205, 150, 125)) * shades).astype(np.uint8)
    portrait[:, :20] = rng.integers(60, 200, (60, 20, 1))
    assert light_cast(portrait) is None
