"""Looking for oneself over the API."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from albums.models import FaceSearch, Person, Refusal
from albums.services import find_me
from tests.albums.api.conftest import error_of
from tests.conftest import picture

pytestmark = pytest.mark.usefixtures("everybody_said_yes")


def selfie(data: bytes = b"") -> dict[str, SimpleUploadedFile]:
    return {"selfie": SimpleUploadedFile("me.jpg", data or picture("pink"))}


@pytest.fixture
def found(room, vera, make_person):
    """A search of Vera's that has found the faces of two people."""
    sure, maybe = make_person(2), make_person(1)
    return FaceSearch.objects.create(
        room=room,
        user=vera,
        state="done",
        sure=list(sure.faces.values_list("pk", flat=True)),
        maybe=list(maybe.faces.values_list("pk", flat=True)),
    )


def test_a_viewer_sends_a_selfie_and_asks_for_what_was_found(api, vera, url):
    error_of(api(vera).get(url("find-me/")), 404)
    answer = api(vera).post(url("find-me/"), selfie(), format="multipart")
    assert answer.status_code == 201, answer.content
    assert (answer.json()["state"], answer.json()["sure"]) == ("waiting", [])
    assert api(vera).get(url("find-me/")).json()["state"] == "waiting"
    assert bytes(FaceSearch.objects.get().selfie) == picture("pink")


def test_a_tapped_face_is_looked_for(api, vera, url, make_person):
    face = make_person().faces.get()
    assert api(vera).post(url("find-me/"), {"face": face.pk}).status_code == 201
    assert FaceSearch.objects.get().face == face


@pytest.mark.parametrize(
    "body", [{}, {"face": 10**15}, {"face": "x"}, {"face": None}, {"selfie": "x"}, [1], "x", None]
)
def test_a_search_begins_with_a_selfie_or_a_face(api, vera, url, body):
    error_of(api(vera).post(url("find-me/"), body, format="json"), 400)


def test_an_empty_json_body_begins_nothing(api, vera, url):
    error_of(api(vera).generic("POST", url("find-me/"), "null", content_type="application/json"), 400)


def test_a_file_that_is_no_picture_or_too_large_is_refused(api, vera, url, monkeypatch):
    assert (
        error_of(api(vera).post(url("find-me/"), selfie(b"nothing"), format="multipart"), 400)["code"]
        == "file_refused"
    )
    monkeypatch.setattr(find_me, "MAX_SELFIE_BYTES", 100)
    assert error_of(api(vera).post(url("find-me/"), selfie(), format="multipart"), 413)["code"] == "too_large"


def test_too_many_selfies_are_refused_for_a_while(api, vera, url, monkeypatch):
    monkeypatch.setattr(find_me, "SELFIES", 1)
    assert api(vera).post(url("find-me/"), selfie(), format="multipart").status_code == 201
    assert (
        error_of(api(vera).post(url("find-me/"), selfie(), format="multipart"), 429)["code"]
        == "too_many_selfies"
    )


def test_what_was_found_is_accepted_declined_and_forgotten(api, vera, url, found):
    body = api(vera).get(url("find-me/")).json()
    assert [face["id"] for face in body["sure"]] == found.sure
    assert [face["id"] for face in body["maybe"]] == found.maybe
    answer = api(vera).post(url("find-me/accept/"), {"faces": found.sure}).json()
    assert (answer["person"]["is_you"], answer["person"]["name"]) == (True, "Vera")
    answer = api(vera).post(url("find-me/decline/"), {"faces": found.maybe}).json()
    assert (len(answer["changes"]), Refusal.objects.get().face_id) == (1, found.maybe[0])
    body = api(vera).get(url("find-me/")).json()
    assert (body["sure"], body["maybe"]) == ([], [])
    assert api(vera).delete(url("find-me/")).status_code == 204
    error_of(api(vera).get(url("find-me/")), 404)
    assert Person.objects.filter(user=vera).exists()


def test_nobody_sees_or_answers_the_search_of_another(api, alice, charlie, url, found):
    error_of(api(alice).get(url("find-me/")), 404)
    error_of(api(alice).post(url("find-me/accept/"), {"faces": found.sure}), 400)
    error_of(api(charlie).get(url("find-me/")), 404)
    error_of(api(charlie).post(url("find-me/accept/"), {"faces": found.sure}), 404)
    assert not Person.objects.filter(user__isnull=False).exists()


def test_only_what_was_found_is_accepted(api, vera, url, found, make_person):
    stranger = make_person().faces.get()
    error_of(api(vera).post(url("find-me/accept/"), {"faces": [stranger.pk]}), 400)
    error_of(api(vera).post(url("find-me/decline/"), {"faces": []}), 400)


def test_faces_of_which_somebody_else_said_meanwhile_that_they_are_them_are_left_out(
    api, vera, bob, url, room, make_person
):
    theirs = make_person(user=bob).faces.get()
    FaceSearch.objects.create(room=room, user=vera, state="done", sure=[theirs.pk])
    assert api(vera).get(url("find-me/")).json()["sure"] == []
