"""Find me: which faces of a room are of the person of one descriptor."""

from dataclasses import replace

import numpy as np

from processing.contracts import KnownFace, Matches
from processing.face_search import search

ME, OTHER = 7, 8


def descriptor(**parts: float) -> np.ndarray:
    """A descriptor with some of its numbers set, by place: a3=0.5 sets number 3."""
    made = np.zeros(128, np.float32)
    for place, value in parts.items():
        made[int(place[1:])] = value
    return made


def at_distance(
    distance: float, direction: int, *, person: int | None, first: int, count: int = 1
) -> list[KnownFace]:
    """Faces at a distance from the zero descriptor, nearly all in one direction, each on a photo of its own."""
    return [
        KnownFace(at, at, descriptor(**{f"a{direction}": distance, f"a{100 + at % 20}": 0.02}), "A", person)
        for at in range(first, first + count)
    ]


def test_a_near_group_brings_its_faces_that_look_different():
    group = at_distance(0.2, 1, person=ME, first=0, count=6) + at_distance(0.7, 1, person=ME, first=6)
    assert set(search(descriptor(), group).sure) == set(range(7))


def test_the_same_faces_without_a_group_are_sure_only_where_they_are_near():
    faces = at_distance(0.35, 1, person=None, first=0, count=2) + at_distance(0.7, 1, person=None, first=2)
    found = search(descriptor(), faces)
    assert (set(found.sure), found.maybe) == ({0, 1}, ())


def test_a_lone_face_that_is_rather_near_is_asked_about():
    assert search(descriptor(), at_distance(0.5, 1, person=None, first=3)) == Matches((), (3,))


def test_far_groups_are_not_answered():
    assert search(descriptor(), at_distance(0.9, 1, person=OTHER, first=0, count=5)) == Matches((), ())


def test_most_alike_come_first():
    faces = [face for at in range(3) for face in at_distance(0.4 - at / 10, 1, person=ME, first=at)]
    assert search(descriptor(), faces).sure == (2, 1, 0)


def test_of_two_groups_that_are_equally_near_neither_is_sure():
    mine = at_distance(0.44, 1, person=ME, first=0, count=3)
    others = at_distance(0.44, 2, person=OTHER, first=3, count=3)
    found = search(descriptor(), mine + others)
    assert found.sure == ()
    assert {0, 3} <= set(found.maybe)


def test_of_two_near_groups_the_clearly_nearer_one_is_sure_and_the_other_is_asked_about():
    mine = at_distance(0.30, 1, person=ME, first=0, count=3)
    others = at_distance(0.50, 2, person=OTHER, first=3, count=3)
    found = search(descriptor(), mine + others)
    assert set(found.sure) == {0, 1, 2}
    assert set(found.maybe) == {3, 4, 5}


def test_a_group_that_is_only_rather_near_shows_one_face():
    group = at_distance(0.53, 1, person=ME, first=0) + at_distance(0.57, 1, person=ME, first=1, count=3)
    assert search(descriptor(), group) == Matches((), (0,))


def test_a_tight_group_must_be_nearer_than_a_loose_one():
    tight = at_distance(0.46, 1, person=ME, first=0, count=8)
    loose = [
        replace(face, descriptor=descriptor(a1=0.36, **{f"a{10 + face.id}": 0.28}))
        for face in at_distance(0, 1, person=ME, first=0, count=8)
    ]
    assert np.linalg.norm(loose[0].descriptor) < 0.47
    assert search(descriptor(), tight).sure == ()
    assert len(search(descriptor(), loose).sure) == 8


def test_only_one_face_of_a_photo_is_sure():
    near, far = at_distance(0.2, 1, person=ME, first=0), at_distance(0.3, 1, person=ME, first=1)
    assert search(descriptor(), [near[0], replace(far[0], photo=0)]) == Matches((0,), (1,))


def test_faces_of_quality_c_are_never_found():
    faces = [replace(face, quality="C") for face in at_distance(0.1, 1, person=ME, first=0, count=3)]
    assert search(descriptor(), faces) == Matches((), ())


def test_declined_faces_are_left_out_and_the_rest_of_the_group_stays():
    group = at_distance(0.3, 1, person=ME, first=0, count=6)
    assert set(search(descriptor(), group, frozenset({2})).sure) == {0, 1, 3, 4, 5}


def test_a_group_that_was_declined_for_a_good_part_brings_nobody_far():
    group = at_distance(0.3, 1, person=ME, first=0, count=3) + at_distance(0.7, 1, person=ME, first=3)
    found = search(descriptor(), group, frozenset({0, 1}))
    assert found == Matches((2,), ())


def test_identical_descriptors_are_found():
    assert search(descriptor(a1=1.0), at_distance(1.0, 1, person=None, first=5)).sure == (5,)


def test_an_empty_room_answers_nothing():
    assert search(descriptor(), []) == Matches((), ())


def test_a_room_in_which_everything_was_declined_answers_nothing():
    group = at_distance(0.3, 1, person=ME, first=0, count=3)
    assert search(descriptor(), group, frozenset({0, 1, 2})) == Matches((), ())


def test_the_order_of_the_faces_changes_nothing():
    faces = (
        at_distance(0.35, 1, person=ME, first=0, count=5)
        + at_distance(0.45, 2, person=OTHER, first=5, count=5)
        + at_distance(0.4, 3, person=None, first=10, count=3)
    )
    chance = np.random.default_rng(1)
    answers = {search(descriptor(), [faces[at] for at in chance.permutation(len(faces))]) for _ in range(5)}
    assert answers == {search(descriptor(), faces)}
