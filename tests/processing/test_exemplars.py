"""Which faces stand for a person."""

from dataclasses import replace

import numpy as np

from processing.clusterers import people
from processing.contracts import KnownFace
from tests.processing.invented import descriptors, room, sorted_room


def test_a_small_person_is_shown_whole():
    assert people.exemplars(sorted_room(5, 3)) == set(range(8))


def test_a_large_person_is_shown_by_sixteen_faces():
    chosen = people.exemplars(sorted_room(60, 20))
    assert len([face for face in chosen if face < 60]) == 16
    assert len([face for face in chosen if face >= 60]) == 16


def test_faces_of_nobody_stand_for_nobody():
    assert people.exemplars(room(4)) == set()


def test_what_a_human_fixed_comes_first():
    faces = sorted_room(60)
    faces = [replace(face, is_fixed=face.id in (3, 40)) for face in faces]
    assert {3, 40} <= people.exemplars(faces)


def test_sure_faces_come_before_weak_ones():
    faces = [replace(face, quality="A" if face.id % 2 else "B") for face in sorted_room(40)]
    assert all(face % 2 for face in people.exemplars(faces))


def test_a_fixed_face_that_shows_nothing_teaches_nothing():
    faces = [replace(face, quality="C", is_fixed=True) if face.id == 0 else face for face in sorted_room(4)]
    assert people.exemplars(faces) == {1, 2, 3}


def test_copies_of_a_shot_are_shown_once():
    look = descriptors(0, 1)[0]
    assert len(people.exemplars([KnownFace(at, at, look, "A", 70) for at in range(5)])) == 1


def test_two_looks_of_a_person_are_both_shown():
    noise = np.random.default_rng(3).normal(size=(42, 128)) * 0.02
    noise[40:, 0] += 0.4
    faces = [
        KnownFace(at, at, one.astype(np.float32), "A", 70, is_fixed=True) for at, one in enumerate(noise)
    ]
    assert people.exemplars(faces) & {40, 41}


def test_the_choice_depends_on_neither_order_nor_ids():
    faces = sorted_room(40, 20)
    renamed = [replace(face, id=1000 - face.id) for face in faces[::-1]]
    assert people.exemplars(faces) == {1000 - face for face in people.exemplars(renamed)}
