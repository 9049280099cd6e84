from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from albums.errors import AlbumError, Conflict
from albums.models import Question, Refusal
from albums.services import people, questions
from albums.services.history import undo
from tests.albums.services.conftest import faces_of, fresh


@pytest.fixture
def ask(room):
    def make(person, other=None, face=None, gain=1) -> Question:
        return Question.objects.create(
            room=room, person=person, other=other, face=face, distance=0.4, gain=gain
        )

    return make


def test_yes_makes_two_people_one_until_undone(bob, make_person, ask):
    anna, other = make_person(name="Anna"), make_person(3)
    change = questions.answer(user=bob, question=ask(other, anna), answer="yes")
    assert (fresh(anna).photo_count, fresh(other).merged_into) == (5, anna)
    assert not Question.objects.exists()
    undo(user=bob, change=change)
    assert (fresh(anna).photo_count, fresh(other).photo_count, fresh(other).merged_into) == (2, 3, None)


def test_no_keeps_every_face_of_the_smaller_one_out_of_the_larger_until_undone(bob, make_person, ask):
    larger, smaller = make_person(3), make_person(2)
    change = questions.answer(user=bob, question=ask(larger, smaller), answer="no")
    assert set(Refusal.objects.values_list("face", "person")) == {
        (face, larger.pk) for face in faces_of(smaller)
    }
    assert (len(faces_of(larger)), len(faces_of(smaller)), change.kind) == (3, 2, "refuse")
    assert not Question.objects.exists()
    undo(user=bob, change=change)
    assert not Refusal.objects.exists()


def test_yes_to_a_face_confirms_it_until_undone(bob, make_person, ask):
    anna, group = make_person(name="Anna"), make_person()
    face = group.faces.first()
    change = questions.answer(user=bob, question=ask(anna, face=face), answer="yes")
    assert (fresh(face).person, fresh(face).assignment) == (anna, "confirmed")
    undo(user=bob, change=change)
    assert (fresh(face).person, fresh(face).assignment) == (group, "machine")


def test_no_to_a_face_of_the_album_takes_it_out_until_undone(bob, make_person, ask):
    anna = make_person(name="Anna")
    face = anna.faces.first()
    change = questions.answer(user=bob, question=ask(anna, face=face), answer="no")
    assert fresh(face).person is None
    assert Refusal.objects.filter(face=face, person=anna).exists()
    undo(user=bob, change=change)
    assert fresh(face).person == anna


def test_what_nobody_is_sure_of_is_asked_after_the_others(bob, room, make_person, ask):
    people_here = [make_person() for _ in range(3)]
    first, second = ask(*people_here[:2], gain=9), ask(*people_here[1:], gain=1)
    assert questions.answer(user=bob, question=first, answer="unsure") is None
    assert list(questions.open_for(bob, room)) == [second, first]
    assert fresh(first).skips == 1


def test_a_settled_question_is_not_answered_again(bob, make_person, ask):
    anna, berta = make_person(), make_person()
    question = ask(anna, berta)
    questions.answer(user=bob, question=question, answer="no")
    with pytest.raises(Conflict):
        questions.answer(user=bob, question=question, answer="yes")


def test_a_merge_settles_the_questions_about_who_is_gone(bob, make_person, ask):
    anna, berta, clara = make_person(), make_person(), make_person()
    ask(berta, clara)
    people.merge_people(user=bob, into=anna, others=[berta])
    assert not Question.objects.exists()


def test_two_claimed_people_are_not_asked_about(bob, vera, room, make_person, ask):
    anna, berta = make_person(user=bob), make_person(user=vera)
    question = ask(anna, berta)
    assert not questions.open_for(bob, room).exists()
    with pytest.raises(Conflict):
        questions.answer(user=bob, question=question, answer="yes")


def test_an_answer_is_yes_no_or_unsure(bob, make_person, ask):
    with pytest.raises(AlbumError):
        questions.answer(user=bob, question=ask(make_person(), make_person()), answer="perhaps")


def test_a_viewer_answers_about_herself_only(vera, bob, room, make_person, ask):
    herself, likely, other = make_person(user=vera, name="Vera"), make_person(), make_person()
    hers, theirs = ask(likely, herself), ask(likely, other)
    assert list(questions.open_for(vera, room)) == [hers]
    assert set(questions.open_for(bob, room)) == {hers, theirs}
    with pytest.raises(PermissionDenied):
        questions.answer(user=vera, question=theirs, answer="yes")
    questions.answer(user=vera, question=hers, answer="yes")
    assert fresh(likely).merged_into == herself


def test_outsiders_are_asked_nothing(charlie, room, make_person, ask):
    question = ask(make_person(user=None), make_person())
    assert not questions.open_for(charlie, room).exists()
    with pytest.raises(Http404):
        questions.answer(user=charlie, question=question, answer="yes")


@pytest.mark.parametrize("theirs", [{"assignment": "confirmed"}, {"assignment": "named", "user": True}])
def test_a_viewer_takes_no_face_that_somebody_said_is_another(vera, bob, room, make_person, ask, theirs):
    herself = make_person(user=vera, name="Vera")
    anna = make_person(name="Anna", **(theirs | ({"user": bob} if "user" in theirs else {})))
    question = ask(herself, face=anna.faces.first())
    with pytest.raises(Conflict, match="somebody else"):
        questions.answer(user=vera, question=question, answer="yes")
    assert len(faces_of(anna)) == 2
    questions.answer(user=bob, question=question, answer="yes")
    assert len(faces_of(anna)) == 1
