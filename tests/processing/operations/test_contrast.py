"""Bright and dark further apart, nothing cut off."""

from __future__ import annotations

import numpy as np
import pytest

from tests.processing.operations.ramps import assert_keeps_order, table_of


@pytest.mark.parametrize("amount", [-1, -0.3, 0.3, 1])
def test_tones_keep_their_order_and_the_ends_stay(amount):
    table = table_of("contrast", amount=amount)
    assert_keeps_order(table)
    assert table[:, 0].tolist() == [0, 0, 0]
    assert table[:, 255].tolist() == pytest.approx([255] * 3)


def test_nothing_is_done_by_nothing():
    np.testing.assert_allclose(table_of("contrast", amount=0)[0], np.arange(256), atol=1e-3)


def test_less_undoes_more():
    there, back = table_of("contrast", amount=0.8)[0], table_of("contrast", amount=-0.8)[0]
    np.testing.assert_allclose(np.interp(there, np.arange(256), back), np.arange(256), atol=1.0)


def test_right_numbers_by_hand():
    # tanh(1.25 * (2 * 0.8 - 1)) / tanh(1.25) = 0.635149 / 0.848284, half of it above the middle
    expected = (0.635149 / 0.848284 + 1) / 2 * 255
    assert table_of("contrast", amount=1)[0, 204] == pytest.approx(expected, abs=0.01)


def test_the_middle_stays_and_is_steeper():
    table = table_of("contrast", amount=1)[0]
    assert (table[127] + table[128]) / 2 == pytest.approx(127.5)
    assert table[128] - table[127] == pytest.approx(1.25 / 0.848284, abs=0.01)
    assert (np.diff(table) > 0.3).all()
