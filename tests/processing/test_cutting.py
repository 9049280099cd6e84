"""Colors of soft edges, and what is put behind them, without any network."""

from __future__ import annotations

import numpy as np
import pytest

from processing.cutting import Cut, compose, fringes, unmixed
from processing.person_mask import SoftMask


def flat_mask(alpha: np.ndarray) -> SoftMask:
    """A mask that is `alpha` whatever the colors."""
    slopes = np.zeros((*alpha.shape, 4), np.float32)
    slopes[:, :, 3] = alpha * 0.84 + 0.08
    return SoftMask(slopes, np.dstack([np.zeros_like(alpha), np.ones_like(alpha)]))


def test_what_shines_through_is_taken_out():
    front, back = np.full((1, 3, 3), 200.0, np.float32), np.full((1, 3, 3), 20.0, np.float32)
    alpha = np.array([[0.0, 0.5, 1.0]], np.float32)
    seen = front * alpha[:, :, None] + back * (1 - alpha[:, :, None])
    np.testing.assert_allclose(unmixed(seen, alpha, front, back), 200.0, atol=1e-3)


def test_where_nothing_shines_through_colors_stay():
    seen = np.random.default_rng(4).uniform(0, 255, (4, 5, 3)).astype(np.float32)
    other = np.zeros_like(seen)
    np.testing.assert_allclose(unmixed(seen, np.ones((4, 5), np.float32), other, other), seen, atol=1e-3)


@pytest.fixture
def disc():
    """A red disc with a soft edge on green: picture and alpha."""
    grid = np.arange(120) - 59.5
    alpha = np.clip((35 - np.hypot(grid[:, None], grid[None])) / 8 + 0.5, 0, 1).astype(np.float32)
    front, back = np.array([220, 30, 40], np.float32), np.array([20, 200, 60], np.float32)
    seen = front * alpha[:, :, None] + back * (1 - alpha[:, :, None])
    return np.rint(seen).astype(np.uint8), alpha


def cut_of(pixels: np.ndarray, alpha: np.ndarray) -> Cut:
    return Cut(pixels, flat_mask(alpha), *fringes(pixels[:, :, :3].astype(np.float32), alpha))


def put(cut: Cut, behind) -> np.ndarray:
    return compose(cut, behind, lambda: None, lambda share: None)


def test_no_halo_of_the_old_background_is_left(disc):
    pixels, alpha = disc
    white = put(cut_of(pixels, alpha), lambda top, bottom: np.full((bottom - top, 120, 3), 255, np.float32))
    right = np.array([220, 30, 40]) * alpha[:, :, None] + 255 * (1 - alpha[:, :, None])
    assert np.abs(white - right).max() < 12
    halo = pixels * alpha[:, :, None] + 255 * (1 - alpha[:, :, None])
    assert np.abs(white - right).mean() < np.abs(halo - right).mean() / 5


def test_transparent_has_four_channels_and_no_color_where_nothing_is_left(disc):
    pixels, alpha = disc
    made = put(cut_of(pixels, alpha), None)
    assert made.shape == (120, 120, 4)
    np.testing.assert_allclose(made[:, :, 3], alpha * 255, atol=1)
    assert made[0, 0].tolist() == [0, 0, 0, 0]
    np.testing.assert_array_equal(made[60, 60, :3], pixels[60, 60])
    edge = (alpha > 0.2) & (alpha < 0.8)
    assert np.abs(made[edge][:, :3] - np.array([220.0, 30, 40])).mean() < 10


def test_transparency_that_was_there_stays(disc):
    pixels, alpha = disc
    half = np.dstack([pixels, np.full((120, 120), 128, np.uint8)])
    made = put(cut_of(half, alpha), None)
    assert made[60, 60, 3] == 128
    assert made[0, 0, 3] == 0


def test_an_empty_mask_says_so():
    assert flat_mask(np.zeros((4, 4), np.float32)).is_empty is False  # its bounds allow all
    nothing = SoftMask(np.zeros((4, 4, 4), np.float32), np.zeros((4, 4, 2), np.float32))
    assert nothing.is_empty
