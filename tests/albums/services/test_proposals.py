from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from albums.errors import AlbumError
from albums.models import Face, Job, Person, Proposal, Refusal
from albums.services import people, proposals
from albums.services.history import undo
from tests.albums.services.conftest import faces_of, fresh


@pytest.fixture
def propose(room, add_photo, add_face):
    """A face that is guessed to be a person, in a nameless group of its own unless told otherwise."""

    def make(guess: Person, probability: float = 0.9, **columns) -> Face:
        columns.setdefault("person", Person.objects.create(room=room))
        photo = columns.pop("photo", None) or add_photo()
        face = add_face(photo, **columns)
        Proposal.objects.create(room=room, face=face, person=guess, probability=probability)
        return face

    return make


def test_accepted_faces_move_alone_and_stay(bob, room, make_person, propose, add_face, add_photo):
    anna, group = make_person(name="Anna"), make_person(3)
    face = propose(anna, person=group)
    change = proposals.accept(user=bob, person=anna, face_ids=[face.pk])
    assert (fresh(face).person, fresh(face).assignment) == (anna, "confirmed")
    assert len(faces_of(group)) == 3
    assert not Proposal.objects.exists()
    assert change.kind == "confirm"
    assert fresh(anna).photo_count == 3
    assert Job.objects.filter(kind="learn").exists()


def test_all_above_a_line_are_accepted_and_come_back_with_one_undo(bob, make_person, propose):
    anna = make_person(name="Anna")
    faces = [propose(anna, probability) for probability in (0.95, 0.8, 0.79)]
    homes = [face.person for face in faces]
    change = proposals.accept(user=bob, person=anna, above=0.8)
    assert [fresh(face).person == anna for face in faces] == [True, True, False]
    assert change.summary == "2 faces are Anna"
    undo(user=bob, change=change)
    assert [fresh(face).person for face in faces] == homes
    assert {fresh(face).assignment for face in faces} == {"machine"}
    assert fresh(anna).photo_count == 2


def test_of_two_faces_on_one_photo_a_line_takes_the_likelier_one(bob, make_person, propose, add_photo):
    anna, photo = make_person(name="Anna"), add_photo()
    likely, less = propose(anna, 0.97, photo=photo), propose(anna, 0.9, photo=photo, x=40)
    proposals.accept(user=bob, person=anna, above=0.5)
    assert fresh(likely).person == anna
    assert fresh(less).person != anna


def test_a_line_takes_no_face_of_a_photo_on_which_somebody_said_that_the_person_is(
    bob, make_person, propose, add_photo, add_face
):
    anna, photo, other = make_person(name="Anna"), add_photo(), add_photo()
    add_face(photo, anna, assignment="confirmed", x=40)
    add_face(other, anna, x=40)
    twice, once = propose(anna, 0.99, photo=photo), propose(anna, 0.99, photo=other)
    proposals.accept(user=bob, person=anna, above=0.5)
    assert fresh(twice).person != anna
    assert fresh(once).person == anna


def test_a_line_confirms_faces_of_the_album_itself(bob, make_person, propose):
    anna = make_person(name="Anna")
    face = propose(anna, person=anna, assignment="named")
    proposals.accept(user=bob, person=anna, above=0.5)
    assert fresh(face).assignment == "confirmed"


def test_a_line_takes_nothing_that_somebody_decided_meanwhile(bob, make_person, propose):
    anna, berta = make_person(name="Anna"), make_person(name="Berta")
    face = propose(anna, person=berta, assignment="confirmed")
    assert proposals.accept(user=bob, person=anna, above=0.1) is None
    with pytest.raises(AlbumError):
        proposals.accept(user=bob, person=anna, face_ids=[face.pk])
    assert fresh(face).person == berta


def test_guesses_for_other_people_stay_open(bob, make_person, propose):
    anna, berta = make_person(name="Anna"), make_person(name="Berta")
    propose(anna)
    other = propose(berta)
    proposals.accept(user=bob, person=anna, above=0.1)
    assert Proposal.objects.get().face == other


def test_a_refused_guess_stays_where_it_is_and_is_remembered_until_undone(bob, make_person, propose):
    anna, group = make_person(name="Anna"), make_person()
    face = propose(anna, person=group)
    change = proposals.refuse(user=bob, person=anna, face_ids=[face.pk])
    assert fresh(face).person == group
    assert Refusal.objects.get().face == face
    assert not Proposal.objects.exists()
    assert proposals.refuse(user=bob, person=anna, face_ids=[face.pk]) is None
    undo(user=bob, change=change)
    assert not Refusal.objects.exists()


def test_a_refused_face_of_the_album_leaves_it_until_undone(bob, make_person):
    anna = make_person(name="Anna", assignment="confirmed")
    face = anna.faces.first()
    change = proposals.refuse(user=bob, person=anna, face_ids=[face.pk])
    assert (fresh(face).person, fresh(face).assignment, fresh(anna).photo_count) == (None, "machine", 1)
    undo(user=bob, change=change)
    assert (fresh(face).person, fresh(face).assignment, fresh(anna).photo_count) == (anna, "confirmed", 2)


def test_an_undone_refusal_takes_the_face_back_from_where_the_machine_put_it(bob, make_person):
    anna, berta = make_person(name="Anna"), make_person()
    face = anna.faces.first()
    change = proposals.refuse(user=bob, person=anna, face_ids=[face.pk])
    Face.objects.filter(pk=face.pk).update(person=berta)
    undo(user=bob, change=change)
    assert fresh(face).person == anna


def test_an_accepted_face_that_was_moved_since_stays_where_it_was_moved(bob, room, make_person, propose):
    anna, berta = make_person(name="Anna"), make_person(name="Berta")
    face = propose(anna)
    change = proposals.accept(user=bob, person=anna, face_ids=[face.pk])
    people.move_faces(user=bob, room=room, face_ids=[face.pk], to=berta)
    with pytest.raises(AlbumError):
        undo(user=bob, change=change)
    assert fresh(face).person == berta


def test_what_was_refused_is_forgotten_when_it_is_confirmed(bob, make_person, propose):
    anna = make_person(name="Anna")
    face = propose(anna)
    proposals.refuse(user=bob, person=anna, face_ids=[face.pk])
    people.confirm_faces(user=bob, person=anna, face_ids=[face.pk])
    assert not Refusal.objects.exists()
    assert people.confirm_faces(user=bob, person=anna, face_ids=[face.pk]) is None


def test_the_price_of_accepting_and_refusing_does_not_grow_with_the_faces(
    bob, room, make_person, add_photo, propose
):
    photo, anna = add_photo(), make_person(name="Anna")

    def fill(count: int, start: int) -> list[int]:
        group = Person.objects.create(room=room)
        box = {"y": 1, "width": 9, "height": 9, "score": 1.0, "descriptor": bytes(512)}
        faces = Face.objects.bulk_create(
            Face(room=room, photo=photo, person=group, x=start + n, **box) for n in range(count)
        )
        Proposal.objects.bulk_create(
            Proposal(room=room, face=face, person=anna, probability=0.5) for face in faces
        )
        return [face.pk for face in faces]

    costs = []
    for count in (3, 300):
        pks = fill(count, 1000 * count)
        with CaptureQueriesContext(connection) as queries:
            change = proposals.accept(user=bob, person=anna, face_ids=pks)
            undo(user=bob, change=change)
            undo(user=bob, change=proposals.refuse(user=bob, person=anna, face_ids=pks))
        costs.append(len(queries))
    assert costs[0] >= costs[1]  # the first ones also make the room's jobs


def test_neither_viewers_nor_outsiders_answer_guesses(vera, charlie, make_person, propose):
    anna = make_person(name="Anna")
    face = propose(anna)
    for user, error in ((vera, PermissionDenied), (charlie, Http404)):
        for deed in (proposals.accept, proposals.refuse, people.confirm_faces):
            with pytest.raises(error):
                deed(user=user, person=anna, face_ids=[face.pk])
    assert fresh(face).assignment == "machine"


def test_faces_of_another_room_are_not_answered_about(bob, charlie, make_person, add_photo, add_face):
    from albums.services.rooms import create_room

    anna = make_person(name="Anna")
    elsewhere = add_face(add_photo(charlie, to=create_room(owner=charlie, name="Charlie's")))
    for deed in (proposals.accept, proposals.refuse, people.confirm_faces):
        with pytest.raises(AlbumError):
            deed(user=bob, person=anna, face_ids=[elsewhere.pk])
    assert not Refusal.objects.exists()
    assert fresh(elsewhere).person is None
