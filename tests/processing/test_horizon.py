import cv2
import numpy as np
import pytest
from skimage import data

from processing.editing import suggest
from processing.horizon import find_lines, find_tilt, judge


def house(tilt: float, lean: float = 0.0) -> np.ndarray:
    """A front with windows, turned clockwise; with `lean` plumb lines spread towards the bottom."""
    picture = np.full((600, 800, 3), 200, np.uint8)
    for row in range(4):
        for column in range(6):
            left, top = 90 + 110 * column, 60 + 130 * row
            cv2.rectangle(picture, (left, top), (left + 60, top + 80), (60, 70, 90), -1)
    if lean:
        corners = np.float32([[0, 0], [800, 0], [800, 600], [0, 600]])
        narrow = np.float32([[lean, 0], [800 - lean, 0], [800, 600], [0, 600]])
        picture = cv2.warpPerspective(
            picture, cv2.getPerspectiveTransform(corners, narrow), (800, 600), borderValue=(200, 200, 200)
        )
    turn = cv2.getRotationMatrix2D((400, 300), -tilt, 1.0)
    return cv2.warpAffine(picture, turn, (800, 600), borderValue=(200, 200, 200))


@pytest.mark.parametrize("tilt", [-9.0, -4.0, -1.5, 0.0, 2.0, 6.0, 10.0])
def test_a_front_of_a_house_is_found_as_it_hangs(tilt):
    found = find_tilt(house(tilt), least_confidence=0.3)
    assert found is not None
    assert found.degrees == pytest.approx(tilt, abs=0.5)


def test_plumb_lines_may_spread():
    found = find_tilt(house(3.0, lean=60), least_confidence=0.3)
    assert found is not None
    assert found.degrees == pytest.approx(3.0, abs=1.0)


def test_a_line_that_falls_to_the_right_has_a_positive_direction():
    picture = np.full((300, 400, 3), 255, np.uint8)
    cv2.line(picture, (20, 100), (380, 163), (0, 0, 0), 3)  # atan(63 / 360) = 9.93 degrees
    lines = find_lines(picture)
    assert len(lines) == 2  # both edges of the stroke
    np.testing.assert_allclose(lines[:, 2], 9.93, atol=0.5)
    assert judge(lines).confidence < 1


def test_straightening_is_suggested_the_other_way():
    values = suggest("straighten", house(5.0))
    assert values is not None
    assert values["angle"] == pytest.approx(-5.0, abs=0.6)


def test_what_is_level_gets_no_suggestion():
    assert suggest("straighten", house(0.0)) is None


@pytest.mark.parametrize("picture", [data.gravel, data.grass, data.moon])
def test_nothing_is_said_of_what_has_no_lines(picture):
    assert find_tilt(np.dstack([picture()] * 3)) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 900, 3), (40, 30, 4)])
def test_tiny_and_empty_pictures_are_taken(shape):
    assert find_tilt(np.zeros(shape, np.uint8)) is None
