"""Everything that people say of people can be taken back, also when something else was said since."""

from __future__ import annotations

import pytest

from albums.errors import Conflict
from albums.models import Face, Person
from albums.services import people
from albums.services.history import undo
from tests.albums.services.conftest import faces_of, fresh

pytestmark = pytest.mark.usefixtures("everybody_said_yes")


def test_an_older_merge_is_undone_while_a_newer_one_stands(bob, make_person):
    anna, berta, clara = (
        make_person(1, name="Anna"),
        make_person(2, name="Berta"),
        make_person(3, name="Clara"),
    )
    before = faces_of(anna), faces_of(berta) | faces_of(clara)
    first = people.merge_people(user=bob, into=berta, others=[anna])
    second = people.merge_people(user=bob, into=clara, others=[fresh(berta)])
    undo(user=bob, change=first)
    assert (fresh(anna).merged_into, fresh(berta).merged_into) == (None, clara)
    assert (faces_of(anna), faces_of(clara)) == before
    photos = clara.faces.values("photo").distinct().count()
    assert (fresh(anna).photo_count, fresh(clara).photo_count) == (1, photos)
    undo(user=bob, change=second)
    assert [len(faces_of(one)) for one in (anna, berta, clara)] == [1, 2, 3]
    assert not Person.objects.exclude(merged_into=None).exists()


def test_a_face_confirmed_since_stays_when_a_merge_is_undone(bob, make_person):
    anna, berta = make_person(2, name="Anna"), make_person(2, name="Berta")
    change = people.merge_people(user=bob, into=berta, others=[anna])
    kept, other = (Face.objects.get(pk=pk) for pk in sorted(change.after["faces"], key=int)[:2])
    people.confirm_faces(user=bob, person=fresh(berta), face_ids=[kept.pk])
    undo(user=bob, change=change)
    assert (fresh(kept).person, fresh(other).person) == (berta, anna)


def test_who_comes_back_to_find_their_name_taken_has_none(bob, make_person):
    anna, berta, other = make_person(1, name="Anna"), make_person(1, name="Berta"), make_person(1)
    change = people.merge_people(user=bob, into=berta, others=[anna])
    people.name_person(user=bob, person=other, name="anna")
    undo(user=bob, change=change)
    assert (fresh(anna).merged_into, fresh(anna).name, fresh(other).name) == (None, "", "anna")


def test_a_name_that_somebody_else_took_since_is_not_given_twice(bob, make_person):
    anna, other = make_person(name="Anna"), make_person()
    change = people.name_person(user=bob, person=anna, name="Anne")
    people.name_person(user=bob, person=other, name="Anna")
    with pytest.raises(Conflict, match="Somebody else in this room is called Anna by now"):
        undo(user=bob, change=change)
    assert (fresh(anna).name, fresh(other).name, fresh(change).undone_at) == ("Anne", "Anna", None)
    people.name_person(user=bob, person=fresh(other), name="Berta")
    undo(user=bob, change=change)
    assert fresh(anna).name == "Anna"


def test_undoing_a_name_keeps_a_group_that_was_hidden_since_together(bob, make_person):
    person = make_person()
    change = people.name_person(user=bob, person=person, name="Anna")
    people.hide_person(user=bob, person=person, is_hidden=True)
    undo(user=bob, change=change)
    assert fresh(person).name == ""
    assert set(person.faces.values_list("assignment", flat=True)) == {"named"}


def test_a_name_is_undone(bob, make_person):
    person = make_person()
    undo(user=bob, change=people.name_person(user=bob, person=person, name="Anna"))
    assert fresh(person).name == ""
    assert set(person.faces.values_list("assignment", flat=True)) == {"machine"}


def test_hiding_is_undone(bob, make_person):
    person = make_person()
    undo(user=bob, change=people.hide_person(user=bob, person=person, is_hidden=True))
    assert not fresh(person).is_hidden
    assert set(person.faces.values_list("assignment", flat=True)) == {"machine"}


def test_a_claim_is_undone(vera, make_person):
    person = make_person()
    undo(user=vera, change=people.claim_person(user=vera, person=person))
    assert (fresh(person).user, fresh(person).name) == (None, "")


def test_a_claim_of_a_second_group_is_undone(vera, make_person):
    first, second = make_person(2, user=vera, name="Vera"), make_person(3)
    undo(user=vera, change=people.claim_person(user=vera, person=second))
    assert (fresh(first).user, fresh(second).merged_into) == (vera, None)
    assert (len(faces_of(first)), len(faces_of(second))) == (2, 3)


def test_a_confirmation_is_undone(bob, make_person):
    anna, group = make_person(name="Anna"), make_person()
    face = group.faces.first()
    undo(user=bob, change=people.confirm_faces(user=bob, person=anna, face_ids=[face.pk]))
    assert (fresh(face).person, fresh(face).assignment) == (group, "machine")


def test_a_split_is_undone(bob, room, make_person):
    group = make_person(3)
    pks = sorted(faces_of(group))[:2]
    undo(user=bob, change=people.move_faces(user=bob, room=room, face_ids=pks, to=None, name="Berta"))
    assert len(faces_of(group)) == 3
    assert set(group.faces.values_list("assignment", flat=True)) == {"machine"}
