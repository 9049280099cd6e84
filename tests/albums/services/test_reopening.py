from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from albums.errors import AlbumError
from albums.models import Person, Question
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


def test_viewers_ask_about_themselves_only(room, vera):
    me, other = people(room)
    with pytest.raises(PermissionDenied):
        ask_again(user=vera, person=other, other=me)
    Person.objects.filter(pk=me.pk).update(user=vera)
    me.refresh_from_db()
    assert ask_again(user=vera, person=me, other=other).person == me
