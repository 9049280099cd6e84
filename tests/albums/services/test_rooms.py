from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from albums.errors import AlbumError, InvitationUnusable, WrongPassword
from albums.models import Face, Membership, Person, Photo, Room
from albums.models.rooms import Role
from albums.permissions import TABLE, Action, allows, role_of
from albums.services import invitations, members, rooms
from albums.services.downloads import album_photos, album_size, request_download


def invite(room, alice, **options):
    return invitations.create_invitation(user=alice, room=room, **options)


def test_who_creates_a_room_owns_it(room, alice):
    assert role_of(alice, room) == Role.OWNER


def test_a_room_needs_a_name_and_a_real_time_zone(alice):
    with pytest.raises(AlbumError, match="can't be empty"):
        rooms.create_room(owner=alice, name=" \n ")
    with pytest.raises(AlbumError, match="no time zone"):
        rooms.create_room(owner=alice, name="Party", time_zone="../../etc/passwd")


def test_only_the_owner_changes_the_room(room, alice, bob, charlie):
    rooms.update_room(user=alice, room=room, name="Wedding", upload_policy="owner")
    assert Room.objects.get().name == "Wedding"
    with pytest.raises(PermissionDenied):
        rooms.update_room(user=bob, room=room, name="Mine now")
    with pytest.raises(Http404):
        rooms.update_room(user=charlie, room=room, name="Mine now")


def test_a_cover_of_another_room_is_refused(room, alice, charlie, add_photo):
    other = rooms.create_room(owner=charlie, name="Other")
    with pytest.raises(AlbumError, match="photo of this room"):
        rooms.update_room(user=alice, room=room, cover=add_photo(charlie, to=other))


def test_deleting_a_room_deletes_its_files(room, alice, add_photo, django_capture_on_commit_callbacks):
    photo = add_photo()
    with django_capture_on_commit_callbacks(execute=True):
        rooms.delete_room(user=alice, room=room)
    assert not Photo.objects.exists()
    assert not photo.original.storage.exists(photo.original.name)


def test_a_link_a_code_and_a_mistyped_code_find_the_invitation(room, alice):
    invitation = invite(room, alice)
    assert invitations.find_invitation(invitation.token) == invitation
    assert invitations.find_invitation(f" {invitation.spoken_code.lower()} ") == invitation
    with pytest.raises(InvitationUnusable, match="No invitation"):
        invitations.find_invitation("AAAA-BBBB")


@pytest.mark.parametrize("text", ["", "\x00", "x" * 5000, "☃" * 8])
def test_nonsense_finds_no_invitation(db, text):
    with pytest.raises(InvitationUnusable):
        invitations.find_invitation(text)


def test_joining_gives_the_invitations_role_once(room, alice, charlie):
    invitation = invite(room, alice, role="viewer", max_uses=1)
    members.join_room(user=charlie, invitation=invitation)
    members.join_room(user=charlie, invitation=invitation)
    invitation.refresh_from_db()
    assert (role_of(charlie, room), invitation.uses) == (Role.VIEWER, 1)


def test_a_used_up_invitation_lets_nobody_in(room, alice, bob, charlie, django_user_model):
    invitation = invite(room, alice, max_uses=1)
    members.join_room(user=charlie, invitation=invitation)
    late = django_user_model.objects.create_guest(display_name="Late")
    with pytest.raises(InvitationUnusable, match="used up"):
        members.join_room(user=late, invitation=invitation)
    assert role_of(late, room) is None


def test_withdrawn_and_expired_invitations_say_so(room, alice):
    withdrawn, expired = invite(room, alice), invite(room, alice)
    invitations.revoke_invitation(user=alice, invitation=withdrawn)
    type(expired).objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(InvitationUnusable, match="withdrawn"):
        invitations.find_invitation(withdrawn.token)
    with pytest.raises(InvitationUnusable, match="expired"):
        invitations.find_invitation(expired.code)


def test_an_owner_who_joins_by_link_stays_the_owner(room, alice):
    members.join_room(user=alice, invitation=invite(room, alice, role="viewer"))
    assert role_of(alice, room) == Role.OWNER


def test_a_viewer_rises_by_a_members_invitation(room, alice, vera):
    members.join_room(user=vera, invitation=invite(room, alice))
    assert role_of(vera, room) == Role.MEMBER


def test_a_password_is_asked_and_checked(room, alice, charlie):
    rooms.update_room(user=alice, room=room, password="s3cret")
    invitation = invite(room, alice)
    for wrong in ("", "guess"):
        with pytest.raises(WrongPassword):
            members.join_room(user=charlie, invitation=invitation, password=wrong)
    members.join_room(user=charlie, invitation=invitation, password="s3cret")
    assert role_of(charlie, room) == Role.MEMBER


def test_the_owner_cannot_leave_but_can_hand_over(room, alice, bob):
    with pytest.raises(PermissionDenied, match="hand it over"):
        members.leave_room(user=alice, room=room)
    members.hand_over(user=alice, membership=Membership.objects.get(user=bob))
    assert (role_of(alice, room), role_of(bob, room)) == (Role.MEMBER, Role.OWNER)
    members.leave_room(user=alice, room=room)
    assert role_of(alice, room) is None


def test_who_leaves_takes_the_name_on_a_face_along(room, bob):
    Person.objects.create(room=room, user=bob, name="Bob")
    members.leave_room(user=bob, room=room)
    assert not Person.objects.exists()


def test_roles_are_changed_by_the_owner_only_and_never_to_owner(room, alice, bob, vera):
    membership = Membership.objects.get(user=vera)
    with pytest.raises(PermissionDenied):
        members.change_role(user=bob, membership=membership, role="member")
    with pytest.raises(AlbumError):
        members.change_role(user=alice, membership=membership, role="owner")
    members.change_role(user=alice, membership=membership, role="member")
    assert role_of(vera, room) == Role.MEMBER


def test_every_action_has_a_row_in_the_table(room):
    assert set(TABLE) == set(Action)
    assert not any(allows(None, action, room) for action in Action)


def test_a_download_holds_what_the_page_counted(room, alice, add_photo, add_face):
    person = Person.objects.create(room=room, name="Anna", photo_count=1)
    twice = add_photo(name="IMG_1.jpg")
    add_face(twice, person)
    add_face(twice, person, x=40)
    add_photo(name="IMG_1.jpg")
    trashed = add_photo()
    add_face(trashed, person)
    Photo.objects.filter(pk=trashed.pk).update(deleted_at=timezone.now())
    _, photos = album_photos(user=alice, room=room, album=f"person-{person.pk}")
    download = request_download(user=alice, room=room, album=f"person-{person.pk}")
    assert album_size(photos) == (1, twice.size_bytes) == (download.photo_count, download.size_bytes)
    everything = request_download(user=alice, room=room)
    assert [name for _, name in everything.entries] == ["IMG_1.jpg", "IMG_1 (2).jpg"]


@pytest.mark.parametrize("album", ["person-0", "person-x", "person-" + "9" * 30, "nonsense", "person-²"])
def test_an_unknown_album_is_refused_with_a_sentence(room, alice, album):
    with pytest.raises(AlbumError, match="no such album"):
        request_download(user=alice, room=room, album=album)


def test_an_empty_album_makes_no_zip(room, alice):
    with pytest.raises(AlbumError, match="nothing to download"):
        request_download(user=alice, room=room, album="mine")


def test_my_album_holds_the_photos_of_my_face_only(room, bob, add_photo, add_face):
    me = Person.objects.create(room=room, user=bob)
    mine, other = add_photo(), add_photo()
    add_face(mine, me)
    add_face(other)
    _, photos = album_photos(user=bob, room=room, album="mine")
    assert list(photos) == [mine]
    assert Face.objects.count() == 2


@pytest.mark.parametrize("day", [date.max, date(2200, 1, 1)])
def test_a_last_day_beyond_all_calendars_is_refused(alice, room, day):
    with pytest.raises(AlbumError, match="before 2200"):
        rooms.update_room(user=alice, room=room, ends_on=day)
