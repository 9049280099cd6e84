"""The guided filter: by hand, and rows of an enlarged picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from processing.edge_filter import coefficients, rows


def test_a_mask_that_follows_a_color_is_found_again():
    guide = np.random.default_rng(1).random((40, 50, 3)).astype(np.float32)
    values = (0.5 * guide[:, :, 0] + 0.25 * guide[:, :, 2] + 0.1).astype(np.float32)
    made = coefficients(guide, values, 4, 1e-6)
    again = (made[:, :, :3] * guide).sum(2) + made[:, :, 3]
    np.testing.assert_allclose(again, values, atol=2e-3)


def test_an_edge_moves_to_that_of_the_picture():
    guide = np.zeros((40, 40, 3), np.float32)
    guide[:, 20:] = 1
    rough = np.zeros((40, 40), np.float32)
    rough[:, 23:] = 1
    made = coefficients(guide, rough, 6, 1e-4)
    fitted = (made[:, :, :3] * guide).sum(2) + made[:, :, 3]
    assert fitted[20, 21] > 0.5 > fitted[20, 18]
    assert fitted[20, 20] - fitted[20, 19] > 0.4


@pytest.mark.parametrize("channels", [1, 4])
def test_rows_are_those_of_the_whole_enlarged(channels):
    small = np.random.default_rng(2).random((13, 17, channels)).astype(np.float32).squeeze()
    whole = cv2.resize(small, (100, 77), interpolation=cv2.INTER_LINEAR)
    parts = [rows(small, 100, 77, top, min(77, top + 9)) for top in range(0, 77, 9)]
    np.testing.assert_allclose(np.vstack(parts), whole, atol=0.04)  # OpenCV counts in 1/32 of a pixel here
