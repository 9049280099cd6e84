"""Consent, children, concealment and requests over the API."""

from __future__ import annotations

import pytest

from albums import consent_texts
from albums.models import Consent, Person


@pytest.fixture
def api(client, room):
    """Asks below the room; answers status and body."""

    def ask(user, method: str, path: str, body: object = None):
        client.force_login(user)
        answer = client.generic(
            method, f"/api/v1/rooms/{room.pk}/{path}", _json(body), content_type="application/json"
        )
        return answer.status_code, answer.json() if answer.content else None

    return ask


def _json(body: object) -> str:
    import json

    return "" if body is None else json.dumps(body)


def test_a_yes_is_needed_for_the_text_of_today_and_taken_back_with_words(api, bob, room, add_photo, add_face):
    face = add_face(add_photo(), Person.objects.create(room=room, name="Bobby"))
    status, refused = api(bob, "POST", f"people/{face.person_id}/claim/")
    assert (status, refused["error"]["code"]) == (409, "consent_needed")
    assert api(bob, "POST", "consent/", {"text_version": "old"})[0] == 400
    status, state = api(bob, "POST", "consent/", {"text_version": consent_texts.VERSION, "language": "fr"})
    assert (status, state["consent"]["language"], state["is_concealed"]) == (201, "fr", False)
    assert api(bob, "POST", f"people/{face.person_id}/claim/")[0] == 200
    assert api(bob, "PUT", "concealment/", {"veil": True})[1]["is_veiled"]
    assert not api(bob, "DELETE", "concealment/")[1]["is_concealed"]
    status, done = api(bob, "DELETE", "consent/")
    assert (status, done["faces"], done["was_named"]) == (200, 1, True)
    assert done["summary"] == "Deleted: 1 face description, your name on 1 photo."
    assert api(bob, "GET", "consent/")[1]["consent"] is None


def test_a_childs_consent_is_of_its_guardian(api, bob, vera):
    child = api(bob, "POST", "children/", {"name": "Mia"})[1]["id"]
    assert api(bob, "POST", "children/", {"name": "mia"})[0] == 409
    body = {"text_version": consent_texts.VERSION}
    assert api(vera, "POST", f"consent/?child={child}", body)[0] == 404
    assert api(bob, "POST", f"consent/?child={child}", body)[0] == 201
    assert api(bob, "GET", "children/")[1]["results"][0]["consent"]
    assert api(vera, "GET", "children/")[1]["results"] == []
    assert api(bob, "DELETE", f"children/{child}/")[1]["summary"].startswith("Nothing")
    assert not Consent.objects.exists()


def test_the_host_sees_all_requests_and_others_their_own(api, alice, bob, vera, add_photo):
    photo = add_photo(bob)
    asked = api(vera, "POST", "takedowns/", {"photo": photo.pk, "reason": "Please"})[1]["id"]
    assert [len(api(user, "GET", "takedowns/")[1]["results"]) for user in (alice, bob, vera)] == [1, 0, 1]
    status, done = api(alice, "POST", f"takedowns/{asked}/answer/", {"is_taken_down": True})
    assert (status, done["state"]) == (200, "done")


def test_only_the_host_changes_what_happens_with_faces(api, alice, bob):
    assert api(bob, "PATCH", "", {"face_mode": "off"})[0] == 403
    assert api(alice, "PATCH", "", {"face_mode": "off"})[1]["face_mode"] == "off"
    status, refused = api(bob, "POST", "consent/", {"text_version": consent_texts.VERSION})
    assert (status, refused["error"]["code"]) == (409, "faces_off")
