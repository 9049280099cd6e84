from __future__ import annotations

import pytest
from django.test import Client

from tests.albums.api.conftest import error_of


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nothing/",
        "rooms/no-uuid/",
        "rooms/12/photos/",
        "schema/x/",
        "a%00b/",
        "a%0Ab/",
        "rooms/%0A/claim/",
        "../",
        "../v2/rooms/",
    ],
)
def test_an_unknown_address_is_answered_in_json(address):
    client = Client(enforce_csrf_checks=True)
    assert error_of(client.get(f"/api/v1/{address}"), 404)["code"] == "not_found"
    error_of(client.post(f"/api/v1/{address}"), 404)


def test_a_forgotten_slash_is_named(client):
    assert "slash" in error_of(client.get("/api/v1/rooms"), 404)["message"]
    assert "slash" not in error_of(client.get("/api/v1/rums"), 404)["message"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b"[" * 100_000, b"null", b"[]", b'"x"', b"NaN", b"9" * 5000, b""],
)
def test_a_broken_body_is_answered_with_400(api, alice, body):
    error_of(api(alice).post("/api/v1/rooms/", body, content_type="application/json"), 400)


def test_too_much_json_is_refused(api, alice, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = api(alice).post("/api/v1/rooms/", {"name": "x" * 200})
    assert error_of(answer, 413)["code"] == "too_large"


def test_other_media_types_and_methods_are_refused(api, alice, room):
    client = api(alice)
    form = client.post("/api/v1/rooms/", "name=x", content_type="application/x-www-form-urlencoded")
    assert error_of(form, 415)["code"] == "unsupported_media_type"
    assert error_of(client.put("/api/v1/rooms/", {}), 405)["code"] == "method_not_allowed"
    error_of(client.get("/api/v1/rooms/", HTTP_ACCEPT="application/xml"), 406)


def test_nobody_is_told_to_sign_in(api, room, url):
    answer = api().get(url("photos/"))
    assert error_of(answer, 401)["code"] == "not_authenticated"
    assert answer["WWW-Authenticate"] == "Token"
    wrong = api().get(url("photos/"), HTTP_AUTHORIZATION="Token x")
    assert error_of(wrong, 401)["code"] == "authentication_failed"


@pytest.mark.parametrize(
    "address",
    ["", "photos/", "people/", "members/", "invitations/", "albums/", "downloads/", "faces/", "changes/"],
)
def test_an_outsider_does_not_learn_that_the_room_exists(api, charlie, room, url, address):
    real = error_of(api(charlie).get(url(address)), 404)
    other = error_of(
        api(charlie).get(url(address).replace(str(room.pk), "7f9c24e8-3b12-4fef-91e0-56a2d5a3c111")), 404
    )
    assert real == other


def test_a_fault_of_ours_is_a_sentence_too(client, alice, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr("albums.api.views.tokens.MeView.get", fail)
    monkeypatch.setattr("albums.views.room_list.render", fail)
    client.force_login(alice)
    client.raise_request_exception = False
    assert error_of(client.get("/api/v1/me/"), 500)["code"] == "server_error"
    page = client.get("/rooms/")
    assert page.status_code == 500
    assert page["Content-Type"].startswith("text/html")


def test_a_page_that_is_not_there(api, alice, url):
    for page in ("2", "0", "-1", "x", "9" * 5000, "%00"):
        error_of(api(alice).get(url(f"people/?page={page}")), 404)
    error_of(api(alice).get(url("people/?page_size=501")), 400)


def test_json_that_would_fill_the_memory_is_refused_unread(api, alice, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    for client, address in (
        (api(), "/api/v1/join/"),
        (api(), "/api/v1/token/"),
        (api(alice), "/api/v1/rooms/"),
    ):
        answer = client.post(address, b'{"name": "' + b"x" * 1000 + b'"}', content_type="application/json")
        assert error_of(answer, 413)["code"] == "too_large"
