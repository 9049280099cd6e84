"""The bytes that the API points to: with the token that a program has."""

from __future__ import annotations

import pytest
from django.test import Client
from knox.models import AuthToken

from tests.albums.api.conftest import error_of


@pytest.fixture
def addresses(api, vera, url, add_photo) -> list[str]:
    photo = add_photo()
    original = api(vera).get(url(f"photos/{photo.pk}/")).json()["urls"]["original"]
    return [original, api(vera).post(url("downloads/"), {"album": "room"}).json()["url"]]


def header(user) -> dict[str, str]:
    return {"Authorization": f"Token {AuthToken.objects.create(user)[1]}"}


def test_a_token_opens_originals_and_zips(client, vera, addresses):
    for address in addresses:
        answer = client.get(address, headers=header(vera) | {"Range": "bytes=0-3"})
        assert (answer.status_code, len(b"".join(answer.streaming_content))) == (206, 4)


def test_the_token_decides_and_not_the_session(vera, charlie, addresses):
    client = Client()
    client.force_login(vera)
    for address in addresses:
        assert client.get(address, headers=header(charlie)).status_code == 404


def test_a_wrong_token_is_said_to_be_wrong(client, addresses):
    for address in addresses:
        answer = client.get(address, headers={"Authorization": "Token nonsense"})
        assert error_of(answer, 401)["code"] == "authentication_failed"
