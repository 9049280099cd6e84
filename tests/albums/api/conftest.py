from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from albums.counts import recount_people
from albums.models import Person


@pytest.fixture
def api() -> Callable[..., APIClient]:
    """A client that is signed in as somebody, or as nobody."""

    def sign_in(user: User | None = None) -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def url(room) -> Callable[[str], str]:
    """An address below the room's."""
    return lambda rest="": f"/api/v1/rooms/{room.pk}/{rest}"


@pytest.fixture
def make_person(room, add_photo, add_face) -> Callable[..., Person]:
    """A person with one face on each of so many photos."""

    def make(photos: int = 1, **columns: object) -> Person:
        person = Person.objects.create(room=room, **columns)
        for _ in range(photos):
            add_face(add_photo(), person, crop="crops/face.jpg")
        recount_people([person.pk])
        person.refresh_from_db()
        return person

    return make


def error_of(response, status: int) -> dict:
    """The error of an answer, after checking its shape."""
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/json")
    body = response.json()
    assert set(body) == {"error"}
    assert {"code", "message", "fields"} <= set(body["error"])
    assert body["error"]["message"].endswith((".", "?")), body
    return body["error"]
