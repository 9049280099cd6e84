"""Pale colors change most, skin and strong colors least."""

from __future__ import annotations

import numpy as np
import pytest

from processing.toning import LUMA
from tests.processing.operations.ramps import cube, recolored


def change(color: tuple[float, float, float], amount: float = 1) -> float:
    """By which factor the color's distance from gray grew."""
    made = recolored("vibrance", color, amount=amount)[0]
    return float(np.ptp(made) / np.ptp(np.array(color)))


def test_right_numbers_by_hand():
    # Blue with a chroma of 0.5: 1 + 1 * 0.5^2
    assert change((0.25, 0.25, 0.75)) == pytest.approx(1.25, abs=1e-5)
    # Skin exactly at 0.42 from red to yellow, chroma 0.5: 1 + 0.5^2 * (1 - 0.65)
    assert change((0.75, 0.25 + 0.42 * 0.5, 0.25)) == pytest.approx(1.0875, abs=1e-5)


def test_skin_is_protected_and_strong_colors_stay():
    skin, sky, pure = change((0.8, 0.62, 0.5)), change((0.5, 0.62, 0.8)), change((1.0, 0.0, 0.0))
    assert 1 < skin < 1 + 0.5 * (sky - 1)
    assert pure == pytest.approx(1)


@pytest.mark.parametrize("amount", [-1, 1])
def test_grays_and_luma_stay_and_all_is_a_number(amount):
    made = recolored("vibrance", *cube(), amount=amount)
    assert np.isfinite(made).all()
    np.testing.assert_allclose(made @ np.array(LUMA), cube() @ np.array(LUMA), atol=1e-5)
    grays = np.repeat(np.linspace(0, 1, 9, dtype=np.float32)[:, None], 3, axis=1)
    np.testing.assert_allclose(recolored("vibrance", *grays, amount=amount), grays, atol=1e-6)


def test_colors_next_to_each_other_stay_next_to_each_other():
    ramp = np.stack([np.full(400, 0.7), np.linspace(0.2, 0.9, 400), np.full(400, 0.3)], axis=1)
    made = recolored("vibrance", *ramp, amount=1)
    assert np.abs(np.diff(made, axis=0)).max() < 0.01
