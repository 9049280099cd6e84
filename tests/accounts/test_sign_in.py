"""Signing up, in and out, and getting back in."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD, link_in_mail, sign_in, user_of

NEWCOMER = {"display_name": "  Nora ", "email": "Nora@Example.org", "password1": "seven green owls"}


def sign_up(client, **changes):
    return client.post("/account/signup/", NEWCOMER | changes)


def test_sign_up_asks_for_name_address_and_one_password(client, db):
    form = client.get("/account/signup/").context["form"]

    assert list(form.fields) == ["display_name", "email", "password1"]


def test_newcomer_is_signed_in_and_gets_a_link_to_confirm(client, db):
    response = sign_up(client)

    user = User.objects.get(email="nora@example.org")
    assert response["Location"] == "/rooms/"
    assert user_of(client) == user
    assert (user.display_name, user.is_guest) == ("Nora", False)
    assert mail.outbox[-1].to == ["nora@example.org"]


def test_newcomer_goes_on_to_the_invitation(client, db):
    assert sign_up(client, next="/j/abc/")["Location"] == "/j/abc/"


@pytest.mark.parametrize(
    "changes", [{"display_name": "a\x07b"}, {"display_name": " "}, {"email": "no"}, {"password1": "12345678"}]
)
def test_sign_up_says_what_is_wrong(client, db, changes):
    response = sign_up(client, **changes)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == list(changes)
    assert not User.objects.exists()


def test_sign_up_with_a_known_address_makes_no_second_account(client, alice):
    sign_up(client, email=alice.email)

    assert User.objects.count() == 1
    assert user_of(client) is None


def test_link_in_the_mail_confirms_the_address_once_it_is_pressed(client, db):
    sign_up(client)
    link = link_in_mail()

    client.get(link)
    assert not EmailAddress.objects.get().verified
    client.post(link)
    assert EmailAddress.objects.get().verified


def test_confirming_in_the_browser_of_a_guest_leaves_the_guest_there(client, guest_client, gina):
    sign_up(client)

    guest_client.get(link_in_mail())
    guest_client.post(link_in_mail())

    assert EmailAddress.objects.get(email="nora@example.org").verified
    assert user_of(guest_client) == gina


def test_person_signs_in_with_address_and_password(client, alice):
    assert sign_in(client, alice)["Location"] == "/rooms/"
    assert user_of(client) == alice


def test_wrong_password_and_unknown_address_get_the_same_answer(client, alice):
    wrong = sign_in(client, alice, "wrong")
    unknown = client.post("/account/login/", {"login": "nobody@example.org", "password": "wrong"})

    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert user_of(client) is None


def test_five_wrong_passwords_lock_the_account_for_a_while(client, alice):
    for _ in range(5):
        sign_in(client, alice, "wrong")

    page = sign_in(client, alice).content.decode()

    assert "Too many failed login attempts" in page
    assert user_of(client) is None


def test_many_sign_ins_from_one_place_get_the_page_of_the_limit(client, db):
    answers = [client.post("/account/login/", {}) for _ in range(31)]

    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert "Wait a minute" in answers[-1].content.decode()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "http:evil.example",
        "javascript:alert(1)",
        "http://localhost/",
        "http://127.0.0.1:9999/",
        " https://evil.example",
    ],
)
def test_sign_in_never_leads_away_from_this_site(client, alice, target):
    assert sign_in(client, alice, next=target)["Location"] == "/rooms/"
    assert client.get("/account/login/", {"next": target})["Location"] == "/rooms/"
    assert client.post("/account/logout/", {"next": target})["Location"] == "/"


def test_sign_in_goes_on_to_a_page_of_this_site(client, alice, room):
    assert sign_in(client, alice, next=f"/rooms/{room.pk}/")["Location"] == f"/rooms/{room.pk}/"


def test_get_signs_nobody_out(client, alice):
    sign_in(client, alice)

    client.get("/account/logout/")
    assert user_of(client) == alice
    client.post("/account/logout/")
    assert user_of(client) is None


@pytest.mark.parametrize("path", ["login/", "signup/", "logout/", "password/reset/"])
def test_forms_need_a_csrf_token(alice, path):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(f"/account/{path}", {"login": alice.email, "password": PASSWORD}).status_code == 403


def test_forgotten_password_is_chosen_anew_by_mail(client, alice):
    client.post("/account/password/reset/", {"email": alice.email})
    form = client.get(link_in_mail())["Location"]

    client.post(form, {"password1": "seven green owls", "password2": "seven green owls"})

    sign_in(client, alice, "seven green owls")
    assert user_of(client) == alice


def test_link_for_a_new_password_works_once(client, alice):
    client.post("/account/password/reset/", {"email": alice.email})
    link = link_in_mail()
    form = client.get(link)["Location"]
    client.post(form, {"password1": "seven green owls", "password2": "seven green owls"})

    assert "This link is no longer good" in Client().get(link).content.decode()


def test_reset_answers_the_same_for_unknown_addresses(client, alice):
    known = client.post("/account/password/reset/", {"email": alice.email})
    unknown = client.post("/account/password/reset/", {"email": "nobody@example.org"})

    assert known["Location"] == unknown["Location"]
    assert [message.subject for message in mail.outbox] == [
        "[Photoroom] Choose a new password",
        "[Photoroom] No account with this address",
    ]


def test_mail_server_that_is_down_stops_nobody_from_signing_up(client, db, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    response = client.post("/account/signup/", NEWCOMER, follow=True)

    assert user_of(client).email == "nora@example.org"
    assert "We could not send you an e-mail just now." in response.content.decode()


def test_administration_uses_the_same_sign_in(client, db):
    assert client.get("/admin/login/").status_code == 302
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_where_addresses_must_be_confirmed_the_link_lets_the_newcomer_in(client, db, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    assert sign_up(client)["Location"] == "/account/confirm-email/"
    assert user_of(client) is None
    assert "We sent you a message." in client.get("/account/confirm-email/").content.decode()

    client.post(link_in_mail())
    sign_in(client, User.objects.get(), NEWCOMER["password1"])

    assert user_of(client) == User.objects.get()
