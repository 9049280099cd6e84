from __future__ import annotations

import pytest
from knox.models import AuthToken

from accounts.models import User
from albums.models import Invitation, Membership
from albums.services.invitations import create_invitation
from tests.albums.api.conftest import error_of


@pytest.fixture
def invitation(alice, room) -> Invitation:
    return create_invitation(user=alice, room=room, role="viewer", max_uses=2)


def test_the_owner_invites_and_withdraws(api, alice, url):
    made = api(alice).post(url("invitations/"), {"role": "viewer", "max_uses": 3})
    assert made.status_code == 201
    assert made.json()["link"] == f"http://testserver/j/{made.json()['token']}/"
    assert made.json()["code"][4] == "-"
    assert api(alice).delete(url(f"invitations/{made.json()['id']}/")).status_code == 204
    [row] = api(alice).get(url("invitations/")).json()["results"]
    assert row["revoked_at"]
    assert not row["is_usable"]
    assert row["problem"]


def test_nobody_else_sees_invitations(api, bob, vera, charlie, url, invitation):
    for address in (url("invitations/"), url(f"invitations/{invitation.pk}/")):
        error_of(api(bob).get(address), 403)
        error_of(api(vera).get(address), 403)
        error_of(api(charlie).get(address), 404)
        error_of(api().get(address), 401)


@pytest.mark.parametrize(
    "values",
    [
        {"role": "owner"},
        {"max_uses": 0},
        {"max_uses": 10**30},
        {"expires_at": "2001-01-01T00:00:00Z"},
        {"expires_at": "9999-12-31T23:59:59-14:00"},
        {"expires_at": "0001-01-01T00:00:00+14:00"},
        {"expires_at": 5},
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(api, alice, url, values):
    error_of(api(alice).post(url("invitations/"), values), 400)
    assert not Invitation.objects.exists()


def test_looking_at_an_invitation_needs_nothing_and_uses_nothing_up(api, invitation, room):
    for text in (invitation.token, invitation.code, invitation.spoken_code.lower()):
        answer = api().get("/api/v1/join/", {"invitation": text})
        assert answer.status_code == 200, answer.content
        assert answer.json()["room"]["name"] == room.name
        assert answer.json()["host"] == "Alice"
        assert answer.json()["is_member"] is False
    invitation.refresh_from_db()
    assert invitation.uses == 0


def test_joining_makes_a_member_once(api, charlie, invitation):
    for _ in range(2):
        answer = api(charlie).post("/api/v1/join/", {"invitation": invitation.token})
        assert answer.status_code == 200, answer.content
        assert answer.json()["room"]["role"] == "viewer"
        assert answer.json()["token"] is None
    invitation.refresh_from_db()
    assert invitation.uses == 1


def test_without_an_account_a_name_is_enough(api, invitation, room):
    answer = api().post("/api/v1/join/", {"invitation": invitation.code, "name": "Gustav"}).json()
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Token {answer['token']}")
    assert client.get("/api/v1/me/").json() | {"id": 0} == {
        "id": 0,
        "name": "Gustav",
        "email": "",
        "is_guest": True,
    }
    assert client.get(f"/api/v1/rooms/{room.pk}/").json()["role"] == "viewer"


def test_a_guest_without_a_name_is_asked_for_one(api, invitation):
    assert "name" in error_of(api().post("/api/v1/join/", {"invitation": invitation.code}), 401)["message"]


def test_a_wrong_password_leaves_no_guest_behind(api, invitation, room):
    room.set_password("fondue")
    room.save()
    before = User.objects.count()
    values = {"invitation": invitation.token, "name": "Gustav", "password": "raclette"}
    assert error_of(api().post("/api/v1/join/", values), 403)["code"] == "wrong_password"
    assert (User.objects.count(), AuthToken.objects.count()) == (before, 0)
    assert api().post("/api/v1/join/", values | {"password": "fondue"}).status_code == 200


@pytest.mark.parametrize("text", ["", "nonsense", "a\x00b", "x" * 300])
def test_an_unknown_invitation_is_a_sentence(api, charlie, text, db):
    assert api().get("/api/v1/join/", {"invitation": text}).status_code in (400, 410)
    assert api(charlie).post("/api/v1/join/", {"invitation": text}).status_code in (400, 410)
    error_of(api().get("/api/v1/join/"), 410)


def test_a_used_up_invitation_is_gone(api, charlie, invitation):
    Invitation.objects.update(uses=2)
    assert error_of(api(charlie).post("/api/v1/join/", {"invitation": invitation.token}), 410)["message"]
    assert not Membership.objects.filter(user=charlie).exists()


def test_guessing_is_slowed_down(api, db):
    client = api()
    answers = [client.get("/api/v1/join/", {"invitation": "x"}).status_code for _ in range(31)]
    assert answers[:30] == [410] * 30
    slow = client.get("/api/v1/join/", {"invitation": "x"}, HTTP_X_FORWARDED_FOR="10.1.2.3")
    assert error_of(slow, 429)["code"] == "throttled"
    assert int(slow["Retry-After"]) > 0
