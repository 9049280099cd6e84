from __future__ import annotations

import pytest
from django.core.cache import cache

from albums import limits
from albums.models import Invitation


@pytest.fixture(autouse=True)
def few_guesses(monkeypatch):
    cache.clear()
    monkeypatch.setattr(limits, "WRONG_GUESSES", 3)
    yield
    cache.clear()


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
