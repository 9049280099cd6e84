from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.http import Http404

from albums.errors import AlbumError, Conflict
from albums.models import Face, FaceSearch, Job, Person, Photo, Refusal
from albums.services import find_me, people
from albums.services.history import undo
from albums.services.members import leave_room, remove_member
from albums.services.rooms import create_room
from tests.albums.services.conftest import faces_of, fresh
from tests.conftest import picture

pytestmark = pytest.mark.usefixtures("everybody_said_yes")


def selfie(data: bytes = b"") -> ContentFile:
    return ContentFile(data or picture("pink"), "selfie.jpg")


@pytest.fixture
def found(room, vera):
    """A search of Vera's that has found these faces."""

    def make(sure=(), maybe=(), user=vera, **columns) -> FaceSearch:
        pks = {"sure": [face.pk for face in sure], "maybe": [face.pk for face in maybe]}
        return FaceSearch.objects.create(room=room, user=user, state="done", **pks, **columns)

    return make


def accept(user, room, *faces: Face):
    return find_me.accept(user=user, room=room, face_ids=[face.pk for face in faces])


def test_a_selfie_waits_for_a_worker(vera, room):
    search = find_me.start(user=vera, room=room, selfie=selfie())
    assert (search.state, bytes(fresh(search).selfie), search.descriptor) == (
        "waiting",
        picture("pink"),
        None,
    )
    assert Job.objects.filter(kind="find", room=room).exists()


def test_a_tapped_face_is_looked_for_by_its_own_numbers(vera, room, add_photo, add_face):
    face = add_face(add_photo())
    search = find_me.start(user=vera, room=room, face=face)
    assert (bytes(fresh(search).descriptor), search.face, search.selfie) == (face.descriptor, face, None)


def test_beginning_anew_replaces_what_was_found_but_not_what_was_declined(
    vera, room, found, add_photo, add_face
):
    face = add_face(add_photo())
    old = found([face], [face], declined=[face.pk], descriptor=b"x", failure="No face.")
    new = fresh(find_me.start(user=vera, room=room, selfie=selfie()))
    assert (new.pk, new.state, new.sure, new.maybe, new.descriptor, new.failure) == (
        old.pk, "waiting", [], [], None, "",
    )  # fmt: skip
    assert new.declined == [face.pk]
    assert new.created_at > old.created_at


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"no picture", "."), (b"\x00\x00\x00\x18ftypmp42" + bytes(200), "."), (bytes(15 * 2**20 + 1), "15 MB")],
)
def test_what_is_no_picture_or_too_large_is_refused(vera, room, data, sentence):
    with pytest.raises(AlbumError, match=sentence):
        find_me.start(user=vera, room=room, selfie=selfie(data))
    assert not FaceSearch.objects.exists()


def test_selfies_are_limited_and_taps_are_not(vera, room, add_photo, add_face):
    for _ in range(find_me.SELFIES):
        find_me.start(user=vera, room=room, selfie=selfie())
    with pytest.raises(find_me.TooManySelfies):
        find_me.start(user=vera, room=room, selfie=selfie())
    find_me.start(user=vera, room=room, face=add_face(add_photo()))


def test_a_search_needs_a_selfie_or_a_face(vera, room, add_photo, add_face):
    with pytest.raises(AlbumError):
        find_me.start(user=vera, room=room)
    with pytest.raises(AlbumError):
        find_me.start(user=vera, room=room, selfie=selfie(), face=add_face(add_photo()))


def test_a_face_that_cannot_be_compared_seen_or_belongs_to_another_is_not_searched_with(
    vera, bob, charlie, room, add_photo, add_face, make_person
):
    elsewhere = create_room(owner=charlie, name="Charlie's")
    for face in (
        add_face(add_photo(), is_dismissed=True),
        Face.objects.create(
            room=room, photo=add_photo(), x=1, y=1, width=9, height=9, score=0, descriptor=b""
        ),
        add_face(add_photo(charlie, to=elsewhere)),
        make_person(1, user=bob).faces.get(),
    ):
        with pytest.raises(AlbumError):
            find_me.start(user=vera, room=room, face=face)
    assert not FaceSearch.objects.exists()


def test_a_group_that_is_mostly_me_becomes_me_whole_until_undone(vera, room, make_person, found):
    group = make_person(4)
    first, second, *_ = group.faces.order_by("pk")
    found([first], [second])
    change = accept(vera, room, first, second)
    assert (fresh(group).user, fresh(group).name, len(faces_of(group))) == (vera, "Vera", 4)
    assert (fresh(first).assignment, change.kind) == ("confirmed", "claim")
    assert set(group.faces.values_list("assignment", flat=True)) == {"confirmed", "named"}
    undo(user=vera, change=change)
    assert (fresh(group).user, fresh(group).name) == (None, "")
    assert set(group.faces.values_list("assignment", flat=True)) == {"machine"}


def test_what_is_left_out_of_albums_is_neither_shown_nor_counted(client, vera, room, make_person, found):
    person = make_person(4)
    faces = list(Face.objects.filter(person=person).order_by("pk"))
    Photo.objects.filter(pk__in=[face.photo_id for face in faces[1:]]).update(left_out="duplicate")
    found(faces)
    client.force_login(vera)
    answer = client.get(f"/api/v1/rooms/{room.pk}/find-me/").json()
    assert [face["id"] for face in answer["sure"]] == [faces[0].pk]
    accept(vera, room, faces[0])
    assert fresh(person).user == vera, "the copies come along"


def test_few_faces_of_a_large_group_move_alone_to_a_new_person(vera, room, make_person, found):
    group = make_person(5)
    face = group.faces.first()
    found([face])
    change = accept(vera, room, face)
    me = Person.objects.get(user=vera)
    assert (me.name, faces_of(me), me.photo_count, fresh(group).photo_count) == ("Vera", {face.pk}, 1, 4)
    undo(user=vera, change=change)
    assert (fresh(face).person, fresh(me).user, fresh(group).photo_count) == (group, None, 5)


def test_nameless_groups_that_are_mostly_me_join_and_named_ones_do_not(vera, room, make_person, found):
    large, small, named = make_person(3), make_person(2), make_person(2, name="Anna")
    faces = [*large.faces.all(), small.faces.first(), *named.faces.all()]
    found(faces)
    change = accept(vera, room, *faces)
    me = Person.objects.get(user=vera)
    assert (me, fresh(small).merged_into, fresh(named).merged_into) == (large, large, None)
    assert (len(faces_of(me)), faces_of(named)) == (7, set())
    undo(user=vera, change=change)
    assert [len(faces_of(one)) for one in (large, small, named)] == [3, 2, 2]
    assert fresh(small).merged_into is None


def test_who_has_said_so_before_stays_the_same_person(vera, room, make_person, found):
    mine, group, other = make_person(1, user=vera, name="Vee"), make_person(2), make_person(5)
    faces = [*group.faces.all(), other.faces.first()]
    found(faces)
    accept(vera, room, *faces)
    assert (fresh(group).merged_into, fresh(mine).name, fresh(mine).photo_count) == (mine, "Vee", 4)
    assert len(faces_of(other)) == 4
    assert accept(vera, room, *faces) is None


def test_a_named_group_that_is_mostly_me_is_claimed_with_its_name(vera, room, make_person, found):
    mum = make_person(2, name="Mum")
    found(mum.faces.all())
    accept(vera, room, *mum.faces.all())
    assert (fresh(mum).user, fresh(mum).name) == (vera, "Mum")


def test_faces_of_somebody_elses_person_are_left_out(vera, bob, room, make_person, found):
    his, group = make_person(2, user=bob, name="Bob"), make_person(1)
    faces = [*his.faces.all(), *group.faces.all()]
    found(faces)
    change = accept(vera, room, *faces)
    assert (len(faces_of(his)), fresh(group).user) == (2, vera)
    assert "2 more of which people said that they are somebody else were left out" in change.summary
    with pytest.raises(Conflict):
        accept(vera, room, his.faces.first())


def test_faces_that_somebody_confirmed_as_another_are_left_out(vera, room, make_person, found):
    mine, anna = make_person(1, user=vera, name="Vera"), make_person(2, name="Anna", assignment="named")
    confirmed, in_the_group = anna.faces.order_by("pk")
    Face.objects.filter(pk=confirmed.pk).update(assignment="confirmed")
    found([confirmed, in_the_group])
    change = accept(vera, room, confirmed, in_the_group)
    assert (faces_of(anna), fresh(in_the_group).person) == ({confirmed.pk}, mine)
    assert "1 more of which people said" in change.summary
    with pytest.raises(Conflict, match="somebody else"):
        accept(vera, room, confirmed)


def test_faces_that_somebody_confirmed_as_me_come_along(vera, room, make_person, found):
    group, named = make_person(3), make_person(1, name="Vera", assignment="confirmed")
    found([*group.faces.all(), *named.faces.all()])
    accept(vera, room, *Face.objects.filter(room=room))
    assert len(faces_of(Person.objects.get(user=vera))) == 4


def test_only_what_was_found_can_be_accepted_or_declined(vera, room, make_person, found):
    stranger = make_person(1).faces.get()
    with pytest.raises(AlbumError):
        accept(vera, room, stranger)
    found()
    for deed in (find_me.accept, find_me.decline):
        with pytest.raises(AlbumError):
            deed(user=vera, room=room, face_ids=[stranger.pk])
    assert not Person.objects.filter(user=vera).exists()


def test_a_declined_face_is_remembered_and_refused_for_me_until_undone(vera, room, make_person, found):
    mine, group = make_person(1, user=vera, name="Vera"), make_person(1)
    face = group.faces.get()
    search = found([], [face])
    change = find_me.decline(user=vera, room=room, face_ids=[face.pk])
    assert fresh(search).declined == [face.pk]
    assert Refusal.objects.get(face=face).person == mine
    undo(user=vera, change=change)
    assert not Refusal.objects.exists()


def test_declining_needs_no_person(vera, room, make_person, found):
    face = make_person(1).faces.get()
    search = found([], [face])
    assert find_me.decline(user=vera, room=room, face_ids=[face.pk]) is None
    assert fresh(search).declined == [face.pk]
    accept(vera, room, face)
    assert fresh(search).declined == []


def test_forgetting_deletes_the_numbers_and_keeps_the_claim(vera, room, make_person, found):
    mine = make_person(1, user=vera)
    found(descriptor=b"x")
    find_me.forget(user=vera, room=room)
    assert not FaceSearch.objects.exists()
    assert fresh(mine).user == vera


def test_who_leaves_is_removed_or_deletes_the_account_is_not_searched_for_any_more(
    alice, vera, bob, gina, room, found
):
    for user in (vera, bob, gina):
        found(user=user, descriptor=b"x")
    leave_room(user=vera, room=room)
    remove_member(user=alice, membership=room.memberships.get(user=bob))
    gina.delete()
    assert not FaceSearch.objects.exists()


def test_a_search_is_of_one_user_and_one_room(vera, bob, charlie, room, make_person, found):
    group = make_person(1)
    found(group.faces.all())
    with pytest.raises(AlbumError):
        accept(bob, room, group.faces.get())
    with pytest.raises(Http404):
        accept(charlie, room, group.faces.get())
    with pytest.raises(Http404):
        find_me.start(user=charlie, room=room, selfie=selfie())


def test_who_takes_their_data_along_gets_the_numbers_of_the_search(vera, room, found):
    from albums.own_data import own_data

    found(descriptor=b"numbers")
    [search] = own_data(vera)["searches_for_oneself"]
    assert (search["room"], search["descriptor"]) == (room.pk, "bnVtYmVycw==")


def test_another_members_claim_is_not_taken_by_undoing(vera, bob, room, make_person, found):
    group = make_person(1)
    found(group.faces.all())
    change = accept(vera, room, group.faces.get())
    people.release_person(user=vera, person=group)
    people.claim_person(user=bob, person=group)
    undo(user=vera, change=change)
    assert fresh(group).user == bob
