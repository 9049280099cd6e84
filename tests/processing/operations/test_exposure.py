"""Light is multiplied; white stays white."""

from __future__ import annotations

import numpy as np
import pytest

from tests.processing.operations.ramps import assert_keeps_order, table_of


@pytest.mark.parametrize("stops", [-3, -0.5, 0.5, 3])
def test_tones_keep_their_order_and_the_ends_stay(stops):
    table = table_of("exposure", stops=stops)
    assert_keeps_order(table)
    assert table[0, [0, 255]].tolist() == pytest.approx([0, 255], abs=1e-3)


def test_dark_light_is_doubled_by_one_stop():
    # level 10 is on the straight part of sRGB: 2 x / (1 + x) of the light x = 10 / 255 / 12.92
    light = 10 / 255 / 12.92
    doubled = 2 * light / (1 + light)
    expected = 255 * (1.055 * doubled ** (1 / 2.4) - 0.055)
    assert table_of("exposure", stops=1)[0, 10] == pytest.approx(expected, abs=0.01)
    assert expected == pytest.approx(18.0, abs=0.1)


def test_nothing_is_done_by_nothing():
    np.testing.assert_allclose(table_of("exposure", stops=0)[0], np.arange(256), atol=1e-2)
