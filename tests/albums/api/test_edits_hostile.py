"""What strangers and broken programs send to the editor: refused with a sentence, never a fault of ours."""

from __future__ import annotations

import json

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from albums.models import Edit, EditBatch, EditPreset, EditPreview, Photo
from albums.services import edits
from tests.albums.api.conftest import error_of
from tests.conftest import picture

pytestmark = pytest.mark.django_db
LIGHT = {"steps": [{"op": "exposure", "stops": 0.5}]}
HUGE = 10**400
STROKE = {"radius": 0.1, "points": [[0.123456, 0.654321]] * 2000}


def step(op, **values):
    return json.dumps({"steps": [{"op": op, **values}]})


RECIPES = {
    "nan": '{"steps": [{"op": "exposure", "stops": NaN}]}',
    "infinity": '{"steps": [{"op": "exposure", "stops": -Infinity}]}',
    "beyond a float": '{"steps": [{"op": "exposure", "stops": 1e999}]}',
    "a huge whole number": step("exposure", stops=HUGE),
    "a huge whole number of quarters": step("rotate", quarters=HUGE),
    "more digits than Python reads": '{"steps": [{"op": "exposure", "stops": ' + "9" * 5000 + "}]}",
    "a huge place": step("perspective", corners=[[HUGE, 0], [1, 0], [1, 1], [0, 1]]),
    "a huge radius": step("spots", strokes=[{"radius": HUGE, "points": [[0, 0]]}]),
    "a huge face": step("blur_faces", whose="chosen", faces=[HUGE]),
    "a negative face": step("blur_faces", whose="chosen", faces=[-1]),
    "a face elsewhere": step("blur_faces", whose="chosen", faces=[123456]),
    "a huge box": step("blur_faces", whose="all", boxes=[[0, 0, HUGE, 1]]),
    "half a box": step("blur_faces", whose="all", boxes=[[0, 0]]),
    "a photo elsewhere": step("cutout", background="photo", photo=[2**62]),
    "a list": "[1]",
    "a list in place of a number": step("exposure", stops=[0.5]),
    "an object in place of a choice": step("looks", look={"a": 1}),
    "a list in place of an operation": '{"steps": [{"op": ["exposure"]}]}',
    "steps in steps": '{"steps": [{"steps": []}]}',
    "nested": '{"steps": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "a lone surrogate as a name": '{"steps": [{"op": "exposure", "\\ud800": 1}]}',
    "a lone surrogate as an operation": '{"steps": [{"op": "\\ud800"}]}',
    "nothing as a name": '{"steps": [{"op": "exposure", "\\u0000": 1}]}',
    "a path as an operation": step("../../etc/passwd"),
    "a module as an operation": step("__init__"),
    "another version": step("exposure", version=HUGE),
    "another format": '{"format": [[]], "steps": []}',
    "too many steps": json.dumps({"steps": [{"op": "exposure", "stops": 0.1}] * 10_000}),
    "too many strokes": step("spots", strokes=[{"radius": 0.1, "points": [[0, 0]]}] * 10_000),
    "too much in strokes": step("spots", strokes=[STROKE] * 30),
    "a huge photo": step("resize", width=16_384, height=16_384, fit="stretch"),
    "enlarged again and again": json.dumps({"steps": [{"op": "resize", "longest": 16_384}] * 9}),
}


@pytest.fixture
def photo(add_photo):
    made = add_photo(data=picture((90, 120, 60)))
    Photo.objects.update(state="ready", width=64, height=48)
    return Photo.objects.get(pk=made.pk)


@pytest.fixture
def stranger(db):
    return User.objects.create_user("mallory", password="a long enough password")


def post(client, address, body, method="post"):
    return getattr(client, method)(address, body, content_type="application/json")


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES.keys())
def test_no_recipe_is_a_fault_of_ours(api, alice, url, photo, recipe):
    client, address = api(alice), url(f"photos/{photo.pk}/edit/")
    for sent in (
        post(client, address, f'{{"recipe": {recipe}, "base": 0}}', "put"),
        post(client, f"{address}preview/", f'{{"recipe": {recipe}, "page": "abc"}}'),
    ):
        error_of(sent, 400)
    for sent in (
        post(client, url("edit-presets/"), f'{{"recipe": {recipe}, "name": "x"}}'),
        post(client, url("edits/"), f'{{"recipe": {recipe}, "photos": [{photo.pk}], "groups": ["repair"]}}'),
    ):
        assert sent.status_code in (201, 400, 409), sent.content  # a preset knows the size of no photo
    assert not any(model.objects.exists() for model in (Edit, EditPreview, EditBatch))


@pytest.mark.parametrize(
    "body",
    [
        "", "null", "[]", '"x"', "{", '{"recipe": null, "base": 0}', '{"recipe": {"steps": []}, "base": null}',
        '{"recipe": {"steps": []}, "base": true, "x": [[]]}', '{"recipe": {"steps": []}, "base": -1}',
        '{"recipe": {"steps": []}, "base": 99999999999999999999}', '{"recipe": {"steps": []}, "base": [0]}',
    ],
)  # fmt: skip
def test_no_body_is_a_fault_of_ours(api, alice, url, photo, body):
    address = url(f"photos/{photo.pk}/edit/")
    assert post(api(alice), address, body, "put").status_code in (400, 409)
    assert post(api(alice), f"{address}undo/", body).status_code in (400, 409)
    assert post(api(alice), f"{address}preview/", body).status_code == 400
    assert post(api(alice), url("edits/"), body).status_code == 400
    assert post(api(alice), url("edit-presets/"), body).status_code == 400


@pytest.mark.parametrize(
    "name", ["\x00", "\ud800", "", " \n ", "a" * 61, "a" * 100_000, "\u202e\u200b", 5, None, [], {}]
)
def test_no_name_of_a_preset_is_a_fault_of_ours(api, alice, url, photo, name):
    sent = post(api(alice), url("edit-presets/"), json.dumps({"recipe": LIGHT, "name": name}))
    assert sent.status_code in (201, 400), sent.content
    if sent.status_code == 201:
        assert EditPreset.objects.get().name.strip()


@pytest.mark.parametrize("page", ["../../x", "a/b", "\x00", "a" * 17, "", "é", "a b", ["a"], 10**400])
def test_the_name_of_a_page_leads_nowhere(api, alice, url, photo, page):
    address = url(f"photos/{photo.pk}/edit/preview/")
    assert post(api(alice), address, json.dumps({"recipe": LIGHT, "page": page})).status_code == 400
    assert api(alice).get(address, {"page": str(page)[:30]}).status_code in (400, 404)


@pytest.mark.parametrize("suggest", ["", "../x", "\x00", "__class__", "a" * 41, "\ud800", 10**30, []])
def test_what_is_no_operation_suggests_nothing(api, alice, url, photo, suggest):
    sent = post(
        api(alice), url(f"photos/{photo.pk}/edit/preview/"), json.dumps({"suggest": suggest, "page": "a"})
    )
    error_of(sent, 400)


@pytest.mark.parametrize(
    "body",
    [
        {"photos": []}, {"photos": [HUGE]}, {"photos": ["x"]}, {"photos": {"a": 1}}, {"photos": [True]}, {"photos": [[1]]},
        {"photos": list(range(1, 6001))}, {"preset": HUGE}, {"from_photo": -1}, {"quarters": HUGE}, {"quarters": 4},
        {"groups": ["nonsense"], "recipe": LIGHT}, {"groups": "light", "recipe": LIGHT}, {"groups": [[]], "recipe": LIGHT},
        {"enhance": True, "revert": True}, {"enhance": "maybe"},
    ],
)  # fmt: skip
def test_no_batch_is_a_fault_of_ours(api, alice, url, photo, body):
    error_of(post(api(alice), url("edits/"), json.dumps({"photos": [photo.pk], **body})), 400)


@pytest.mark.parametrize("recipe", ["[" * 100_000, "NaN", "null", "\x00", "{", '{"steps": [NaN]}'])
def test_what_a_form_pastes_is_no_fault_of_ours(client, alice, room, photo, recipe):
    client.force_login(alice)
    sent = client.post(
        f"/rooms/{room.pk}/edits/new/", {"deed": "paste", "recipe": recipe, "photos": [photo.pk]}
    )
    assert sent.status_code < 500
    assert not EditBatch.objects.exists()


def test_strangers_and_forged_forms_get_nowhere(api, stranger, alice, url, photo):
    addresses = [
        f"photos/{photo.pk}/edit/",
        f"photos/{photo.pk}/edit/preview/?page=a",
        "edits/",
        "edit-presets/",
        "turns/",
    ]
    for address in addresses:
        error_of(api(stranger).get(url(address)), 404)
    forged = APIClient(enforce_csrf_checks=True)
    forged.force_login(alice)
    error_of(post(forged, url(addresses[0]), json.dumps({"recipe": LIGHT, "base": 0}), "put"), 403)
    assert not Edit.objects.exists()


def test_nobody_reads_another_ones_presets_or_those_of_another_room(api, alice, bob, url, photo):
    made = post(api(alice), url("edit-presets/"), json.dumps({"recipe": LIGHT, "name": "Mine"})).json()
    client = api(bob)
    assert client.get(url("edit-presets/")).json()["results"] == []
    error_of(client.get(url(f"edit-presets/{made['id']}/")), 404)
    error_of(client.delete(url(f"edit-presets/{made['id']}/")), 404)
    body = json.dumps({"photos": [photo.pk], "preset": made["id"]})
    error_of(post(client, url("edits/"), body), 400)


def test_a_photo_that_is_deleted_while_it_is_saved_is_no_fault_of_ours(api, alice, url, photo, monkeypatch):
    real = edits.locked

    def too_late(user, row):
        Photo.objects.filter(pk=row.pk).delete()
        return real(user, row)

    monkeypatch.setattr(edits, "locked", too_late)
    sent = post(api(alice), url(f"photos/{photo.pk}/edit/"), json.dumps({"recipe": LIGHT, "base": 0}), "put")
    error_of(sent, 409)
