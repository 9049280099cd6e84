"""Bright parts become darker or brighter; dark ones stay."""

from __future__ import annotations

import numpy as np
import pytest

from tests.processing.operations.ramps import assert_keeps_order, table_of


@pytest.mark.parametrize("amount", [-1, -0.3, 0.3, 1])
def test_tones_keep_their_order_and_the_ends_stay(amount):
    table = table_of("highlights", amount=amount)
    assert_keeps_order(table)
    assert table[:, 0].tolist() == [0, 0, 0]
    assert table[:, 255].tolist() == pytest.approx([255] * 3)


def test_nothing_is_done_by_nothing():
    np.testing.assert_allclose(table_of("highlights", amount=0)[0], np.arange(256), atol=1e-3)


def test_less_undoes_more():
    there, back = table_of("highlights", amount=0.8)[0], table_of("highlights", amount=-0.8)[0]
    np.testing.assert_allclose(np.interp(there, np.arange(256), back), np.arange(256), atol=1.0)


def test_right_numbers_by_hand():
    # the shadows' curve upside down: 1 - 0.36384 at x = 0.8
    assert table_of("highlights", amount=-1)[0, 204] == pytest.approx((1 - 0.36384) * 255, abs=0.01)


def test_dark_parts_hardly_change():
    change = table_of("highlights", amount=-0.5)[0] - np.arange(256)
    assert np.abs(change[:25]).max() < 1
