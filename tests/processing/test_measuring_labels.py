"""The measuring of guesses and searches: by hand-computed numbers and by rooms whose people are invented."""

from collections import Counter

import numpy as np
import pytest

from processing.contracts import KnownFace, Matches
from processing.measuring import labelling, searching
from processing.measuring.labelling import Outcome, Sample


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    """Eight people with eight faces each, as far apart as in dlib's space, and nine with one."""
    chance = np.random.default_rng(5)
    made = []
    for person in range(17):
        center = chance.normal(size=128) * 0.062
        looks = center + chance.normal(size=(8 if person < 8 else 1, 128)) * 0.026
        made += [Sample(f"person {person:02}", look.astype(np.float32)) for look in looks]
    return made


def test_precision_recall_and_brier_are_those_computed_by_hand():
    outcome = Outcome(np.array([0.9, 0.6, 0.5, 0.1]), np.array([True, False, True, False]), wanted=4)
    assert outcome.at(0.5) == (pytest.approx(2 / 3), 0.5)
    assert outcome.at(0.95) == (1.0, 0.0)
    assert outcome.brier == pytest.approx((0.01 + 0.36 + 0.25 + 0.01) / 4)


def test_reliability_compares_probability_and_truth_by_bin():
    outcome = Outcome(np.array([0.5, 0.44, 1.0]), np.array([True, False, True]), wanted=2)
    assert outcome.reliability() == [(pytest.approx(0.47), 0.5, 2), (1.0, 1.0, 1)]


def test_a_drawn_room_has_labels_for_its_people_and_strangers_without(samples):
    lesson = labelling.draw_lesson(samples, 5, seed=1)
    labels = Counter(face.person for face in lesson.faces if face.is_fixed)
    assert set(labels.values()) == {5}
    assert len(labels) == 8
    assert sum(person == -1 for person in lesson.truth.values()) == 9
    assert all(lesson.truth[face.id] == face.person for face in lesson.faces if face.is_fixed)


def test_nobody_is_twice_on_a_drawn_photo(samples):
    lesson = labelling.draw_lesson(samples, 5, seed=1)
    seen = Counter((face.photo, samples[face.id].person) for face in lesson.faces)
    assert set(seen.values()) == {1}


@pytest.mark.parametrize("method", ["ours", "nearest"])
def test_methods_recognise_people_who_are_far_apart(samples, method):
    outcome = labelling.measure_labelling(samples, method, labels=5, rooms=1)
    assert outcome.wanted == 24
    assert outcome.at(0.5) == (1.0, 1.0)


def test_labels_are_counted_as_right_from_the_first_batch(samples):
    shares = labelling.teach(samples, "ours", seed=1, batches=4)
    assert len(shares) == 4
    assert 0 < shares[0] < shares[3] <= 1


def test_halves_share_no_person(samples):
    halves = [{one.person for one in labelling.half_of(samples, half)} for half in (0, 1)]
    assert not halves[0] & halves[1]
    assert len(halves[0] | halves[1]) == 17


def test_searched_photos_are_not_in_the_room(samples):
    room = searching.draw_searches(samples, people=6, seed=1)
    there = {samples[face.id].person for face in room.faces}
    assert not {face.id for face in room.faces} & {*room.inside, *room.outside}
    assert {samples[at].person for at in room.inside} <= there
    assert not {samples[at].person for at in room.outside} & there


def test_search_numbers_are_those_computed_by_hand():
    people = [Sample(name, np.zeros(128, np.float32)) for name in ("a", "a", "a", "b", "c")]
    faces = [KnownFace(at, at, people[at].descriptor, "A") for at in (1, 2, 3)]
    room = searching.Searches(faces, inside=[0], outside=[4])
    outcome = searching.measure_searches(people, [room], lambda descriptor, faces: Matches((1, 3), (2,)))
    assert (outcome.sure_precision, outcome.sure_recall) == (0.5, 0.5)
    assert (outcome.all_precision, outcome.all_recall) == (pytest.approx(2 / 3), 1.0)
    assert (outcome.wrong_maybes, outcome.outside_sure, outcome.outside_maybes) == (0.0, 1.0, 1.0)
