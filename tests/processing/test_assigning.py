"""Whose faces are those that arrived later."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.clusterers import people
from processing.contracts import KnownFace
from tests.processing.invented import SPREAD, descriptors, room, sorted_room


def arriving(person: int, *, face: int = 900, photo: int = 900, at: int = 30) -> KnownFace:
    """One more face of an invented person, on a photo of its own."""
    return KnownFace(face, photo, descriptors(person, at + 1)[at], "A")


def test_a_new_face_joins_the_person_that_it_resembles():
    assert people.assign([arriving(1)], sorted_room(5, 5)) == {900: 71}


def test_a_stranger_becomes_a_new_person():
    assert people.assign([arriving(9)], sorted_room(5, 5)) == {900: -1}


def test_strangers_who_resemble_each_other_become_one_person():
    new = [arriving(9), arriving(9, face=901, photo=901, at=31), arriving(8, face=902, photo=901)]
    assert people.assign(new, sorted_room(5)) == {900: -1, 901: -1, 902: -2}


def test_weak_strangers_stay_alone():
    assert people.assign([replace(arriving(9), quality="B")], sorted_room(5)) == {900: None}


def test_weak_faces_join_a_person_and_blurred_ones_do_not():
    new = [
        replace(arriving(0), quality="B"),
        replace(arriving(0, face=901, photo=901), quality="C"),
    ]
    assert people.assign(new, sorted_room(5)) == {900: 70, 901: None}


def test_a_refused_person_is_never_given():
    new = replace(arriving(0), refused=frozenset({70}))
    assert people.assign([new], sorted_room(5))[900] != 70


def test_nobody_joins_who_is_on_the_photo_already():
    assert people.assign([arriving(0, photo=2)], sorted_room(5))[900] != 70


def test_a_face_that_teaches_nothing_still_holds_its_place_on_the_photo():
    known = sorted_room(5)
    known.append(replace(known[0], id=50, photo=900, quality="C", is_fixed=True))
    assert people.assign([arriving(0)], known)[900] != 70


def test_of_two_new_faces_on_a_photo_the_nearer_one_joins():
    middle = np.mean([face.descriptor for face in sorted_room(5)], axis=0).astype(np.float32)
    new = [arriving(0, face=901), replace(arriving(0), descriptor=middle)]
    answer = people.assign(new, sorted_room(5))
    assert answer[900] == 70
    assert answer[901] == -1


def siblings() -> list[KnownFace]:
    """Two people who look alike: 70 and 75, each tight, too far apart to be one."""
    apart = np.zeros(128, np.float32)
    apart[0] = 0.36
    noise = np.random.default_rng(4).normal(size=(10, 128)).astype(np.float32) * 0.016
    look = descriptors(0, 1)[0]
    return [
        KnownFace(at, at, look + noise[at] + apart * (at % 2), "A", 70 + 5 * (at % 2)) for at in range(10)
    ]


def test_a_face_between_two_people_joins_neither():
    known = siblings()
    middle = np.mean([face.descriptor for face in known], axis=0)
    assert people.assign([KnownFace(900, 900, middle, "A")], known) == {900: -1}


def test_a_face_between_two_halves_of_one_person_joins_the_nearer():
    halves = [replace(face, person=70 + face.id % 2) for face in sorted_room(8)]
    assert people.assign([arriving(0)], halves)[900] in (70, 71)


def test_who_is_taken_for_a_sibling_only_because_the_person_itself_is_on_the_photo_joins_nobody():
    known = sorted_room(5)
    sibling = np.zeros(128, np.float32)
    sibling[0] = 0.25
    known += [
        replace(face, id=face.id + 50, descriptor=face.descriptor + sibling, person=75) for face in known
    ]
    mirrored = replace(arriving(0, photo=2))
    assert people.assign([mirrored], [face for face in known if face.id != 52])[900] not in (70, 75)


def test_a_face_that_a_human_fixed_keeps_its_person():
    new = replace(arriving(9), person=70, is_fixed=True)
    assert people.assign([new], sorted_room(5)) == {900: 70}


def test_without_known_people_it_is_the_same_as_sorting():
    faces = room(4, 3, 1)
    assert people.assign(faces, []) == people.cluster(faces)


def test_nothing_new_gives_nothing():
    assert people.assign([], sorted_room(3)) == {}


@given(st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_answer_does_not_depend_on_the_order(chance):
    known = sorted_room(5, 5)
    new = [arriving(person, face=900 + person, photo=900 + person % 3) for person in (0, 1, 2, 2, 3)]
    mixed = people.assign(chance.sample(new, len(new)), chance.sample(known, len(known)))
    assert mixed == people.assign(new, known)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(0, 9))
@settings(max_examples=30, deadline=None)
def test_nobody_is_twice_on_a_photo(photos, seed):
    noise = np.random.default_rng(seed).normal(size=(len(photos), 128)).astype(np.float32) * SPREAD * 0.6
    known = sorted_room(4)
    new = [
        replace(known[0], id=100 + at, photo=photo, person=None, descriptor=known[0].descriptor + noise[at])
        for at, photo in enumerate(photos)
    ]
    answer = people.assign(new, known)
    places = [(face.photo, answer.get(face.id, face.person)) for face in [*new, *known]]
    assert len(places) == len(set(places))
