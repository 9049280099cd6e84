"""A guest becomes an account and loses nothing."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.services import turn_into_account
from albums.models import Membership
from tests.accounts.conftest import link_in_mail, sign_in, user_of

GOOD = {"email": "Gina@Example.org", "password": "seven green owls"}


def upgrade(client, **changes):
    return client.post("/account/upgrade/", GOOD | changes)


def test_upgrade_keeps_the_user_and_the_rooms(guest_client, gina, room):
    response = upgrade(guest_client)

    assert response.status_code == 302
    gina.refresh_from_db()
    assert not gina.is_guest
    assert gina.email == "gina@example.org"
    assert user_of(guest_client) == gina
    assert Membership.objects.get(user=gina).room == room


def test_upgraded_guest_signs_in_elsewhere(guest_client, gina):
    upgrade(guest_client)
    gina.refresh_from_db()
    phone = Client()

    sign_in(phone, gina, GOOD["password"])

    assert user_of(phone) == gina


def test_upgrade_sends_a_link_that_confirms_the_address(guest_client, gina):
    upgrade(guest_client)
    assert not EmailAddress.objects.get(user=gina).verified

    guest_client.post(link_in_mail())

    assert EmailAddress.objects.get(user=gina).verified
    assert user_of(guest_client) == gina


def test_upgrade_lists_this_browser_as_signed_in(guest_client, gina):
    upgrade(guest_client)

    assert UserSession.objects.get(user=gina).session_key == guest_client.session.session_key


def test_upgrade_changes_the_session_key(guest_client):
    before = guest_client.session.session_key

    upgrade(guest_client)

    assert guest_client.session.session_key != before


def test_address_of_another_account_is_refused_with_a_way_to_sign_in(guest_client, gina, alice):
    page = upgrade(guest_client, email="ALICE@example.org").content.decode()

    assert "There is an account with this e-mail address already." in page
    assert "Sign in to that account" in page
    gina.refresh_from_db()
    assert gina.is_guest
    assert not mail.outbox


def test_second_address_of_another_account_is_refused_too(guest_client, gina, alice):
    EmailAddress.objects.create(user=alice, email="a2@example.org")

    upgrade(guest_client, email="a2@example.org")

    gina.refresh_from_db()
    assert gina.is_guest


@pytest.mark.parametrize("password", ["short", "password", "gina@example.org", ""])
def test_weak_password_is_refused(guest_client, gina, password):
    page = upgrade(guest_client, password=password)

    assert page.status_code == 200
    assert page.context["form"].errors["password"]
    gina.refresh_from_db()
    assert gina.is_guest


def test_account_is_not_upgraded_again(client, alice):
    client.force_login(alice)

    assert upgrade(client)["Location"] == "/account/"
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    with pytest.raises(Exception, match="You have an account already"):
        turn_into_account(guest=alice, email="new@example.org", password="seven green owls")


def test_stranger_is_asked_to_sign_in(client, db):
    assert upgrade(client)["Location"].startswith("/account/login/")


def test_upgrade_goes_on_to_a_page_of_this_site_only(guest_client):
    assert "evil" not in guest_client.get("/account/upgrade/?next=https://evil.example/").content.decode()
    assert upgrade(guest_client, next="https://evil.example/")["Location"] == "/rooms/"


def test_upgrade_goes_on_to_where_the_guest_was(guest_client, room):
    assert upgrade(guest_client, next=f"/rooms/{room.pk}/mine/")["Location"] == f"/rooms/{room.pk}/mine/"


def test_upgrade_needs_a_csrf_token(gina):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(gina, backend="django.contrib.auth.backends.ModelBackend")

    assert upgrade(strict).status_code == 403
    assert User.objects.get(pk=gina.pk).is_guest


def test_addresses_can_be_tried_a_few_times_only(guest_client, alice):
    answers = [upgrade(guest_client, email="alice@example.org").status_code for _ in range(21)]

    assert answers[:20] == [200] * 20
    assert answers[20] == 429
