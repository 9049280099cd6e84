"""Red pupils: found, made dark, nothing else touched."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from processing.operations import red_eye
from tests.processing.operations.repaired import face_at, frame_of, made_by

SKIN = (210, 160, 135)
FACE = face_at(1, 50, 40, 100)  # eyes at (81, 80) and (119, 80), their corners 22 pixels apart
EYES = ((81, 80), (119, 80))


def portrait(pupil=(190, 40, 45), skin=SKIN):
    pixels = np.full((200, 200, 3), skin, np.uint8)
    for x, y in EYES:
        cv2.ellipse(pixels, (x, y), (10, 6), 0, 0, 360, (235, 230, 228), -1)
        cv2.circle(pixels, (x, y), 5, pupil, -1)
        cv2.circle(pixels, (x - 1, y - 1), 1, (255, 255, 255), -1)
    cv2.ellipse(pixels, (100, 120), (20, 5), 0, 0, 360, (180, 50, 60), -1)  # red lips
    return pixels


def is_red(pixels, x, y):
    red, green, blue = pixels[y, x].astype(int)
    return red > 1.3 * max(green, blue)


def test_both_pupils_lose_their_red_and_lips_keep_it():
    pixels = portrait()
    frame = frame_of(pixels, faces=[FACE])
    assert red_eye.suggest(frame) == {"auto": True}
    made = made_by("red_eye", frame, auto=True)
    assert not any(is_red(made, x + dx, y + 2) for x, y in EYES for dx in (-3, 0, 3))
    np.testing.assert_array_equal(made[100:], pixels[100:])
    np.testing.assert_array_equal(made[79, 80], pixels[79, 80])  # what shines in the eye


def test_eyes_without_landmarks_are_looked_for_where_eyes_are():
    made = made_by(
        "red_eye", frame_of(portrait(), faces=[face_at(1, 50, 40, 100, has_landmarks=False)]), auto=True
    )
    assert not any(is_red(made, x + 2, y + 2) for x, y in EYES)


def test_a_preview_is_mended_too():
    pixels = cv2.resize(portrait(), (100, 100), interpolation=cv2.INTER_AREA)
    made = made_by("red_eye", frame_of(pixels, faces=[FACE], width=200, height=200), auto=True)
    assert not any(is_red(made, x // 2, y // 2 + 1) for x, y in EYES)


@pytest.mark.parametrize("pupil", [(40, 30, 25), (90, 60, 40), (60, 110, 160)])
@pytest.mark.parametrize("skin", [SKIN, (120, 75, 50), (70, 45, 35)])
def test_eyes_that_are_not_red_stay_as_they_are(pupil, skin):
    pixels = portrait(pupil, skin)
    frame = frame_of(pixels, faces=[FACE])
    assert red_eye.suggest(frame) is None
    np.testing.assert_array_equal(made_by("red_eye", frame, auto=True), pixels)


def test_an_eye_can_be_pointed_at():
    pixels = portrait()
    made = made_by("red_eye", frame_of(pixels), eyes=((81 / 200, 80 / 200),), size=0.05)
    assert not is_red(made, 82, 83)
    assert is_red(made, 120, 83)
    np.testing.assert_array_equal(made[:, 100:], pixels[:, 100:])


def test_no_eye_is_neutral():
    assert red_eye.is_neutral({"auto": False, "eyes": (), "size": 0.08})
    assert not red_eye.is_neutral({"auto": False, "eyes": ((0.1, 0.2),), "size": 0.015})
