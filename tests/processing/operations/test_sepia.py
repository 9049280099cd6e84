"""Brown like an old photo."""

from __future__ import annotations

import numpy as np
import pytest

from tests.processing.operations.ramps import cube, recolored


def test_right_numbers_by_hand():
    made = recolored("sepia", (0.5, 0.5, 0.5), (0, 0, 0), (1, 1, 1), strength=1)
    assert made[0].tolist() == pytest.approx([0.5 + 0.09, 0.4875 + 0.015, 0.45 - 0.1])
    assert made[1].tolist() == [0, 0, 0]
    assert made[2].tolist() == pytest.approx([1, 0.975, 0.9])


def test_tones_keep_their_order_and_stay_on_the_scale():
    grays = np.repeat(np.linspace(0, 1, 256)[:, None], 3, axis=1)
    made = recolored("sepia", *grays, strength=1)
    assert (np.diff(made, axis=0) > 0).all()
    assert recolored("sepia", *cube(), strength=1).max() <= 1


def test_half_of_it_keeps_half_of_the_colors():
    whole, half = (recolored("sepia", *cube(), strength=strength) for strength in (1, 0.5))
    np.testing.assert_allclose(half, (whole + cube()) / 2, atol=1e-6)
