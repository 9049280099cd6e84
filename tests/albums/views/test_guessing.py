from __future__ import annotations

import pytest

from albums import limits
from albums.models import Invitation


@pytest.fixture(autouse=True)
def few_guesses(monkeypatch):
    monkeypatch.setattr(limits, "WRONG_GUESSES", 3)


def test_codes_can_be_guessed_a_few_times_only(client, room, alice):
    invitation = Invitation.objects.create(room=room)
    for _ in range(3):
        assert "No invitation" in client.post("/j/", {"code": "AAAABBBB"}).content.decode()
    assert "Wait ten minutes" in client.post("/j/", {"code": invitation.code}).content.decode()


def test_a_rooms_password_can_be_guessed_a_few_times_only(client, room):
    room.set_password("s3cret")
    room.save()
    address = Invitation.objects.create(room=room).get_absolute_url()
    for _ in range(3):
        client.post(address, {"display_name": "Eve", "password": "guess"})
    refused = client.post(address, {"display_name": "Eve", "password": "s3cret"})
    assert "Wait ten minutes" in refused.content.decode()
    assert room.memberships.count() == 1


def test_right_answers_use_up_no_guesses(client, room, django_user_model):
    address = Invitation.objects.create(room=room).get_absolute_url()
    for number in range(5):
        client.logout()
        assert client.post(address, {"display_name": f"Guest {number}"}).status_code == 302
    assert room.memberships.count() == 6


def test_codes_are_guessed_no_more_often_in_the_address(client, room):
    invitation = Invitation.objects.create(room=room)
    for _ in range(3):
        assert client.get("/j/AAAABBBB/").status_code == 410
    assert client.get(f"/j/{invitation.code}/").status_code == 429
    assert client.get(invitation.get_absolute_url()).status_code == 200  # the link still opens


def test_the_api_counts_the_same_guesses(client, room, charlie):
    room.set_password("s3cret")
    room.save()
    invitation = Invitation.objects.create(room=room)
    client.force_login(charlie)

    def join(**values: str) -> int:
        values = {"invitation": invitation.token} | values
        return client.post("/api/v1/join/", values, content_type="application/json").status_code

    assert join() == 403  # to be asked for the password is no guess
    assert client.get("/api/v1/join/", {"invitation": "AAAABBBB"}).status_code == 410
    assert join(password="guess") == join(password="guess again") == 403
    assert join(password="s3cret") == 429
    assert client.get("/api/v1/join/", {"invitation": invitation.code}).status_code == 429
    assert client.post(invitation.get_absolute_url(), {"password": "s3cret"}).status_code == 200
    assert room.memberships.count() == 1
