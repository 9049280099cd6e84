"""Frames for the tests of operations that repair and finish."""

from __future__ import annotations

import numpy as np

from processing import registry
from processing.contracts import Region
from processing.operation import FaceShape, Frame, Scene, neutral_values


def frame_of(pixels, *, faces=(), width=0, height=0, **scene):
    """A frame that is the whole photo, or a smaller copy of one of this width and height."""
    tall, wide = pixels.shape[:2]
    return Frame(pixels, Scene(width or wide, height or tall, faces=faces, **scene))


def face_at(number, x, y, side, *, is_mine=False, has_landmarks=True):
    """A face with eyes at a third and two thirds of its width."""
    places = ((0.2, 0.4), (0.42, 0.4), (0.58, 0.4), (0.8, 0.4), (0.5, 0.65)) if has_landmarks else ()
    marks = tuple((x + dx * side, y + dy * side) for dx, dy in places)
    return FaceShape(number, Region(x, y, side, side), marks, is_mine)


def made_by(name, frame, **values):
    """What an operation makes of a frame with some values, the others neutral."""
    operation = registry.operations()[name]
    before = frame.pixels.copy()
    made = operation.apply(frame, neutral_values(operation) | values)
    np.testing.assert_array_equal(frame.pixels, before)  # never changed in place
    assert made.dtype == np.uint8
    assert made.shape == before.shape
    return made


def noise(height, width, *, seed=5, mean=128, deviation=40, channels=3):
    """Gaussian noise."""
    drawn = np.random.default_rng(seed).normal(mean, deviation, (height, width, channels))
    return np.clip(np.rint(drawn), 0, 255).astype(np.uint8)
