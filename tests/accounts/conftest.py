from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User

PASSWORD = "correct horse"


@pytest.fixture
def guest_client(gina) -> Client:
    """Gina's browser, as the join page leaves it."""
    client = Client()
    client.force_login(gina, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def alice_client(alice, client) -> Client:
    """Alice, who has just typed her password once more, as what changes how she signs in asks her to."""
    sign_in(client, alice)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def sign_in(client: Client, user: User, password: str = PASSWORD, **data: str):
    return client.post("/account/login/", {"login": user.email, "password": password, **data})


def user_of(client: Client) -> User | None:
    key = client.session.get("_auth_user_id")
    return User.objects.filter(pk=key).first() if key else None


def link_in_mail() -> str:
    """The path of the link in the newest message."""
    return re.search(r"https?://testserver(\S+)", mail.outbox[-1].body).group(1)
