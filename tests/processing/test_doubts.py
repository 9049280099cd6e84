"""What people are asked."""

from dataclasses import replace

import numpy as np

from processing import doubts as module
from processing.clusterers import people
from processing.contracts import KnownFace
from tests.processing.invented import sorted_room


def halves(*, apart: float = 0.25) -> list[KnownFace]:
    """One person whom the machine took for two: 70 with six faces and 71 with four, on photos of their own."""
    faces = sorted_room(10)
    shift = np.zeros(128, np.float32)
    shift[0] = apart
    return [
        face if face.id < 6 else replace(face, person=71, descriptor=face.descriptor + shift)
        for face in faces
    ]


def test_two_people_who_may_be_one_are_asked_about():
    (doubt,) = people.doubts(halves())
    assert (doubt.person, doubt.other, doubt.face, doubt.gain) == (70, 71, None, 4)
    assert 0.4 < doubt.distance < 0.6


def test_strangers_are_not_asked_about():
    assert people.doubts(sorted_room(5, 5)) == []


def test_an_empty_room_has_no_questions():
    assert people.doubts([]) == []


def test_people_who_are_on_photos_together_are_not_asked_about():
    faces = [replace(face, photo=face.id % 6) for face in halves()]
    assert people.doubts(faces) == []


def test_who_is_only_ever_beside_somebody_is_not_asked_about_with_them():
    at = {6: 0, 7: 101, 8: 102, 9: 103}
    several = [replace(face, photo=at.get(face.id, face.id)) for face in halves()]
    assert (
        len(people.doubts(several)) == 1
    )  # together on one photo of four: the machine may be wrong about that one
    beside = [face for face in several if face.id < 7]
    assert people.doubts(beside) == []
    assert len(people.doubts([replace(face, photo=face.id) for face in beside])) == 1


def test_a_question_that_was_refused_is_not_asked_again():
    faces = halves()
    faces[9] = replace(faces[9], refused=frozenset({70}))
    assert people.doubts(faces) == []


def test_two_people_whom_humans_named_are_not_asked_about_unless_very_near():
    named = [replace(face, is_fixed=face.id in (0, 9)) for face in halves(apart=0.3)]
    assert people.doubts(named) == []
    near = [replace(face, is_fixed=face.id in (0, 9)) for face in halves(apart=0)]
    assert [doubt.other for doubt in people.doubts(near)] == [71]


def test_the_named_one_of_two_is_the_person_asked_about():
    faces = [replace(face, is_fixed=face.id == 9) for face in halves()]
    (doubt,) = people.doubts(faces)
    assert (doubt.person, doubt.other) == (71, 70)


def test_a_weak_face_of_nobody_is_asked_about():
    faces = sorted_room(6)
    faces[5] = replace(faces[5], person=None, quality="B")
    (doubt,) = people.doubts(faces)
    assert (doubt.person, doubt.other, doubt.face, doubt.gain) == (70, None, 5, 1)


def test_a_blurred_face_of_nobody_is_not_asked_about():
    faces = sorted_room(6)
    faces[5] = replace(faces[5], person=None, quality="C")
    assert people.doubts(faces) == []


def test_a_face_in_the_mirror_is_asked_about_and_a_neighbor_is_not():
    faces = sorted_room(6)
    mirrored = replace(faces[0], id=50, person=None, descriptor=faces[0].descriptor + 0.005)
    middle = np.mean([face.descriptor for face in faces], axis=0).astype(np.float32)
    assert [doubt.face for doubt in people.doubts([*faces, replace(mirrored, descriptor=middle)])] == [50]
    assert people.doubts([*faces, mirrored]) == []


def test_a_face_far_from_its_person_is_asked_about():
    faces = sorted_room(8)
    odd = faces[7].descriptor.copy()
    odd[0] += 0.5
    faces[7] = replace(faces[7], descriptor=odd)
    (doubt,) = people.doubts(faces)
    assert (doubt.person, doubt.face) == (70, 7)
    faces[7] = replace(faces[7], is_fixed=True)
    assert people.doubts(faces) == []


def test_what_brings_more_faces_home_is_asked_first():
    shift = np.zeros(128, np.float32)
    shift[0] = 0.2
    faces = sorted_room(8, 4)
    faces = [
        replace(face, person=face.person + 10, descriptor=face.descriptor + shift)
        if face.id in (5, 6, 7, 11)
        else face
        for face in faces
    ]
    faces = [replace(face, photo=face.id) for face in faces]
    assert [(doubt.person, doubt.gain) for doubt in people.doubts(faces)] == [(70, 3), (71, 1)]


def test_the_list_is_bounded_and_does_not_depend_on_the_order(monkeypatch):
    monkeypatch.setattr(module, "MAX_DOUBTS", 3)
    faces = [replace(face, person=face.id % 5) for face in sorted_room(20)]
    asked = people.doubts([replace(face, photo=face.id) for face in faces])
    assert len(asked) == 3
    assert people.doubts([replace(face, photo=face.id) for face in faces[::-1]]) == asked


def test_the_blocks_do_not_change_the_answer(monkeypatch):
    faces = [replace(face, person=face.id % 5, photo=face.id) for face in sorted_room(20)]
    whole = people.doubts(faces)
    monkeypatch.setattr(module, "BLOCK", 2)
    assert people.doubts(faces) == whole


def test_what_is_hardly_beyond_the_limit_is_likelier_the_same():
    assert module.chance(-0.1) > 0.9 > 0.5 > module.chance(0.1)
