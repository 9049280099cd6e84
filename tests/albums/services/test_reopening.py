from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from albums.errors import AlbumError, Conflict
from albums.models import Person, Question
from albums.services.history import undo
from albums.services.questions import answer
from albums.services.reopening import ask_again
from albums.services.rooms import create_room


def people(room, count: int = 2) -> list[Person]:
    return [Person.objects.create(room=room, photo_count=number + 1) for number in range(count)]


def test_the_same_question_is_asked_once(room, bob):
    person, other = people(room)
    first = ask_again(user=bob, person=person, other=other)
    assert ask_again(user=bob, person=person, other=other) == first
    assert Question.objects.get().gain == other.photo_count


def test_people_of_two_rooms_are_not_asked_about(room, bob, charlie):
    (person,), (stranger,) = people(room, 1), people(create_room(owner=charlie, name="Elsewhere"), 1)
    with pytest.raises(AlbumError, match="of the same room"):
        ask_again(user=bob, person=person, other=stranger)


def test_nobody_is_asked_about_twice_as_one(room, bob):
    (person,) = people(room, 1)
    with pytest.raises(AlbumError):
        ask_again(user=bob, person=person, other=person)


def test_viewers_ask_about_themselves_only_and_what_they_were_asked(room, vera):
    me, other = people(room)
    with pytest.raises(PermissionDenied):
        ask_again(user=vera, person=other, other=me)
    Person.objects.filter(pk=me.pk).update(user=vera)
    me.refresh_from_db()
    with pytest.raises(Conflict):
        ask_again(user=vera, person=me, other=other)
    question = Question.objects.create(room=room, person=me, other=other, distance=0.4, gain=1)
    undo(user=vera, change=answer(user=vera, question=question, answer="no"))
    assert ask_again(user=vera, person=me, other=other).person == me


def test_viewers_ask_about_no_face_that_they_were_not_asked_about(room, vera, add_photo, add_face):
    (me,) = people(room, 1)
    Person.objects.filter(pk=me.pk).update(user=vera)
    me.refresh_from_db()
    face, stranger = add_face(add_photo()), add_face(add_photo())
    question = Question.objects.create(room=room, person=me, face=face, distance=0.4, gain=1)
    undo(user=vera, change=answer(user=vera, question=question, answer="yes"))
    assert ask_again(user=vera, person=me, face=face).face == face
    with pytest.raises(Conflict):
        ask_again(user=vera, person=me, face=stranger)
