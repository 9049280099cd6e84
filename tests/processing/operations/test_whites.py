"""The brightest tones come near white or leave it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.processing.operations.ramps import assert_keeps_order, table_of


@pytest.mark.parametrize("amount", [-1, -0.3, 0.3, 1])
def test_tones_keep_their_order_and_the_ends_stay(amount):
    table = table_of("whites", amount=amount)
    assert_keeps_order(table)
    assert table[:, 0].tolist() == [0, 0, 0]
    assert table[:, 255].tolist() == pytest.approx([255] * 3)


def test_nothing_is_done_by_nothing():
    np.testing.assert_allclose(table_of("whites", amount=0)[0], np.arange(256), atol=1e-3)


def test_less_undoes_more():
    there, back = table_of("whites", amount=0.8)[0], table_of("whites", amount=-0.8)[0]
    np.testing.assert_allclose(np.interp(there, np.arange(256), back), np.arange(256), atol=1.0)


def test_right_numbers_by_hand():
    assert table_of("whites", amount=-1)[0, 204] == pytest.approx((0.8 - 0.4 * 0.8**8) * 255, abs=0.01)


def test_raised_whites_are_not_cut_off():
    table = table_of("whites", amount=1)[0]
    assert table[230] > 240
    assert (np.diff(table[230:]) > 0).all()
