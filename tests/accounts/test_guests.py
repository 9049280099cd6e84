"""Somebody who typed a name and has no password."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.middleware import DAY_SECONDS, RENEWED
from accounts.models import User
from accounts.services import sign_in_guest


@pytest.fixture
def visit(db):
    request = RequestFactory().get("/")
    request.session, request.user = SessionStore(), AnonymousUser()
    return request


def test_guest_is_signed_in_by_a_name(visit):
    guest = sign_in_guest(visit, "  Maria ")

    assert visit.user == guest == User.objects.get(display_name="Maria")
    assert guest.is_guest
    assert not guest.has_usable_password()


def test_guest_session_lasts_as_long_as_browsers_allow(visit):
    sign_in_guest(visit, "Maria")

    assert visit.session.get_expiry_age() == settings.GUEST_SESSION_SECONDS == 400 * DAY_SECONDS


def test_refused_name_leaves_no_guest_behind(visit):
    with pytest.raises(ValidationError):
        sign_in_guest(visit, " ")

    assert not User.objects.exists()


def test_who_is_signed_in_is_not_replaced_by_a_guest(visit, alice):
    visit.user = alice

    assert sign_in_guest(visit, "Maria") == alice
    assert not User.objects.filter(is_guest=True).exists()


def test_guest_is_remembered_after_the_browser_was_closed(guest_client, gina):
    cookie = guest_client.cookies[settings.SESSION_COOKIE_NAME].value
    next_day = Client()
    next_day.cookies[settings.SESSION_COOKIE_NAME] = cookie

    assert "Gina" in next_day.get("/account/").content.decode()


def test_session_is_renewed_once_a_day(guest_client):
    session = guest_client.session
    session[RENEWED] = int((timezone.now() - timedelta(days=2)).timestamp())
    session.save()

    renewed = guest_client.get("/account/")
    again = guest_client.get("/account/")

    assert settings.SESSION_COOKIE_NAME in renewed.cookies
    assert settings.SESSION_COOKIE_NAME not in again.cookies


def test_session_cookie_is_hidden_from_scripts_and_other_sites(guest_client, client):
    client.get("/account/login/")
    session = guest_client.session
    session[RENEWED] = 0
    session.save()
    cookie = guest_client.get("/account/").cookies[settings.SESSION_COOKIE_NAME]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["secure"]


def test_cookies_are_for_https_only_where_the_site_is(guest_client, settings):
    settings.SESSION_COOKIE_SECURE = True
    session = guest_client.session
    session[RENEWED] = 0
    session.save()

    assert guest_client.get("/account/").cookies[settings.SESSION_COOKIE_NAME]["secure"]


def test_guest_sees_who_they_are_and_how_to_keep_the_album(guest_client):
    page = guest_client.get("/account/").content.decode()

    assert "You are here as Gina on this device" in page
    assert "Keep my album on my other devices" in page


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "password/change/",
        "password/set/",
        "2fa/",
        "2fa/totp/activate/",
        "sessions/",
        "reauthenticate/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_needs_an_account_leads_a_guest_to_making_one(guest_client, path, method):
    response = getattr(guest_client, method)(f"/account/{path}")

    assert response.status_code == 302
    assert response["Location"] == "/account/upgrade/"


def test_sign_up_keeps_where_the_guest_wanted_to_go(guest_client):
    assert (
        guest_client.get("/account/signup/?next=/rooms/")["Location"] == "/account/upgrade/?next=%2Frooms%2F"
    )
    assert guest_client.get("/account/signup/?next=//evil.example/")["Location"] == "/account/upgrade/"


def test_guest_is_warned_before_signing_out(guest_client):
    page = guest_client.get("/account/logout/").content.decode()

    assert "nobody could find your rooms and albums again" in page


def test_guest_may_sign_out(guest_client):
    guest_client.post("/account/logout/")

    assert guest_client.get("/account/").status_code == 302
