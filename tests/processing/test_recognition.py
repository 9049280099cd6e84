"""Label ten, the rest is recognised: guesses from labelled faces, and which faces to ask about."""

from dataclasses import replace

import numpy as np
import pytest

from processing import recognition
from processing.contracts import Guess, KnownFace

LOOKS, SPREAD = (
    0.062,
    0.026,
)  # strangers are about 0.99 apart, two photos of one person about 0.41, as in dlib's space


def faces_of(person: int, count: int, *, labelled: int = 0, first: int = 0) -> list[KnownFace]:
    """Faces of an invented person, each on a photo of its own, the first ones labelled."""
    center = np.random.default_rng(person).normal(size=128) * LOOKS
    made = center + np.random.default_rng(1000 + person).normal(size=(count, 128)) * SPREAD
    return [
        KnownFace(
            first + at,
            first + at,
            one.astype(np.float32),
            "A",
            person if at < labelled else None,
            at < labelled,
        )
        for at, one in enumerate(made)
    ]


def strangers(count: int, first: int) -> list[KnownFace]:
    return [faces_of(5000 + at, 1, first=first + at)[0] for at in range(count)]


def room(people: int = 3, labelled: int = 10) -> list[KnownFace]:
    """Some people with 20 faces each and 20 strangers; the ids of person n are from 100 n."""
    faces = [
        face
        for person in range(people)
        for face in faces_of(person, 20, labelled=labelled, first=100 * person)
    ]
    return faces + strangers(20, 900)


def test_after_ten_labels_the_rest_is_recognised():
    guesses = recognition.propose(room())
    unlabelled = {100 * person + at: person for person in range(3) for at in range(10, 20)}
    assert {face: guesses[face].person for face in unlabelled} == unlabelled
    assert min(guesses[face].probability for face in unlabelled) > 0.9


def test_strangers_are_nobody():
    guesses = recognition.propose(room())
    assert [face for face, guess in guesses.items() if face >= 900 and guess.probability >= 0.5] == []


def test_one_taught_person_is_enough_to_recognise_it():
    guesses = recognition.propose(room(people=1))
    assert {face for face, guess in guesses.items() if guess.probability >= 0.8} == set(range(10, 20))
    assert {guess.second for guess in guesses.values()} == {None}


def test_a_person_with_too_few_labels_is_not_guessed():
    few = recognition.LEARN_FROM - 1
    faces = faces_of(0, 20, labelled=few) + faces_of(1, 20, labelled=10, first=100)
    assert {guess.person for guess in recognition.propose(faces).values()} <= {1}


def test_labels_on_bad_faces_do_not_teach():
    bad = [replace(face, quality="C") if face.is_fixed else face for face in room(people=1)]
    assert recognition.propose(bad) == {}


def test_fixed_faces_and_faces_of_quality_c_are_left_out():
    faces = [replace(face, quality="C") if face.id == 15 else face for face in room()]
    fixed = {face.id for face in faces if face.is_fixed}
    assert not (fixed | {15}) & set(recognition.propose(faces))


def test_a_face_that_was_taken_out_by_a_human_is_left_out():
    faces = [replace(face, is_fixed=True) if face.id == 15 else face for face in room()]
    assert 15 not in recognition.propose(faces)


def test_a_refused_person_is_never_guessed():
    faces = [replace(face, refused=frozenset({0})) if face.id == 15 else face for face in room()]
    guesses = recognition.propose(faces)
    assert 15 not in guesses or guesses[15].person != 0
    assert guesses[16].person == 0


def test_there_is_no_guess_where_everybody_was_refused():
    faces = [replace(face, refused=frozenset({0, 1, 2})) for face in room()]
    assert recognition.propose(faces) == {}


def test_a_person_who_is_on_the_photo_already_is_not_guessed_again():
    faces = [replace(face, photo=0) if face.id == 15 else face for face in room()]
    guesses = recognition.propose(faces)
    assert 15 not in guesses or guesses[15].person != 0


def test_a_barred_person_is_not_named_as_the_second_either():
    faces = [replace(face, refused=frozenset({0})) for face in room()]
    assert {guess.second for guess in recognition.propose(faces).values()} <= {1, 2}


def test_copies_of_one_shot_teach_no_more_than_the_shot():
    once = room()
    copies = [
        replace(face, id=2000 + face.id, photo=2000 + face.id)
        for face in once
        if face.is_fixed and face.id < 100
    ]
    before, after = recognition.propose(once), recognition.propose(once + copies)
    assert {face: guess.person for face, guess in before.items()} == {
        face: guess.person for face, guess in after.items()
    }
    assert [guess.probability for guess in after.values()] == pytest.approx(
        [before[face].probability for face in after], abs=0.02
    )


def test_labels_that_are_all_the_same_give_probabilities():
    one = faces_of(0, 1, labelled=1)[0]
    same = [replace(one, id=at, photo=at) for at in range(6)]
    asked = replace(one, id=10, photo=10, person=None, is_fixed=False)
    guesses = recognition.propose([*same, asked, *strangers(3, 900)])
    assert guesses[10].person == 0
    assert all(0.05 <= guess.probability <= 1 for guess in guesses.values())


def test_probabilities_and_worths_are_between_0_and_1():
    guesses = recognition.propose(room(people=8, labelled=5)).values()
    assert all(0.05 <= guess.probability <= 1 and 0 <= guess.teaches <= 1 for guess in guesses)


@pytest.mark.parametrize("faces", [[], strangers(3, 0), faces_of(0, 10, labelled=10)])
def test_there_is_nothing_to_guess(faces):
    assert recognition.propose(faces) == {}


def test_guesses_depend_neither_on_order_nor_on_ids():
    faces = room()
    mixed = [faces[at] for at in np.random.default_rng(1).permutation(len(faces))]
    renamed = [replace(face, id=5000 - face.id) for face in mixed]
    before = recognition.propose(faces)
    assert recognition.propose(mixed) == before
    assert {5000 - face: guess for face, guess in recognition.propose(renamed).items()} == before


def between(first: int, second: int, share: float, face: int) -> KnownFace:
    """A face that lies between two people."""
    middle = (1 - share) * faces_of(first, 20)[15].descriptor + share * faces_of(second, 20)[15].descriptor
    return KnownFace(face, face, middle.astype(np.float32), "A")


def test_a_doubtful_face_teaches_more_than_a_clear_one():
    doubtful = [between(0, 1, share / 20, 700 + share) for share in range(4, 10)]
    guesses = recognition.propose(room() + doubtful)
    most = max(guesses, key=lambda face: guesses[face].teaches)
    assert 0.1 < guesses[most].probability < 0.9
    assert guesses[most].teaches > guesses[16].teaches


def grouped(person: int, count: int, first: int, quality: str = "A") -> list[KnownFace]:
    """A nameless group: sorted by the clusterer, nobody said who it is."""
    return [replace(face, person=person, quality=quality) for face in faces_of(person, count, first=first)]


def test_without_labels_a_face_of_the_largest_group_is_asked_about_first():
    faces = grouped(1, 3, 0) + grouped(2, 9, 100) + strangers(5, 900)
    order = recognition.label_order(faces, {}, 2)
    assert [face // 100 for face in order] == [1, 0]


def test_the_face_nearest_to_the_mean_of_its_group_stands_for_it():
    group = grouped(2, 9, 100)
    mean = np.mean([face.descriptor for face in group], axis=0)
    nearest = min(group, key=lambda face: float(np.linalg.norm(face.descriptor - mean)))
    assert recognition.label_order(group, {}, 1) == [nearest.id]


def test_a_good_face_stands_for_its_group():
    group = grouped(2, 9, 100, quality="B")
    good = replace(group[4], quality="A")
    assert recognition.label_order([*group[:4], good, *group[5:]], {}, 1) == [good.id]


def test_groups_and_doubtful_guesses_take_turns():
    faces = grouped(1, 4, 0) + grouped(2, 9, 100) + strangers(2, 900)
    guesses = {900: Guess(5, 0.7, None, 0.3), 901: Guess(5, 0.5, None, 0.9)}
    order = recognition.label_order(faces, guesses, 4)
    assert [face if face >= 900 else face // 100 for face in order] == [1, 901, 0, 900]


def test_a_person_who_is_taught_needs_no_typical_face():
    taught = [replace(face, person=1) for face in faces_of(1, 12, labelled=10)]
    order = recognition.label_order(taught + grouped(2, 3, 100), {}, 1)
    assert order[0] >= 100


def test_near_copies_are_not_asked_about_together():
    group = grouped(2, 4, 100)
    copies = [replace(face, id=face.id + 50, photo=face.id + 50) for face in group]
    order = recognition.label_order(group + copies, {}, 20)
    assert len({face % 50 for face in order}) == len(order) == 4


def test_fixed_faces_and_faces_of_quality_c_are_not_asked_about():
    faces = grouped(1, 3, 0, quality="C") + faces_of(2, 3, labelled=3, first=100) + grouped(3, 2, 200)
    assert set(recognition.label_order(faces, {}, 20)) == {200, 201}


def test_good_faces_are_asked_about_before_weak_ones():
    weak = [replace(face, quality="B") for face in strangers(3, 0)]
    good = [replace(face, id=face.id + 10) for face in strangers(6, 0)[3:]]
    order = recognition.label_order(weak + good, {}, 6)
    assert [face >= 10 for face in order] == [True] * 3 + [False] * 3


def test_no_more_faces_are_listed_than_wanted():
    assert len(recognition.label_order(strangers(9, 0), {}, 4)) == 4
    assert recognition.label_order(strangers(9, 0), {}, 0) == []
    assert recognition.label_order([], {}, 5) == []


def test_the_order_to_ask_does_not_depend_on_the_order_of_the_faces():
    faces = room()
    guesses = recognition.propose(faces)
    mixed = [faces[at] for at in np.random.default_rng(1).permutation(len(faces))]
    assert recognition.label_order(mixed, guesses, 30) == recognition.label_order(faces, guesses, 30)
