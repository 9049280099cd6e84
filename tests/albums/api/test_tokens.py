from __future__ import annotations

import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient

from tests.albums.api.conftest import error_of

RIGHT = {"email": "alice@example.org", "password": "correct horse"}


def with_token(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def test_a_token_is_made_used_and_revoked(api, alice):
    made = api().post("/api/v1/token/", RIGHT)
    assert made.status_code == 201, made.content
    client = with_token(made.json()["token"])
    assert client.get("/api/v1/me/").json() == {
        "id": alice.pk, "name": "Alice", "email": "alice@example.org", "is_guest": False,
    }  # fmt: skip
    assert client.delete("/api/v1/token/").status_code == 204
    assert error_of(client.get("/api/v1/me/"), 401)["code"] == "authentication_failed"


@pytest.mark.parametrize(
    "values",
    [
        RIGHT | {"password": "wrong"},
        RIGHT | {"email": "nobody@example.org"},
        RIGHT | {"email": "x"},
        {},
        [],
        "x",
        None,
    ],
)
def test_wrong_credentials_make_no_token(api, alice, values):
    error_of(api().post("/api/v1/token/", values), 400)
    assert not AuthToken.objects.exists()


def test_signing_in_by_token_works_in_a_browser_that_is_signed_in_too(alice):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post("/api/v1/token/", RIGHT).status_code == 201


def test_an_account_with_two_factors_makes_tokens_on_the_site(api, alice):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert error_of(api().post("/api/v1/token/", RIGHT), 403)["code"] == "second_factor_needed"


def test_an_unconfirmed_address_makes_no_token_where_confirming_is_asked(api, alice, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    assert "Confirm" in error_of(api().post("/api/v1/token/", RIGHT), 400)["message"]


def test_a_guest_makes_a_token_while_signed_in(api, gina):
    made = api(gina).post("/api/v1/token/new/")
    assert made.status_code == 201
    client = with_token(made.json()["token"])
    assert client.get("/api/v1/me/").json()["is_guest"] is True
    error_of(client.post("/api/v1/token/new/"), 403)


def test_there_is_an_end_to_tokens(api, alice):
    for _ in range(20):
        AuthToken.objects.create(alice)
    assert "20 tokens" in error_of(api(alice).post("/api/v1/token/new/"), 400)["message"]


def test_a_session_has_no_token_to_revoke(api, alice):
    error_of(api(alice).delete("/api/v1/token/"), 403)


def test_one_changes_ones_name(api, gina):
    assert api(gina).patch("/api/v1/me/", {"name": "  Gina G. "}).json()["name"] == "Gina G."
    error_of(api(gina).patch("/api/v1/me/", {"name": "\u202eanig"}), 400)


def test_attempts_are_limited(api, alice):
    client = api()
    answers = {client.post("/api/v1/token/", RIGHT | {"password": f"{n}"}).status_code for n in range(21)}
    assert 429 in answers


def test_a_session_needs_the_csrf_token_in_the_header(alice):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    assert "CSRF" in error_of(client.post("/api/v1/rooms/", {"name": "Party"}), 403)["message"]
    client.get("/")
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post("/api/v1/rooms/", {"name": "Party"}, HTTP_X_CSRFTOKEN="a" * 32)
    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize(
    "header", ["Token", "Token \x00", "Token é", "Token a b", f"Token {'a' * 9000}", "Token -"]
)
def test_a_header_that_holds_no_token_is_answered_not_stumbled_over(alice, room, header):
    client = APIClient()
    for address in ("/api/v1/me/", f"/rooms/{room.pk}/photos/1/320"):
        answer = client.get(address, headers={"Authorization": header})
        assert error_of(answer, 401)["code"] == "authentication_failed"
