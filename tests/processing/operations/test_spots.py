"""What the brush has covered is filled from around it."""

from __future__ import annotations

import time

import numpy as np

from processing.operations import spots
from tests.processing.operations.repaired import frame_of, made_by, noise


def stroke(*points, radius=0.02, adds=True):
    return {"adds": adds, "radius": radius, "points": points}


def test_a_spot_goes_and_the_rest_stays():
    pixels = np.full((100, 200, 3), (90, 140, 60), np.uint8)
    pixels[40:47, 100:107] = 255
    made = made_by("spots", frame_of(pixels), strokes=(stroke((0.5175, 0.435), radius=0.04),))
    np.testing.assert_allclose(made[35:52, 95:112], np.broadcast_to((90, 140, 60), (17, 17, 3)), atol=4)
    outside = np.ones((100, 200), bool)
    outside[25:62, 85:122] = False
    np.testing.assert_array_equal(made[outside], pixels[outside])


def test_a_scratch_over_a_slope_is_filled_like_its_surroundings():
    pixels = np.tile(np.linspace(40, 200, 200, dtype=np.uint8)[None, :, None], (100, 1, 3))
    clean = pixels.copy()
    pixels[48:52] = 0
    made = made_by("spots", frame_of(pixels), strokes=(stroke((0.0, 0.5), (1.0, 0.5), radius=0.02),))
    assert np.abs(made.astype(int) - clean).max() <= 12


def test_the_filling_has_the_grain_of_its_surroundings():
    pixels = noise(200, 200, mean=120, deviation=12)
    made = made_by("spots", frame_of(pixels), strokes=(stroke((0.5, 0.5), radius=0.08),))
    inside = made[90:110, 90:110].astype(float).mean(axis=2)
    around = pixels[20:60, 20:60].astype(float).mean(axis=2)
    assert 0.4 < inside.std() / around.std() < 1.8


def test_the_eraser_takes_strokes_back():
    pixels = noise(100, 100)
    both = (stroke((0.3, 0.5), radius=0.05), stroke((0.3, 0.5), radius=0.2, adds=False))
    np.testing.assert_array_equal(made_by("spots", frame_of(pixels), strokes=both), pixels)
    assert spots.is_neutral({"strokes": (stroke((0.3, 0.5), adds=False),)})


def test_everything_painted_over_stays_as_it_is():
    pixels = noise(50, 50)
    made = made_by("spots", frame_of(pixels), strokes=(stroke((0.5, 0.5), (0.5, 0.6), radius=0.5),) * 2)
    assert made.shape == pixels.shape


def test_touching_strokes_are_one_part_and_others_are_apart():
    frame = frame_of(noise(400, 1000))
    strokes = [stroke((0.1, 0.5)), stroke((0.13, 0.5)), stroke((0.9, 0.5)), stroke((0.5, 1.5))]
    parts = sorted(spots._parts(strokes, frame))
    assert parts == [(63, 163, 168, 238), (863, 163, 938, 238)]


def test_time_goes_by_the_strokes_not_by_the_photo():
    strokes = tuple(stroke((0.1 * x, 0.5), radius=0.005) for x in range(1, 10))
    frame = frame_of(np.zeros((3000, 4000, 3), np.uint8))
    started = time.process_time()
    made_by("spots", frame, strokes=strokes)
    assert time.process_time() - started < 3
    started = time.process_time()
    made_by("spots", frame, strokes=(stroke((0.3, 0.3), (0.7, 0.7), radius=0.2),))
    assert time.process_time() - started < 6
