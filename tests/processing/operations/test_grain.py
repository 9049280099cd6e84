"""The grain of a film: the same for the same photo, at every size of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from processing.editing import cook
from processing.operation import Scene
from processing.operations.grain import _lattice
from processing.recipes import recipe_of
from tests.processing.operations.ramps import cooked

GRAY = np.full((300, 400, 3), 128, np.uint8)


def test_noise_has_no_mean_and_a_deviation_of_one():
    lattice = _lattice(500, 400, 7)
    assert abs(float(lattice.mean())) < 0.01
    assert float(lattice.std()) == pytest.approx(1, abs=0.02)
    # No rows, columns or diagonals are seen in it beyond what (1 2 1) makes alike.
    for shift in ((0, 3), (3, 0), (3, 3), (0, 50), (64, 64)):
        rolled = np.roll(lattice, shift, (0, 1))
        assert abs(float((lattice * rolled).mean())) < 0.02


def test_the_same_photo_gets_the_same_grain_and_another_one_another():
    once, again, other = (cooked(GRAY, "grain", seed=seed, amount=0.5) for seed in (3, 3, 4))
    np.testing.assert_array_equal(once, again)
    assert (once != other).mean() > 0.5


def test_it_is_gray_strongest_in_the_middle_and_grows_with_its_amount():
    made = cooked(GRAY, "grain", amount=0.5).astype(int)
    assert np.ptp(made, axis=2).max() == 0
    assert abs(made.mean() - 128) < 0.5
    deviation = made.std()
    assert cooked(GRAY, "grain", amount=1).std() == pytest.approx(2 * deviation, rel=0.05)
    assert cooked(np.full_like(GRAY, 20), "grain", amount=0.5).std() < 0.6 * deviation


def test_a_preview_shows_the_grain_of_the_copy():
    recipe = recipe_of([("grain", {"amount": 0.6, "size": 0.8})])
    scene = Scene(1600, 1200, seed=9)
    large = cook(np.full((1200, 1600, 3), 128, np.uint8), recipe, scene)
    small = cook(np.full((600, 800, 3), 128, np.uint8), recipe, scene)
    shrunk = cv2.resize(large, (800, 600), interpolation=cv2.INTER_AREA)
    assert np.corrcoef(shrunk[:, :, 0].ravel(), small[:, :, 0].ravel())[0, 1] > 0.95
    assert abs(shrunk.std() / small.std() - 1) < 0.15


def test_larger_grains_are_larger():
    def alike(size: float) -> float:
        made = cook(GRAY, recipe_of([("grain", {"amount": 0.6, "size": size})]), Scene(400, 300))
        noise = made[:, :, 0].astype(float) - made[:, :, 0].mean()
        return float((noise[:, 1:] * noise[:, :-1]).mean() / (noise**2).mean())

    assert alike(1) > alike(0) + 0.2


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 50, 3), (50, 1, 4)])
def test_tiny_photos_and_large_seeds_are_no_trouble(shape):
    made = cooked(np.full(shape, 90, np.uint8), "grain", seed=2**62 + 1, amount=1)
    assert made.shape == shape
    assert (made[:, :, 3:] == 90).all()


def test_a_size_alone_is_no_step():
    assert not recipe_of([("grain", {"size": 1})])
