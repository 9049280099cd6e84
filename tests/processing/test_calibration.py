"""What the faces that share photos say about a room."""

from dataclasses import replace

import numpy as np
import pytest

from processing import calibration
from processing.calibration import same_photo_distances, strictness
from processing.contracts import KnownFace
from tests.processing.invented import room


def photos(*distances: float, step: int = 0) -> list[KnownFace]:
    """One photo for each distance, with two faces that far apart."""
    faces = []
    for photo, distance in enumerate(distances):
        far = np.zeros(128, np.float32)
        far[0] = distance
        faces += [
            KnownFace(2 * photo + step, photo, np.zeros(128, np.float32), "A"),
            KnownFace(2 * photo + step + 1, photo, far, "A"),
        ]
    return faces


def test_faces_of_one_photo_are_compared_and_no_others():
    assert same_photo_distances(photos(0.7, 0.8)) == pytest.approx([0.7, 0.8], abs=1e-3)


def test_strangers_leave_the_limits_as_they_are():
    assert strictness(room(*[9] * 9)) == 0


def test_a_few_pairs_say_nothing():
    assert strictness(photos(0.5, 0.5)) == 0


def test_look_alikes_lower_the_limits_and_more_of_them_lower_them_more():
    few, many = strictness(photos(*[0.52] * 30)), strictness(photos(*[0.52] * 300))
    assert 0 < few < many <= calibration.MOST


def test_a_mirror_is_left_out():
    assert same_photo_distances(photos(0.1, 0.7)) == pytest.approx([0.7], abs=1e-3)


def test_a_collage_counts_once():
    noise = np.random.default_rng(2).normal(size=(6, 128)).astype(np.float32) * 0.025
    collage = [KnownFace(at, 0, one, "A") for at, one in enumerate(noise)]
    assert len(same_photo_distances(collage)) == 1


def test_what_humans_fixed_to_one_person_is_left_out():
    fixed = [replace(face, person=70, is_fixed=True) for face in photos(0.4)]
    assert same_photo_distances(fixed) == []
    assert len(same_photo_distances([replace(face, person=70 + face.id) for face in fixed])) == 1


def test_weak_faces_are_left_out():
    assert same_photo_distances([replace(face, quality="B") for face in photos(0.7)]) == []


def test_a_large_room_is_only_sampled(monkeypatch):
    monkeypatch.setattr(calibration, "MAX_PAIRS", 10)
    assert len(same_photo_distances(photos(*[0.7] * 50))) == 10
