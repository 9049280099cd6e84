"""Open eyes and smiles from landmarks, by hand."""

import numpy as np
import pytest

from processing import expressions
from processing.detections import Detection


def face(eye_ratio=0.3, mouth_width=0.9, corners=0.0, aside=0.0, between=100.0):
    """68 landmarks of an upright face with its eyes `between` px apart."""
    points = np.zeros((68, 2))
    for start, x in ((36, 0.0), (42, 1.0)):
        half, height = 0.2, 0.4 * eye_ratio / 2
        shape = [
            (-half, 0),
            (-half / 2, -height),
            (half / 2, -height),
            (half, 0),
            (half / 2, height),
            (-half / 2, height),
        ]
        points[start : start + 6] = np.add(shape, (x, 0))
    points[33] = (0.5 + aside, 0.6)
    points[48:68] = (0.5, 1.0)
    points[48], points[54] = (0.5 - mouth_width / 2, 1.0 - corners), (0.5 + mouth_width / 2, 1.0 - corners)
    return points * between + 50


def test_open_and_closed_eyes():
    assert expressions.measure(face(eye_ratio=0.3)).eyes == 1
    assert expressions.measure(face(eye_ratio=0.1)).eyes == 0
    assert expressions.measure(face(eye_ratio=0.18)).eyes == pytest.approx(0.5, abs=0.01)


def test_a_smile_is_a_wide_mouth_with_high_corners():
    assert expressions.measure(face()).smile == 0
    assert expressions.measure(face(mouth_width=1.2, corners=0.2)).smile == 1
    assert expressions.measure(face(mouth_width=1.2)).smile == pytest.approx(0.5)


def test_a_smile_excuses_narrow_eyes():
    serious, smiling = face(eye_ratio=0.16), face(eye_ratio=0.16, mouth_width=1.2, corners=0.2)
    assert expressions.measure(smiling).eyes > expressions.measure(serious).eyes


def test_a_tilted_face_is_judged_like_an_upright_one():
    angle = np.radians(30)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    upright = face(eye_ratio=0.2, mouth_width=1.1, corners=0.1)
    assert expressions.measure(upright @ turn) == pytest.approx(expressions.measure(upright), abs=0.01)


@pytest.mark.parametrize("points", [face(between=39), face(aside=0.5)])
def test_nothing_is_said_of_small_and_turned_faces(points):
    assert expressions.measure(points) == expressions.UNKNOWN


def test_a_small_box_is_not_even_looked_at():
    pixels = np.zeros((100, 100, 3), np.uint8)
    assert expressions.read(pixels, Detection(10, 10, 50, 50, 1.0, 0)) == expressions.UNKNOWN
