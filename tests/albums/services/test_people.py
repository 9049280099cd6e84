from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from albums.counts import recount_people
from albums.errors import AlbumError, Conflict, NameTaken
from albums.models import Person, Refusal
from albums.services import people
from albums.services.history import undo
from tests.albums.services.conftest import faces_of

pytestmark = pytest.mark.usefixtures("everybody_said_yes")


def test_naming_keeps_the_group_together(bob, make_person):
    person = make_person()
    change = people.name_person(user=bob, person=person, name="  Anna \n Maria ")
    assert person.name == "Anna Maria"
    assert all(face.is_fixed for face in person.faces.all())
    assert "Anna Maria" in change.summary


def test_a_viewer_names_nobody(vera, make_person):
    with pytest.raises(PermissionDenied):
        people.name_person(user=vera, person=make_person(), name="Anna")


def test_a_name_in_use_offers_to_merge_and_changes_nothing(bob, make_person):
    anna, other = make_person(name="Anna"), make_person()
    with pytest.raises(NameTaken) as taken:
        people.name_person(user=bob, person=other, name="anna")
    assert taken.value.person == anna
    other.refresh_from_db()
    assert other.name == ""


def test_the_same_name_merges_when_asked_to(bob, make_person):
    anna, other = make_person(2, name="Anna"), make_person(3)
    people.name_person(user=bob, person=other, name="Anna", merge=True)
    anna.refresh_from_db()
    other.refresh_from_db()
    assert anna.photo_count == 5
    assert other.merged_into == anna
    assert list(Person.objects.current()) == [anna]


def test_merging_keeps_the_only_name(bob, make_person):
    nameless, named = make_person(5), make_person(1, name="Anna")
    people.merge_people(user=bob, into=nameless, others=[named])
    assert nameless.name == "Anna"


def test_undoing_a_merge_gives_both_their_faces_and_names_back(bob, make_person):
    anna, berta = make_person(2, name="Anna"), make_person(3, name="Berta")
    before = faces_of(anna), faces_of(berta)
    change = people.merge_people(user=bob, into=anna, others=[berta])
    undo(user=bob, change=change)
    anna.refresh_from_db()
    berta.refresh_from_db()
    assert (faces_of(anna), faces_of(berta)) == before
    assert (anna.photo_count, berta.photo_count, berta.name, berta.merged_into) == (2, 3, "Berta", None)


def test_nothing_is_undone_twice(bob, make_person):
    change = people.name_person(user=bob, person=make_person(), name="Anna")
    undo(user=bob, change=change)
    with pytest.raises(Conflict):
        undo(user=bob, change=change)


def test_what_was_decided_anew_since_is_not_undone(bob, room, make_person):
    person = make_person()
    change = people.name_person(user=bob, person=person, name="Anna")
    people.name_person(user=bob, person=person, name="Berta")
    with pytest.raises(Conflict):
        undo(user=bob, change=change)
    person.refresh_from_db()
    change.refresh_from_db()
    assert (person.name, change.undone_at) == ("Berta", None)
    assert all(face.is_fixed for face in person.faces.all())


def test_a_refused_face_leaves_and_is_remembered(bob, make_person):
    person = make_person(3)
    wrong = person.faces.first()
    change = people.refuse_faces(user=bob, person=person, face_ids=[wrong.pk])
    wrong.refresh_from_db()
    person.refresh_from_db()
    assert wrong.person is None
    assert person.photo_count == 2
    assert Refusal.objects.filter(face=wrong, person=person).exists()
    undo(user=bob, change=change)
    wrong.refresh_from_db()
    assert wrong.person == person
    assert not Refusal.objects.exists()


def test_only_faces_of_the_person_can_be_refused(bob, make_person):
    anna, berta = make_person(), make_person()
    with pytest.raises(AlbumError):
        people.refuse_faces(user=bob, person=anna, face_ids=faces_of(berta))


def test_moving_faces_to_a_new_name_makes_a_person_and_undo_unmakes_it(bob, room, make_person):
    person = make_person(3)
    moved = person.faces.first()
    change = people.move_faces(user=bob, room=room, face_ids=[moved.pk], to=None, name="Clara")
    clara = Person.objects.get(name="Clara")
    moved.refresh_from_db()
    assert (moved.person, moved.is_fixed, clara.photo_count) == (clara, True, 1)
    undo(user=bob, change=change)
    moved.refresh_from_db()
    assert moved.person == person
    assert not Person.objects.named().exists()


def test_moving_faces_to_an_existing_name_uses_that_person(bob, room, make_person):
    anna, other = make_person(1, name="Anna"), make_person(1)
    people.move_faces(user=bob, room=room, face_ids=faces_of(other), to=None, name="ANNA")
    assert len(faces_of(anna)) == 2


def test_this_is_me_names_the_person_after_the_user(vera, make_person):
    person = make_person()
    people.claim_person(user=vera, person=person)
    assert (person.user, person.name) == (vera, "Vera")


def test_claiming_a_second_group_says_that_both_are_the_same(vera, make_person):
    first, second = make_person(2), make_person(1)
    people.claim_person(user=vera, person=first)
    people.claim_person(user=vera, person=second)
    first.refresh_from_db()
    assert first.photo_count == 3
    assert Person.objects.current().get() == first


def test_nobody_claims_somebody_elses_face(bob, vera, make_person):
    person = make_person()
    people.claim_person(user=bob, person=person)
    with pytest.raises(Conflict):
        people.claim_person(user=vera, person=person)


def test_two_members_claims_are_never_merged(alice, bob, vera, make_person):
    one, two = make_person(), make_person()
    people.claim_person(user=bob, person=one)
    people.claim_person(user=vera, person=two)
    with pytest.raises(Conflict):
        people.merge_people(user=alice, into=one, others=[two])


def test_hidden_people_leave_the_strip_and_come_back(bob, make_person):
    person = make_person()
    people.hide_person(user=bob, person=person, is_hidden=True)
    assert not Person.objects.shown().exists()
    people.hide_person(user=bob, person=person, is_hidden=False)
    assert Person.objects.shown().get() == person


def test_a_chosen_cover_stays_when_better_faces_come(bob, make_person, add_face, add_photo):
    person = make_person(2)
    chosen = person.faces.order_by("pk").last()
    people.choose_cover(user=bob, person=person, face=chosen)
    add_face(add_photo(), person, width=400, height=400)
    recount_people([person.pk])
    person.refresh_from_db()
    assert person.cover == chosen


def test_a_merged_person_cannot_be_changed_any_more(bob, make_person):
    anna, berta = make_person(name="Anna"), make_person()
    people.merge_people(user=bob, into=anna, others=[berta])
    berta.refresh_from_db()
    with pytest.raises(Conflict):
        people.name_person(user=bob, person=berta, name="Berta")


def test_every_change_raises_the_rooms_revision(bob, room, make_person):
    people.name_person(user=bob, person=make_person(), name="Anna")
    room.refresh_from_db()
    assert room.people_revision == 1
