"""The darkest tones sink or open up."""

from __future__ import annotations

import numpy as np
import pytest

from tests.processing.operations.ramps import assert_keeps_order, table_of


@pytest.mark.parametrize("amount", [-1, -0.3, 0.3, 1])
def test_tones_keep_their_order_and_the_ends_stay(amount):
    table = table_of("blacks", amount=amount)
    assert_keeps_order(table)
    assert table[:, 0].tolist() == [0, 0, 0]
    assert table[:, 255].tolist() == pytest.approx([255] * 3)


def test_nothing_is_done_by_nothing():
    np.testing.assert_allclose(table_of("blacks", amount=0)[0], np.arange(256), atol=1e-3)


def test_less_undoes_more():
    there, back = table_of("blacks", amount=0.8)[0], table_of("blacks", amount=-0.8)[0]
    np.testing.assert_allclose(np.interp(there, np.arange(256), back), np.arange(256), atol=1.0)


def test_right_numbers_by_hand():
    # x + 2 x (1 - x)^8 at x = 0.2: 0.2 + 0.4 * 0.8^8 = 0.2671
    assert table_of("blacks", amount=1)[0, 51] == pytest.approx((0.2 + 0.4 * 0.8**8) * 255, abs=0.01)


def test_it_acts_nearer_to_black_than_shadows_do():
    blacks, shadows = (table_of(name, amount=1)[0] - np.arange(256) for name in ("blacks", "shadows"))
    assert blacks.argmax() < shadows.argmax() / 2
    assert blacks[100:].max() < 12
