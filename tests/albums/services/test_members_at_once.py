"""What two people, or one finger on two buttons, do to the members of a room at the same moment.

Each service gets what its request has read before the other one was done.
"""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from albums.errors import AlbumError, Conflict, InvitationUnusable
from albums.models import Membership, Room
from albums.services import members
from albums.services.invitations import create_invitation

# SQLite lets one transaction in after the other: nothing can cross there.
on_two_connections = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time"
)


def stale(user) -> Membership:
    return Membership.objects.select_related("room").get(user=user)


def owner_of(room: Room) -> str:
    return str(Membership.objects.get(room=room, role="owner").user)


def test_whom_the_room_has_just_been_handed_to_can_not_be_made_a_viewer(room, alice, bob, monkeypatch):
    read_before = stale(bob)
    members.hand_over(user=alice, membership=stale(bob))
    monkeypatch.setattr(members, "require", lambda *_: None)  # asked before the room changed hands
    with pytest.raises(AlbumError, match="stays the owner"):
        members.change_role(user=alice, membership=read_before, role="viewer")
    with pytest.raises(AlbumError, match="can't be removed"):
        members.remove_member(user=alice, membership=read_before)
    with pytest.raises(AlbumError, match="can't be removed"):
        members.leave_room(user=bob, room=room)
    assert owner_of(room) == "Bob"


def test_a_room_is_not_handed_over_twice(room, alice, bob, vera, monkeypatch):
    members.hand_over(user=alice, membership=stale(bob))
    monkeypatch.setattr(members, "require", lambda *_: None)
    with pytest.raises(Conflict):
        members.hand_over(user=alice, membership=stale(vera))
    assert owner_of(room) == "Bob"


def test_a_room_is_not_handed_to_somebody_who_has_just_left(room, alice, bob):
    read_before = stale(bob)
    members.leave_room(user=bob, room=room)
    for service in (members.hand_over, members.remove_member):
        with pytest.raises(Conflict):
            service(user=alice, membership=read_before)
    assert owner_of(room) == "Alice"


@on_two_connections
@pytest.mark.django_db(transaction=True)
def test_a_crowd_at_the_door_uses_an_invitation_no_more_often_than_it_may(room, alice, django_user_model):
    invitation = create_invitation(user=alice, room=room, max_uses=3)
    crowd = [django_user_model.objects.create_guest(display_name=f"Guest {number}") for number in range(6)]
    answers: list[str] = []

    def join(user) -> None:
        try:
            members.join_room(user=user, invitation=invitation)
            answers.append("in")
        except InvitationUnusable:
            answers.append("out")
        finally:
            connection.close()

    run_at_once(join, crowd)
    invitation.refresh_from_db()
    assert (answers.count("in"), answers.count("out")) == (3, 3)
    assert (invitation.uses, room.memberships.count()) == (3, 4)


@on_two_connections
@pytest.mark.django_db(transaction=True)
def test_one_guest_who_presses_four_times_uses_one_place(room, alice, charlie):
    invitation = create_invitation(user=alice, room=room, max_uses=4)

    def join(user) -> None:
        try:
            members.join_room(user=user, invitation=invitation)
        finally:
            connection.close()

    run_at_once(join, [charlie] * 4)
    invitation.refresh_from_db()
    assert (invitation.uses, room.memberships.filter(user=charlie).count()) == (1, 1)


def run_at_once(work, users) -> None:
    threads = [threading.Thread(target=work, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
