import io

import pytest
from django.conf import settings

FORGET = '"cache"'


def test_a_private_page_is_kept_by_no_shared_cache(client, alice, room):
    client.force_login(alice)
    for address in ("/rooms/", f"/rooms/{room.pk}/", "/api/v1/rooms/", "/account/", "/nosuch"):
        assert client.get(address)["Cache-Control"] == "private, no-cache", address


def test_media_keep_their_own_rule(client, alice, add_photo):
    photo = add_photo()
    client.force_login(alice)
    answer = client.get(f"/rooms/{photo.room_id}/photos/{photo.pk}/original")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"


def test_signing_out_makes_the_browser_forget(client, alice, gina):
    for user in (alice, gina):
        client.force_login(user)
        assert "Clear-Site-Data" not in client.get("/rooms/")
        assert "Clear-Site-Data" not in client.get("/account/logout/")
        assert client.post("/account/logout/")["Clear-Site-Data"] == FORGET
        assert "Clear-Site-Data" not in client.get("/")


def test_signing_in_forgets_nothing(client, alice):
    answer = client.post("/account/login/", {"login": alice.email, "password": "correct horse"})
    assert answer.status_code == 302
    assert "Clear-Site-Data" not in answer


@pytest.mark.parametrize("address", ["/account/login/", "/j/", "/", "/rooms/new/"])
def test_a_large_body_of_a_stranger_is_not_read(client, db, address, monkeypatch):
    monkeypatch.setattr("django.http.request.HttpRequest.read", None)
    length = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
    answer = client.generic(
        "POST", address, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(length)
    )
    assert answer.status_code == 413
    assert answer.content.decode().startswith("This is more than")


def test_who_is_signed_in_uploads_large_forms(client, alice, room):
    client.force_login(alice)
    file = io.BytesIO(b"\xff" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    file.name = "large.jpg"
    assert client.post(f"/rooms/{room.pk}/upload/", {"files": file}).status_code == 302
