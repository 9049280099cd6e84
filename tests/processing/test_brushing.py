"""Strokes of a brush on a mask."""

from __future__ import annotations

import numpy as np

from processing.brushing import grown, painted


def stroke(*points, adds=True, radius=0.1):
    return {"adds": adds, "radius": radius, "points": tuple(points)}


def test_a_stroke_adds_what_it_covers():
    made, least, most = painted(np.zeros((50, 100), np.float32), [stroke((0.5, 0.5))])
    assert made[25, 50] == least[25, 50] == 1
    assert made[25, 42] == 1
    assert least[25, 42] == 0
    assert made[25, 20] == 0
    assert most.min() == 1


def test_the_last_stroke_counts():
    strokes = [stroke((0.2, 0.5), (0.8, 0.5)), stroke((0.5, 0.5), adds=False)]
    made, least, most = painted(np.zeros((50, 100), np.float32), strokes)
    assert made[25, 50] == most[25, 50] == least[25, 50] == 0
    assert made[25, 25] == least[25, 25] == 1
    again, least, most = painted(made, [stroke((0.5, 0.5))])
    assert again[25, 50] == least[25, 50] == most[25, 50] == 1


def test_strokes_may_leave_the_frame():
    made, _least, _most = painted(np.zeros((50, 100), np.float32), [stroke((-0.4, -0.4), (1.4, 1.4))])
    assert made[25, 50] == 1


def test_a_stroke_grows_to_the_whole_thing():
    pixels = np.full((120, 160, 3), (40, 90, 50), np.uint8)
    pixels[40:90, 50:110] = (220, 120, 40)
    pixels = np.clip(pixels + np.random.default_rng(3).normal(0, 6, pixels.shape), 0, 255).astype(np.uint8)
    truth = np.zeros((120, 160), bool)
    truth[40:90, 50:110] = True
    strokes = [stroke((0.4, 0.5), (0.6, 0.55), radius=0.02)]
    found = grown(pixels, strokes) > 0.5
    assert (found & truth).sum() / (found | truth).sum() > 0.95
    np.testing.assert_array_equal(found, grown(pixels, strokes) > 0.5)


def test_only_taking_away_grows_nothing():
    pixels = np.zeros((30, 30, 3), np.uint8)
    assert grown(pixels, [stroke((0.5, 0.5), adds=False)]).max() == 0


def test_what_was_added_and_taken_away_again_grows_to_nothing():
    pixels = np.full((60, 80, 3), 200, np.uint8)
    strokes = [stroke((0.5, 0.5)), stroke((0.0, 0.5), (1.0, 0.5), adds=False, radius=0.5)]
    assert grown(pixels, strokes).max() == 0
