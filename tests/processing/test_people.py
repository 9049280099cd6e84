"""Who is who: the promises that clustering keeps in every room."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processing import grouping
from processing.calibration import strictness
from processing.clusterers import people
from processing.contracts import KnownFace
from tests.processing.invented import SPREAD, descriptors, room


def groups(result: dict[int, int | None]) -> set[frozenset[int]]:
    """Ids that are together, whatever their person is called."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for face, person in result.items():
        if person is not None:
            found[person].add(face)
    return {frozenset(ids) for ids in found.values()}


def test_each_person_is_one_group():
    assert groups(people.cluster(room(5, 3, 1))) == {
        frozenset(range(5)),
        frozenset({5, 6, 7}),
        frozenset({8}),
    }


def test_new_people_get_negative_numbers_and_the_largest_comes_first():
    result = people.cluster(room(2, 4))
    assert set(result.values()) == {-1, -2}
    assert result[2] == -1


def test_an_empty_room_has_no_people():
    assert people.cluster([]) == {}


@given(st.lists(st.integers(1, 6), min_size=1, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_result_does_not_depend_on_order_or_ids(counts, chance):
    faces = room(*counts)
    shuffled = chance.sample(faces, len(faces))
    renamed = [
        replace(face, id=1000 + number, photo=9999 - face.photo) for number, face in enumerate(shuffled)
    ]
    old_id = {1000 + number: face.id for number, face in enumerate(shuffled)}
    mine, theirs = people.cluster(faces), people.cluster(renamed)
    assert mine == {old_id[face]: person for face, person in theirs.items()}


@given(st.lists(st.integers(0, 3), min_size=2, max_size=30), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_nobody_is_twice_on_a_photo(photos, seed):
    center = np.zeros(128)
    noise = np.random.default_rng(seed).normal(size=(len(photos), 128)) * SPREAD * 0.6
    faces = [
        KnownFace(at, photo, (center + noise[at]).astype(np.float32), "A") for at, photo in enumerate(photos)
    ]
    result = people.cluster(faces)
    places = [(faces[face].photo, person) for face, person in result.items() if person is not None]
    assert len(places) == len(set(places))


def test_two_people_who_are_always_together_stay_two():
    twins = descriptors(0, 6)
    faces = [KnownFace(at, at // 2, descriptor, "A") for at, descriptor in enumerate(twins)]
    assert all(len({face // 2 for face in ids}) == len(ids) for ids in groups(people.cluster(faces)))


def test_siblings_who_look_alike_are_told_apart_by_the_photos_that_they_share():
    look = descriptors(0, 1)[0]
    noise = np.random.default_rng(4).normal(size=(6, 128)) * 0.016
    apart = np.zeros(128)
    apart[0] = 0.3
    faces = [
        KnownFace(at, at // 2, (look + noise[at] + apart * (at % 2)).astype(np.float32), "A")
        for at in range(6)
    ]
    assert groups(people.cluster(faces)) == {frozenset({0, 2, 4}), frozenset({1, 3, 5})}
    alone = [replace(face, photo=face.id) for face in faces]
    assert groups(people.cluster(alone)) == {frozenset(range(6))}


def test_a_mirror_does_not_put_somebody_twice_on_a_photo_however_many_photos_there_are():
    faces = [KnownFace(at, at % 99, descriptor, "A") for at, descriptor in enumerate(descriptors(0, 100))]
    result = people.cluster(faces)
    assert faces[0].photo == faces[99].photo
    assert result[0] != result[99]
    assert -1 in (result[0], result[99])
    assert len({result[at] for at in range(1, 99)}) == 1


def test_fixed_faces_keep_their_person_and_draw_the_others():
    faces = room(4, 3)
    faces[0] = replace(faces[0], person=70, is_fixed=True)
    result = people.cluster(faces)
    assert [result[at] for at in range(4)] == [70] * 4
    assert result[4] not in (70, None)


def test_two_fixed_persons_are_never_merged_even_if_they_look_the_same():
    faces = room(6)
    faces[0] = replace(faces[0], person=70, is_fixed=True)
    faces[1] = replace(faces[1], person=71, is_fixed=True)
    result = people.cluster(faces)
    assert (result[0], result[1]) == (70, 71)
    assert set(result.values()) <= {70, 71, -1, -2}


def test_fixed_faces_of_one_person_stay_together_even_if_they_look_different():
    faces = room(3, 3)
    faces = [replace(face, person=70, is_fixed=face.id in (0, 3)) for face in faces]
    result = people.cluster(faces)
    assert result[0] == result[3] == 70


def test_a_fixed_face_on_the_same_photo_as_another_is_what_the_human_said():
    faces = [replace(face, photo=0, person=70, is_fixed=True) for face in room(2)]
    assert people.cluster(faces) == {0: 70, 1: 70}


def test_fixed_faces_keep_their_person_whatever_their_quality():
    faces = [replace(face, person=70, is_fixed=True) for face in room(2, quality="C")]
    assert people.cluster(faces) == {0: 70, 1: 70}


@pytest.mark.parametrize("is_fixed", [True, False])
def test_a_refused_person_is_never_given_again(is_fixed):
    faces = room(5)
    faces = [replace(face, person=70, is_fixed=is_fixed) for face in faces]
    faces[4] = replace(faces[4], person=None, is_fixed=False, refused=frozenset({70}))
    result = people.cluster(faces)
    assert [result[at] for at in range(4)] == [70] * 4
    assert result[4] is not None
    assert result[4] != 70


def test_people_that_the_machine_found_keep_their_id_when_photos_are_added():
    faces = room(4, 4)
    before = people.cluster(faces[:3] + faces[4:7])
    known = {face: 80 - (person or 0) for face, person in before.items()}
    after = people.cluster([replace(face, person=known.get(face.id)) for face in faces])
    assert all(after[face] == person for face, person in known.items())
    assert after[3] == known[0]
    assert after[7] == known[4]


def test_a_person_that_falls_apart_keeps_its_id_on_the_larger_part():
    faces = [replace(face, person=70) for face in room(4, 2)]
    result = people.cluster(faces)
    assert [result[at] for at in range(4)] == [70] * 4
    assert result[4] == result[5] == -1


def test_weak_faces_join_a_person_but_found_none_alone():
    faces = room(4, 1)
    faces[3], faces[4] = replace(faces[3], quality="B"), replace(faces[4], quality="B")
    result = people.cluster(faces)
    assert result[3] == result[0]
    assert result[4] is None


def test_weak_faces_that_resemble_each_other_found_a_person_together():
    alike = descriptors(0, 1) + np.random.default_rng(5).normal(size=(3, 128)).astype(np.float32) * 0.02
    faces = [KnownFace(at, at, descriptor, "B") for at, descriptor in enumerate(alike)]
    assert groups(people.cluster(faces)) == {frozenset({0, 1, 2})}


def test_faces_of_quality_c_stay_alone():
    faces = [*room(3), replace(room(4)[3], quality="C")]
    assert people.cluster(faces)[3] is None


def test_the_same_face_on_two_photos_is_one_person():
    face = room(1)[0]
    result = people.cluster([face, replace(face, id=1, photo=1)])
    assert result == {0: -1, 1: -1}


def test_copies_of_a_shot_do_not_keep_the_other_photos_of_a_person_out():
    faces = room(4, 2)
    noise = np.random.default_rng(6).normal(size=(6, 128)).astype(np.float32) * 0.002
    copies = [
        replace(face, id=100 + number, photo=100 + number, descriptor=face.descriptor + noise[number])
        for number, face in enumerate(faces[:2] * 3)
    ]
    assert len(groups(people.cluster(faces + copies))) == 2


def test_a_room_that_is_larger_than_a_batch_gives_the_same_people(monkeypatch):
    faces = room(*[5] * 30)
    whole = groups(people.cluster(faces))
    monkeypatch.setattr(grouping, "MAX_BATCH", 40)
    assert groups(people.cluster(faces)) == whole
    assert groups(people.cluster(faces[::-1])) == whole


def test_the_threshold_falls_with_the_size_of_the_room():
    assert people.threshold(1) == people.threshold(1500) > people.threshold(5000) > people.threshold(15000)


def test_a_fixed_face_that_shows_nothing_draws_nobody():
    faces = room(4)
    faces[0] = replace(faces[0], quality="C", person=70, is_fixed=True)
    result = people.cluster(faces)
    assert result[0] == 70
    assert 70 not in (result[1], result[2], result[3])


def test_a_fixed_face_that_shows_nothing_holds_its_place_on_the_photo():
    faces = [replace(face, person=70, is_fixed=face.id == 0) for face in room(5)]
    back = replace(faces[0], id=50, photo=4, quality="C", is_fixed=True)
    result = people.cluster([*faces, back])
    assert [result[at] for at in (0, 1, 2, 3, 50)] == [70] * 5
    assert result[4] is not None
    assert result[4] != 70


def test_a_person_of_whom_humans_fixed_only_a_face_that_shows_nothing_keeps_what_the_machine_found():
    faces = [replace(face, person=70) for face in room(4)]
    back = replace(faces[0], id=50, photo=50, quality="C", is_fixed=True)
    assert set(people.cluster([*faces, back]).values()) == {70}


def test_many_people_keep_their_ids_and_no_id_is_given_twice():
    faces = room(3, 3, 3, 3)
    known = [replace(face, person=70 + face.id // 3) for face in faces]
    mixed = [replace(known[0], person=71), replace(known[3], person=70), *known[1:3], *known[4:]]
    result = people.cluster(mixed)
    assert [result[at] for at in range(12)] == [70 + at // 3 for at in range(12)]


def test_look_alikes_on_the_same_photos_make_the_room_stricter():
    look = descriptors(0, 1)[0]
    noise = np.random.default_rng(7).normal(size=(60, 128)).astype(np.float32) * 0.03
    together = [KnownFace(at, at // 3, look + noise[at], "A") for at in range(60)]
    assert strictness(together) > 0.005
    alone = [replace(face, photo=face.id) for face in together]
    assert strictness(alone) == 0
