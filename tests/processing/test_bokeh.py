"""The blur of a lens: discs, distance, no bleeding."""

from __future__ import annotations

import numpy as np

from processing import bokeh


def person(bottom: int) -> np.ndarray:
    alpha = np.zeros((100, 80), np.float32)
    alpha[30:bottom, 30:50] = 1
    return alpha


def test_the_floor_is_sharp_at_the_feet():
    far = bokeh.depth(person(80), 1.0)
    assert far[79, 5] < 0.15
    assert far[79, 5] < far[60, 5] < far[40, 5]
    assert far[20, 5] > 0.95


def test_behind_a_portrait_all_is_far():
    far = bokeh.depth(person(100), 1.0)
    assert far[50, 0] > 0.9
    assert far[50, 25] < far[50, 0]


def test_without_distance_all_is_equally_far():
    np.testing.assert_allclose(bokeh.depth(person(80), 0.0), 1.0)
    np.testing.assert_allclose(bokeh.depth(np.zeros((20, 20), np.float32), 1.0), 1.0)


def made(pixels, alpha, strength=1.0):
    far = np.ones_like(alpha)
    return bokeh.background(pixels, alpha, far, strength)(0, pixels.shape[0])


def test_who_is_in_front_does_not_bleed_into_what_is_behind():
    pixels = np.full((400, 400, 3), 60, np.uint8)
    alpha = np.zeros((400, 400), np.float32)
    pixels[100:300, 100:300], alpha[100:300, 100:300] = 250, 1
    assert np.abs(made(pixels, alpha)[alpha == 0] - 60).max() < 12
    assert np.abs(made(pixels, np.zeros_like(alpha))[:, 95] - 60).max() > 60


def test_a_bright_spot_becomes_a_bright_disc():
    pixels = np.full((600, 600, 3), 10, np.uint8)
    pixels[296:304, 296:304] = 255
    blurred = made(pixels, np.zeros((600, 600), np.float32))[:, :, 0]
    radius = bokeh.FARTHEST * 600
    inside, outside = blurred[300, int(300 + 0.6 * radius)], blurred[300, int(300 + 1.6 * radius)]
    plain = 10 + 245 * 64 / (np.pi * radius**2)  # a blur that averages what is shown
    assert inside > 2.5 * plain
    assert abs(outside - 10) < 3


def test_rows_fit_together():
    pixels = np.random.default_rng(5).integers(0, 256, (90, 70, 3), dtype=np.uint8)
    far = np.tile(np.linspace(0, 1, 70, dtype=np.float32), (90, 1))
    behind = bokeh.background(pixels, np.zeros((90, 70), np.float32), far, 1.0)
    whole = behind(0, 90)
    np.testing.assert_allclose(np.vstack([behind(top, top + 30) for top in (0, 30, 60)]), whole, atol=4)
    assert np.abs(whole[:, 0] - pixels[:, 0]).max() < 1
