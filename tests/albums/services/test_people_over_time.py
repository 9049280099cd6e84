"""Decisions about people that meet other decisions: made at the same time, or undone in another order."""

from __future__ import annotations

import pytest

from albums.errors import AlbumError, Conflict, NameTaken
from albums.models import Face, Person, PersonChange
from albums.services import people
from albums.services.history import undo
from albums.services.members import leave_room
from albums.services.photos import trash_photos
from processing.people_store import load_faces
from tests.albums.services.conftest import faces_of

pytestmark = pytest.mark.usefixtures("everybody_said_yes")


def stale(person: Person) -> Person:
    """The person as a request has read it that waits for its turn."""
    return Person.objects.get(pk=person.pk)


def misplaced() -> list[int]:
    """Faces of a person who has been merged into another one, where no page shows them."""
    return list(Face.objects.filter(person__merged_into__isnull=False).values_list("pk", flat=True))


def test_merges_undone_last_first_give_everybody_their_own_faces_back(bob, make_person):
    anna, berta, clara = (
        make_person(1, name="Anna"),
        make_person(2, name="Berta"),
        make_person(3, name="Clara"),
    )
    before = [faces_of(one) for one in (anna, berta, clara)]
    first = people.merge_people(user=bob, into=berta, others=[anna])
    second = people.merge_people(user=bob, into=clara, others=[berta])
    undo(user=bob, change=second)
    assert stale(anna).merged_into == berta
    undo(user=bob, change=first)
    assert [faces_of(one) for one in (anna, berta, clara)] == before
    assert not Person.objects.exclude(merged_into=None).exists()


def test_faces_given_back_to_somebody_merged_meanwhile_go_to_who_they_are_now(bob, make_person):
    anna, berta = make_person(2, name="Anna"), make_person(3, name="Berta")
    face = anna.faces.first()
    change = people.refuse_faces(user=bob, person=anna, face_ids=[face.pk])
    people.merge_people(user=bob, into=berta, others=[anna])
    undo(user=bob, change=change)
    face.refresh_from_db()
    assert face.person == berta
    assert misplaced() == []
    berta.refresh_from_db()
    assert berta.photo_count == 5


def test_a_merge_into_somebody_who_has_just_been_merged_is_refused(bob, make_person):
    anna, berta, clara = make_person(), make_person(), make_person()
    read_before = stale(berta)
    people.merge_people(user=bob, into=clara, others=[berta])
    with pytest.raises(Conflict):
        people.merge_people(user=bob, into=read_before, others=[anna])
    assert misplaced() == []


def test_naming_somebody_who_has_just_been_merged_is_refused(bob, make_person):
    anna, berta = make_person(), make_person()
    read_before = stale(anna)
    people.merge_people(user=bob, into=berta, others=[anna])
    with pytest.raises(Conflict):
        people.name_person(user=bob, person=read_before, name="Anna")


def test_faces_moved_to_somebody_who_has_just_been_merged_stay_where_they_are(bob, room, make_person):
    anna, berta, clara = make_person(), make_person(), make_person()
    read_before = stale(anna)
    people.merge_people(user=bob, into=berta, others=[anna])
    with pytest.raises(Conflict):
        people.move_faces(user=bob, room=room, face_ids=list(faces_of(clara)), to=read_before)
    assert misplaced() == []


def test_claiming_what_somebody_has_just_claimed_is_refused(bob, alice, make_person):
    person = make_person()
    read_before = stale(person)
    people.claim_person(user=bob, person=person)
    with pytest.raises(Conflict):
        people.claim_person(user=alice, person=read_before)
    assert stale(person).user == bob


def test_a_name_that_somebody_has_just_given_is_not_given_twice(bob, make_person, monkeypatch):
    anna, berta = make_person(), make_person()
    lock = people.lock

    def named_while_waiting(room) -> None:
        Person.objects.filter(pk=berta.pk).update(name="Anna")
        lock(room)

    monkeypatch.setattr(people, "lock", named_while_waiting)
    with pytest.raises(NameTaken):
        people.name_person(user=bob, person=anna, name="Anna")


def test_a_face_that_is_not_somebody_is_not_who_they_turned_out_to_be_either(bob, room, make_person):
    anna, berta = make_person(2, name="Anna"), make_person(3, name="Berta")
    face = anna.faces.first()
    people.refuse_faces(user=bob, person=anna, face_ids=[face.pk])
    merge = people.merge_people(user=bob, into=berta, others=[anna])
    refused = next(known.refused for known in load_faces(room.pk) if known.id == face.pk)
    assert berta.pk in refused
    undo(user=bob, change=merge)
    refused = next(known.refused for known in load_faces(room.pk) if known.id == face.pk)
    assert refused == {anna.pk}


def test_nobody_else_takes_back_that_somebody_is_not_this_person(bob, vera, make_person):
    person = make_person()
    people.claim_person(user=vera, person=person)
    release = people.release_person(user=vera, person=person)
    with pytest.raises(Conflict):
        undo(user=bob, change=release)
    assert stale(person).user is None


def test_one_takes_back_oneself_that_one_is_not_this_person(vera, make_person):
    person = make_person()
    people.claim_person(user=vera, person=person)
    release = people.release_person(user=vera, person=person)
    undo(user=vera, change=release)
    assert stale(person).user == vera


def test_a_claim_that_a_merge_moved_goes_back(bob, vera, make_person):
    anna, berta = make_person(), make_person()
    people.claim_person(user=vera, person=anna)
    merge = people.merge_people(user=bob, into=berta, others=[anna])
    assert stale(berta).user == vera
    undo(user=bob, change=merge)
    assert (stale(anna).user, stale(berta).user) == (vera, None)


def test_a_merge_with_somebody_who_has_left_is_not_undone(bob, vera, room, make_person):
    anna, berta = make_person(), make_person()
    people.claim_person(user=vera, person=anna)
    merge = people.merge_people(user=bob, into=berta, others=[anna])
    leave_room(user=vera, room=room)
    assert not PersonChange.objects.filter(pk=merge.pk).exists()
    assert not Person.objects.filter(pk__in=[anna.pk, berta.pk]).exists()


def test_a_cover_that_goes_to_the_trash_makes_room_for_another(alice, room, make_person):
    person = make_person(2)
    Face.objects.update(crop="crops/face.jpg")
    chosen, other = person.faces.order_by("id")
    people.choose_cover(user=alice, person=person, face=chosen)
    trash_photos(user=alice, room=room, photo_ids=[chosen.photo_id])
    assert stale(person).cover == other
    with pytest.raises(AlbumError):
        people.choose_cover(user=alice, person=person, face=chosen)
