"""The account's own page, its tokens, and the pages of the account as everybody sees them."""

import json
import re

import pytest
from knox.models import AuthToken

from accounts.models import User
from accounts.tokens import create_token

PAGES = [
    "",
    "tokens/",
    "delete/",
    "email/",
    "password/change/",
    "2fa/",
    "2fa/totp/activate/",
    "sessions/",
    "logout/",
]
DOORS = ["login/", "signup/", "password/reset/", "password/reset/done/", "password/reset/key/done/"]
DOORS += ["password/reset/key/1-x/", "confirm-email/", "confirm-email/x/", "inactive/"]


@pytest.mark.parametrize("path", PAGES)
def test_page_of_the_account_is_for_its_owner_only(client, db, path):
    response = client.get(f"/account/{path}")

    assert response.status_code == 302
    assert response["Location"].startswith(("/account/login/", "/"))


def markup_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_page_of_the_account_keeps_to_the_content_security_policy(alice_client, path):
    assert_clean(markup_of(alice_client.get(f"/account/{path}")))


@pytest.mark.parametrize("path", DOORS)
def test_way_in_keeps_to_the_content_security_policy(client, db, path):
    assert_clean(markup_of(client.get(f"/account/{path}")))


def assert_clean(page: str) -> None:
    """Nothing inline, every input with a label, one headline, the site's own frame."""
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
    assert len(re.findall(r"<h1\b", page)) == 1
    assert "site-header" in page
    for control in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
        if 'type="hidden"' not in control:
            name = re.search(r'\bid="([^"]+)"', control).group(1)
            assert f'for="{name}"' in page


def test_forms_speak_the_words_of_this_site_after_an_error_too(client, db):
    page = client.post("/account/signup/", {"password1": "x"}).content.decode()

    assert "E-mail address</label>" in page
    assert "At least 8 characters, and nothing that others would guess." in page
    assert "placeholder" not in page


def test_name_is_changed(alice_client, alice):
    alice_client.post("/account/", {"display_name": " Alice  Moor "})

    alice.refresh_from_db()
    assert alice.display_name == "Alice Moor"


def test_guest_changes_the_name_too(guest_client, gina):
    guest_client.post("/account/", {"display_name": "Gina M."})

    gina.refresh_from_db()
    assert gina.display_name == "Gina M."


def test_name_with_control_characters_is_refused(alice_client, alice):
    response = alice_client.post("/account/", {"display_name": "A\x1blice"})

    assert response.context["form"].errors
    alice.refresh_from_db()
    assert alice.display_name == "Alice"


def test_name_is_shown_as_text(alice_client):
    alice_client.post("/account/", {"display_name": "<b>Al</b>"})

    assert "<b>Al</b>" not in alice_client.get("/account/").content.decode()


def test_profile_takes_few_queries(alice_client, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        alice_client.get("/account/")


def new_token(client) -> str:
    return client.post("/account/tokens/").context["new_token"]


def test_token_is_shown_once_and_opens_the_api(alice_client, client, alice):
    text = new_token(alice_client)

    assert text not in alice_client.get("/account/tokens/").content.decode()
    answer = type(client)().get("/api/v1/me/", headers={"authorization": f"Token {text}"})
    assert answer.status_code == 200
    assert "Alice" in json.dumps(answer.json())


def test_page_with_the_token_is_kept_nowhere(alice_client):
    response = alice_client.post("/account/tokens/")

    assert "no-store" in response["Cache-Control"]
    assert response.context["new_token"] not in json.dumps(dict(alice_client.session))


def test_revoked_token_opens_nothing(alice_client, client):
    text = new_token(alice_client)
    digest = AuthToken.objects.get().digest

    alice_client.post("/account/tokens/revoke/", {"token": digest})

    answer = type(client)().get("/api/v1/me/", headers={"authorization": f"Token {text}"})
    assert answer.status_code == 401


def test_token_of_somebody_else_can_be_neither_seen_nor_revoked(alice_client, bob):
    create_token(user=bob)
    row = AuthToken.objects.get()

    assert row.token_key not in alice_client.get("/account/tokens/").content.decode()
    assert alice_client.post("/account/tokens/revoke/", {"token": row.digest}).status_code == 404
    assert AuthToken.objects.exists()


@pytest.mark.parametrize("digest", ["", "\x00", "x' OR 1=1", "\ud7ff"])
def test_what_is_no_token_can_not_be_revoked(alice_client, digest):
    assert alice_client.post("/account/tokens/revoke/", {"token": digest}).status_code == 404


def test_number_of_tokens_is_limited(alice_client, alice, settings):
    for _ in range(settings.REST_KNOX["TOKEN_LIMIT_PER_USER"]):
        create_token(user=alice)

    page = alice_client.post("/account/tokens/")

    assert "You have 20 tokens already." in page.content.decode()
    assert AuthToken.objects.count() == 20


def test_guest_makes_a_token(guest_client, gina):
    assert new_token(guest_client)
    assert AuthToken.objects.get().user == User.objects.get(pk=gina.pk)
