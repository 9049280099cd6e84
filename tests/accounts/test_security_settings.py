"""E-mail address, password, second factor and sessions of an account."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.templatetags.browsers import browser
from tests.accounts.conftest import PASSWORD, link_in_mail, sign_in, user_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604"


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def secret(alice_client) -> str:
    """Alice has turned the second factor on and is signed in."""
    secret = alice_client.get("/account/2fa/totp/activate/").context["form"].secret
    alice_client.post("/account/2fa/totp/activate/", {"code": code_for(secret)})
    cache.clear()  # a code works once; the tests use this minute's again
    return secret


def test_second_factor_is_set_up_with_a_qr_code(alice_client):
    page = alice_client.get("/account/2fa/totp/activate/")

    assert 'src="data:image/svg+xml;' in page.content.decode()
    assert page.context["form"].secret in page.content.decode()


def test_wrong_code_turns_nothing_on(alice_client, alice):
    alice_client.post("/account/2fa/totp/activate/", {"code": "000000"})

    assert not Authenticator.objects.filter(user=alice).exists()


def test_second_factor_brings_recovery_codes(alice_client, secret):
    page = alice_client.get("/account/2fa/recovery-codes/")

    assert len(page.context["unused_codes"]) == 10
    assert page.context["unused_codes"][0] in page.content.decode()


def test_password_alone_is_not_enough_any_more(alice, secret):
    phone = Client()

    assert sign_in(phone, alice)["Location"] == "/account/2fa/authenticate/"
    assert user_of(phone) is None
    assert phone.get("/rooms/").status_code == 302


def test_code_of_the_app_lets_in(alice, secret):
    phone = Client()
    sign_in(phone, alice, next="/rooms/new/")

    assert phone.post("/account/2fa/authenticate/", {"code": code_for(secret)})["Location"] == "/rooms/new/"
    assert user_of(phone) == alice


def test_recovery_code_lets_in_once(alice_client, alice, secret):
    code = alice_client.get("/account/2fa/recovery-codes/").context["unused_codes"][0]
    first, second = Client(), Client()
    for phone in (first, second):
        sign_in(phone, alice)
        phone.post("/account/2fa/authenticate/", {"code": code})

    assert user_of(first) == alice
    assert user_of(second) is None


def test_guest_signs_in_to_an_account_with_a_second_factor(guest_client, gina, alice, room, secret):
    sign_in(guest_client, alice)
    assert user_of(guest_client) == gina

    page = guest_client.get("/account/2fa/authenticate/")
    assert page.status_code == 200
    guest_client.post("/account/2fa/authenticate/", {"code": code_for(secret)})

    assert user_of(guest_client) == alice
    assert not type(gina).objects.filter(pk=gina.pk).exists()


def test_guest_who_stops_before_the_second_factor_is_still_the_guest(guest_client, gina, alice, secret):
    sign_in(guest_client, alice)

    guest_client.post("/account/logout/", {"next": "/account/login/"})

    assert user_of(guest_client) == gina
    assert guest_client.get("/account/login/").status_code == 200


def test_turning_the_second_factor_off_asks_for_the_password_after_a_while(alice_client, alice, secret):
    session = alice_client.session
    for record in session["account_authentication_methods"]:
        record["at"] = 0  # a long time ago
    session.save()

    response = alice_client.post("/account/2fa/totp/deactivate/")

    assert response["Location"].startswith(("/account/reauthenticate/", "/account/2fa/reauthenticate/"))
    assert Authenticator.objects.filter(user=alice, type="totp").exists()


def test_second_factor_can_be_turned_off(alice_client, alice, secret):
    alice_client.post("/account/2fa/totp/deactivate/")

    assert not Authenticator.objects.filter(user=alice).exists()


def test_new_address_counts_once_it_is_confirmed(alice_client, alice):
    EmailAddress.objects.update_or_create(
        user=alice, email=alice.email, defaults={"verified": True, "primary": True}
    )
    change_address(alice_client, "new@example.org")
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"

    alice_client.post(link_in_mail())

    alice.refresh_from_db()
    assert alice.email == "new@example.org"
    assert list(EmailAddress.objects.filter(user=alice).values_list("email", flat=True)) == [
        "new@example.org"
    ]


def change_address(client, email):
    return client.post("/account/email/", {"email": email, "action_add": ""})


def test_address_that_was_never_confirmed_is_replaced_at_once(alice_client, alice):
    change_address(alice_client, "new@example.org")

    alice.refresh_from_db()
    assert alice.email == "new@example.org"
    phone = Client()
    sign_in(phone, alice)
    assert user_of(phone) == alice


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_address_of_somebody_else_is_refused(alice_client, alice, bob, is_confirmed):
    EmailAddress.objects.create(user=bob, email=bob.email, verified=is_confirmed, primary=True)

    response = change_address(alice_client, "Bob@example.org")

    assert response.context["form"].errors == {
        "email": ["There is another account with this e-mail address already."]
    }
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    assert not mail.outbox


def test_address_is_changed_only_while_the_second_factor_is_off(alice_client, alice, secret):
    response = change_address(alice_client, "new@example.org")

    assert "Turn two-factor sign-in off before you change the address" in response.content.decode()
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"


def change_password(client, old):
    return client.post(
        "/account/password/change/",
        {"oldpassword": old, "password1": "seven green owls", "password2": "seven green owls"},
    )


def test_password_is_changed_and_other_browsers_are_signed_out(alice_client, alice):
    phone = Client()
    sign_in(phone, alice)

    change_password(alice_client, PASSWORD)

    assert alice_client.get("/account/").status_code == 200
    assert phone.get("/account/").status_code == 302


def test_password_is_changed_only_by_who_knows_it(alice_client, alice):
    change_password(alice_client, "wrong")

    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_sessions_are_listed_and_the_others_ended(alice_client, alice):
    phone = Client(headers={"user-agent": IPHONE})
    sign_in(phone, alice)
    assert "Safari on iPhone" in alice_client.get("/account/sessions/").content.decode()

    alice_client.post("/account/sessions/")

    assert user_of(alice_client) == alice
    assert phone.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537", "Chrome on Android"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Unknown browser"),
    ],
)
def test_browser_is_named_as_people_say_it(user_agent, said):
    assert browser(user_agent) == said
