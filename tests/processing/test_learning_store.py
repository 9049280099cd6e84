from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from albums.models import LabelOrder, Person, Proposal, Room
from processing import learning_store
from processing.contracts import Guess

pytestmark = pytest.mark.django_db


@pytest.fixture
def recognition(monkeypatch):
    """A recognizer whose guesses are known; it notes what it was asked to put in order."""

    class Known:
        def __init__(self):
            self.guesses, self.order, self.shown = {}, [], []

        def propose(self, faces):
            return self.guesses() if callable(self.guesses) else self.guesses

        def label_order(self, faces, guesses, limit):
            self.shown = [face.id for face in faces]
            return self.order

    known = Known()
    monkeypatch.setattr(learning_store, "recognition", known)
    return known


@pytest.fixture
def anna(room) -> Person:
    return Person.objects.create(room=room, name="Anna")


def test_guesses_become_proposals_and_the_order_is_kept(room, anna, add_photo, add_face, recognition):
    one, two = add_face(add_photo()), add_face(add_photo())
    recognition.guesses = {one.pk: Guess(anna.pk, 0.75, None, 0.5)}
    recognition.order = [two.pk, one.pk]
    assert learning_store.learn(room.pk)
    proposal = Proposal.objects.get()
    assert (proposal.face, proposal.person, proposal.probability) == (one, anna, 0.75)
    assert LabelOrder.objects.get(room=room).faces == [two.pk, one.pk]


def test_what_is_not_guessed_any_more_goes_and_what_changed_is_written_in_place(
    room, anna, add_photo, add_face, recognition
):
    one, two = add_face(add_photo()), add_face(add_photo())
    recognition.guesses = {one.pk: Guess(anna.pk, 0.75, None, 0.5), two.pk: Guess(anna.pk, 0.2, None, 0.4)}
    learning_store.learn(room.pk)
    before = Proposal.objects.get(face=one).pk
    ben = Person.objects.create(room=room, name="Ben")
    recognition.guesses = {one.pk: Guess(ben.pk, 0.6, anna.pk, 0.8)}
    learning_store.learn(room.pk)
    after = Proposal.objects.get()
    assert (after.pk, after.person, after.second) == (before, ben, anna)


def test_learning_the_same_again_writes_no_proposal(room, anna, add_photo, add_face, recognition):
    recognition.guesses = {add_face(add_photo()).pk: Guess(anna.pk, 1 / 3, None, 2 / 3)}
    learning_store.learn(room.pk)
    with CaptureQueriesContext(connection) as queries:
        learning_store.learn(room.pk)
    assert [
        one["sql"] for one in queries if "albums_proposal" in one["sql"] and "SELECT" not in one["sql"]
    ] == []


def test_who_says_more_meanwhile_makes_it_learn_again(room, anna, add_photo, add_face, recognition):
    face = add_face(add_photo())

    def guesses():
        Room.objects.filter(pk=room.pk).update(people_revision=F("people_revision") + 1)
        return {face.pk: Guess(anna.pk, 0.9, None, 0.1)}

    recognition.guesses = guesses
    assert not learning_store.learn(room.pk)
    assert not Proposal.objects.exists()


def test_nobody_is_asked_about_hidden_people(room, anna, add_photo, add_face, recognition):
    ghost = Person.objects.create(room=room, is_hidden=True)
    theirs, one, two = add_face(add_photo(), ghost), add_face(add_photo()), add_face(add_photo())
    recognition.guesses = {
        one.pk: Guess(ghost.pk, 0.9, anna.pk, 0.1),
        two.pk: Guess(anna.pk, 0.9, ghost.pk, 0.1),
    }
    learning_store.learn(room.pk)
    proposal = Proposal.objects.get()
    assert (proposal.face, proposal.second) == (two, None)
    assert theirs.pk not in recognition.shown


def test_a_face_that_goes_meanwhile_is_left_out(room, anna, add_photo, add_face, recognition):
    face = add_face(add_photo())

    def guesses():
        pk = face.pk
        face.delete()
        return {pk: Guess(anna.pk, 0.9, None, 0.1)}

    recognition.guesses = guesses
    assert learning_store.learn(room.pk)
    assert not Proposal.objects.exists()


def test_a_room_that_nobody_taught_gets_an_order_and_no_proposals(room, add_photo, add_face):
    faces = [add_face(add_photo(), seed=seed) for seed in range(3)]
    assert learning_store.learn(room.pk)
    assert not Proposal.objects.exists()
    assert set(LabelOrder.objects.get(room=room).faces) == {face.pk for face in faces}
