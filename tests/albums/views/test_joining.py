from __future__ import annotations

import re

import pytest

from accounts.models import User
from albums.models import Invitation, Membership


@pytest.fixture
def invitation(room) -> Invitation:
    return Invitation.objects.create(room=room)


def test_looking_at_an_invitation_uses_nothing(client, invitation):
    for _ in range(3):
        html = client.get(invitation.get_absolute_url()).content.decode()
    invitation.refresh_from_db()
    assert invitation.uses == 0
    assert "Alice invites you" in html.replace("\n", " ")
    assert "Faces are compared" in html


def test_a_name_is_enough_to_come_in(client, invitation, room):
    response = client.post(invitation.get_absolute_url(), {"display_name": "Gina"}, follow=True)
    guest = User.objects.get(display_name="Gina")
    assert guest.is_guest
    assert Membership.objects.get(user=guest, room=room).role == "member"
    assert "Find my photos" in response.content.decode()


def test_no_name_no_entry(client, invitation):
    response = client.post(invitation.get_absolute_url(), {"display_name": " "})
    assert response.status_code == 200
    assert User.objects.filter(is_guest=True).count() == 0


@pytest.mark.parametrize("name", ["\u202eanig", "\u200b", "Gina\nof Rome", "\ue000"])
def test_a_name_that_nobody_could_read_is_refused_in_words(client, invitation, name):
    response = client.post(invitation.get_absolute_url(), {"display_name": name})
    assert response.status_code == 200
    assert response.context["form"].errors["display_name"][0].startswith("Please ")
    assert User.objects.filter(is_guest=True).count() == 0


def test_who_is_signed_in_joins_with_one_button(client, invitation, charlie, room):
    client.force_login(charlie)
    html = client.get(invitation.get_absolute_url()).content.decode()
    assert "display_name" not in html
    client.post(invitation.get_absolute_url())
    assert room.memberships.filter(user=charlie).exists()


def test_members_go_straight_in(client, invitation, bob, room):
    client.force_login(bob)
    assert client.get(invitation.get_absolute_url()).url == room.get_absolute_url()


def test_a_room_with_a_password_asks_for_it(client, invitation, room):
    room.set_password("s3cret")
    room.save()
    wrong = client.post(invitation.get_absolute_url(), {"display_name": "Gina", "password": "no"})
    assert "not the password of this room" in wrong.content.decode()
    assert User.objects.filter(is_guest=True).count() == 0
    client.post(invitation.get_absolute_url(), {"display_name": "Gina", "password": "s3cret"})
    assert room.memberships.count() == 2


def test_a_withdrawn_invitation_says_so(client, invitation, press, alice):
    press(alice, f"invitations/{invitation.pk}/revoke/")
    client.logout()
    response = client.get(invitation.get_absolute_url())
    assert response.status_code == 410
    assert "was withdrawn" in response.content.decode()


@pytest.mark.parametrize("typed", ["{code}", "{dashed}", "{lower}", "https://photos.example/j/{token}/"])
def test_a_code_is_found_however_it_is_typed(client, invitation, typed):
    text = typed.format(
        code=invitation.code,
        dashed=invitation.spoken_code,
        lower=invitation.code.lower(),
        token=invitation.token,
    )
    assert client.post("/j/", {"code": text}).url == invitation.get_absolute_url()


def test_an_unknown_code_is_answered_in_words(client, db):
    assert "No invitation has this code" in client.post("/j/", {"code": "AAAA-AAAA"}).content.decode()


def test_the_qr_code_is_a_drawing_without_style(open_page, alice, invitation):
    html = open_page(alice, "invitations/").content.decode()
    drawing = re.search(r"<svg[^>]*class=\"qr\".*?</svg>", html, re.DOTALL)
    assert drawing
    assert "style" not in drawing[0]
    assert invitation.spoken_code in html


def test_an_invitation_is_made_with_role_lifetime_and_uses(press, alice, room):
    press(alice, "invitations/", role="viewer", lifetime="7", max_uses="5")
    invitation = room.invitations.get()
    assert (invitation.role, invitation.max_uses) == ("viewer", 5)
    assert invitation.expires_at is not None


def test_roles_are_changed_and_members_removed(press, alice, bob, room):
    membership = room.memberships.get(user=bob)
    press(alice, f"members/{membership.pk}/role/", role="viewer")
    membership.refresh_from_db()
    assert membership.role == "viewer"
    press(alice, f"members/{membership.pk}/remove/")
    assert not room.memberships.filter(user=bob).exists()


def test_the_room_is_handed_over(press, alice, bob, room):
    press(alice, f"members/{room.memberships.get(user=bob).pk}/hand-over/")
    assert room.memberships.get(user=bob).role == "owner"
    assert room.memberships.get(user=alice).role == "member"


def test_members_can_not_manage_members(press, bob, vera, room):
    membership = room.memberships.get(user=vera)
    for deed in ("role", "remove", "hand-over"):
        assert press(bob, f"members/{membership.pk}/{deed}/", role="member").status_code == 403
