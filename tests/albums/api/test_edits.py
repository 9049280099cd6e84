"""Editing by the API: one photo and many, previews, presets, photos on their side."""

from __future__ import annotations

import pytest
from django.utils import timezone

from albums.models import Edit, EditPreview, Photo, TurnProposal
from albums.services import edit_previews as services
from processing import copy_tasks, edit_previews, edit_queue, edit_store, registry
from tests.albums.api.conftest import error_of
from tests.conftest import picture

pytestmark = pytest.mark.django_db
LIGHT = {"steps": [{"op": "exposure", "stops": 0.5}]}
TURN = {"steps": [{"op": "rotate", "quarters": 1}]}


@pytest.fixture
def photos(add_photo):
    made = [add_photo(data=picture((90 + 40 * n, 120, 60))) for n in range(3)]
    Photo.objects.update(state="ready", width=64, height=48)
    return [Photo.objects.get(pk=photo.pk) for photo in made]


@pytest.fixture
def photo(photos):
    return photos[0]


@pytest.fixture
def edit(photo, url):
    """An address below the edit of the photo."""
    return lambda rest="": url(f"photos/{photo.pk}/edit/{rest}")


def send(client, address, method="post", **body):
    return getattr(client, method)(address, body, format="json")


def test_a_photo_is_edited_undone_and_done_again(api, alice, photo, edit):
    client = api(alice)
    assert client.get(edit()).json()["number"] == 0
    made = send(client, edit(), "put", recipe=LIGHT, base=0).json()
    assert (made["number"], made["state"], made["can_undo"]) == (1, "waiting", True)
    edit_store.render(photo.pk)
    assert client.get(edit()).json()["state"] == "ready"
    undone = send(client, edit("undo/"), base=1).json()
    assert (undone["number"], undone["can_undo"], undone["can_redo"]) == (0, False, True)
    again = send(client, edit("redo/"), base=0).json()
    assert (again["number"], again["recipe"]["steps"][0]["op"]) == (1, "exposure")
    reverted = send(client, edit("revert/"), base=1).json()
    assert (reverted["number"], reverted["recipe"]["steps"], reverted["state"]) == (2, [], "ready")
    assert [version["number"] for version in reverted["versions"]] == [2, 1]
    assert [version["is_head"] for version in reverted["versions"]] == [True, False]


def test_the_original_has_nothing_to_undo_and_stays_without_a_version(api, alice, photo, edit):
    client = api(alice)
    error_of(send(client, edit("undo/"), base=0), 409)
    error_of(send(client, edit("redo/"), base=0), 409)
    assert send(client, edit("revert/"), base=0).json()["number"] == 0
    assert send(client, edit(), "put", recipe={"steps": []}, base=0).json()["can_redo"] is False
    assert not Edit.objects.exists()


def test_the_second_of_two_is_told_which_version_there_is(api, alice, bob, edit):
    assert send(api(alice), edit(), "put", recipe=LIGHT, base=0).status_code == 200
    response = send(api(bob), edit(), "put", recipe=TURN, base=0)
    error = error_of(response, 409)
    assert error["code"] == "edited_meanwhile"
    assert error["number"] == 1
    assert "Alice" in error["message"]


def test_what_is_wrong_is_said_by_field(api, alice, edit):
    bad = {"steps": [{"op": "exposure", "stops": 99}, {"op": "nonsense"}]}
    error = error_of(send(api(alice), edit(), "put", recipe=bad, base=0), 400)
    assert {"steps.0.stops", "steps.1.op"} <= set(error["fields"])
    for recipe in (
        None,
        5,
        [],
        {"steps": [{"op": "crop", "left": 0.9, "right": 0.1}]},
        {"steps": [{}] * 101},
    ):
        error_of(send(api(alice), edit(), "put", recipe=recipe, base=0), 400)
    error_of(send(api(alice), edit(), "put", recipe=LIGHT), 400)


def test_a_photo_in_the_trash_and_a_video_are_not_edited(api, alice, photo, edit):
    Photo.objects.filter(pk=photo.pk).update(kind="video")
    error_of(send(api(alice), edit(), "put", recipe=LIGHT, base=0), 409)


def test_a_preview_is_made_polled_and_seen_by_its_page_alone(api, alice, bob, photo, edit):
    client = api(alice)
    asked = send(client, edit("preview/"), page="abc", recipe=LIGHT, side_px=640)
    assert (asked.status_code, asked.json()["state"], asked.json()["url"]) == (202, "waiting", None)
    error_of(client.get(edit("preview/picture/") + "?page=abc"), 404)
    edit_previews.make(EditPreview.objects.get().pk)
    told = client.get(edit("preview/") + "?page=abc").json()
    assert (told["state"], told["number"], told["progress"]) == ("ready", 1, 1)
    shown = client.get(told["url"])
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert shown["Cache-Control"].startswith("private")
    error_of(api(bob).get(told["url"]), 404)
    error_of(client.get(edit("preview/") + "?page=other"), 404)
    error_of(client.get(edit("preview/")), 400)
    error_of(client.get(edit("preview/picture/") + "?page=abc&number=2"), 404)


def test_a_later_wish_replaces_the_earlier_and_is_cancelled(api, alice, edit):
    client = api(alice)
    send(client, edit("preview/"), page="abc", recipe=LIGHT)
    assert send(client, edit("preview/"), page="abc", suggest="enhance").json()["number"] == 2
    assert EditPreview.objects.count() == 1
    edit_previews.make(EditPreview.objects.get().pk)
    told = client.get(edit("preview/") + "?page=abc").json()
    assert (told["state"], told["url"]) == ("ready", None)
    assert all(step["reason"] for step in told["result"]["steps"])
    assert client.delete(edit("preview/") + "?page=abc").status_code == 204
    assert not EditPreview.objects.exists()
    assert client.delete(edit("preview/") + "?page=abc").status_code == 204
    error_of(send(client, edit("preview/"), page="abc", recipe=LIGHT, suggest="enhance"), 400)
    error_of(send(client, edit("preview/"), page="a b", recipe=LIGHT), 400)
    error_of(send(client, edit("preview/"), page="abc", suggest="nonsense"), 400)


def test_why_an_edit_failed_is_said_in_the_readers_language(api, alice, edit):
    client = api(alice)
    send(client, edit(), "put", recipe=LIGHT, base=0)
    nobody = "No person was found on this photo. Paint with the brush over what is to be kept."
    Edit.objects.update(state="failed", failure=f"Background: {nobody}")
    told = client.get(edit(), HTTP_ACCEPT_LANGUAGE="de").json()
    assert told["failure"].startswith("Hintergrund: Auf diesem Foto wurde keine Person gefunden.")
    assert client.get(edit()).json()["failure"] == f"Background: {nobody}"


def test_why_a_step_was_chosen_is_said_in_the_readers_language(api, alice, edit):
    client = api(alice)
    send(client, edit("preview/"), page="abc", suggest="enhance")
    steps = [{"op": "exposure", "stops": 0.6, "reason": "The photo is dark: exposure +0.6."}]
    EditPreview.objects.update(state="ready", result={"steps": steps})
    told = client.get(edit("preview/") + "?page=abc", HTTP_ACCEPT_LANGUAGE="de").json()
    assert told["result"]["steps"][0] == {**steps[0], "reason": "Das Foto ist dunkel: Belichtung +0.6."}
    assert client.get(edit("preview/") + "?page=abc").json()["result"] == {"steps": steps}
    EditPreview.objects.update(result={"steps": [{"op": "straighten", "angle": 2.0}]})
    assert client.get(edit("preview/") + "?page=abc").json()["result"]["steps"][0]["angle"] == 2.0


def test_one_person_has_a_handful_of_previews(api, alice, url, photos):
    client = api(alice)
    for photo in photos:
        for number in range(4):
            send(client, url(f"photos/{photo.pk}/edit/preview/"), page=f"p{number}", recipe=LIGHT)
    assert EditPreview.objects.count() == 8
    assert EditPreview.objects.filter(photo=photos[2]).count() == 4


@pytest.fixture
def wish_of(api, url):
    """What a user's page wishes: the answer, and what its worker is told."""

    def ask(user, photo, page, **wish):
        answer = send(api(user), url(f"photos/{photo.pk}/edit/preview/"), page=page, **wish)
        assert answer.status_code == 202
        return EditPreview.objects.get(user=user, photo=photo, page=page)

    return ask


def test_one_person_keeps_one_worker_busy_and_the_other_page_is_told(api, alice, bob, url, photos, wish_of):
    assert set(registry.operations()) >= services.COSTLY
    heavy = {"recipe": {"steps": [{"op": "denoise", "light": 0.5}]}}
    first = wish_of(alice, photos[0], "a", **heavy)
    others = wish_of(bob, photos[0], "a", **heavy)
    light = wish_of(alice, photos[1], "b", recipe=LIGHT)
    assert wish_of(alice, photos[0], "a", **heavy).number == 2  # of the same page
    second = wish_of(alice, photos[2], "c", **heavy)
    told = api(alice).get(url(f"photos/{photos[0].pk}/edit/preview/") + "?page=a").json()
    assert (told["state"], told["failure"]) == ("failed", services.REPLACED)
    for row in (others, light, second):
        row.refresh_from_db()
        assert row.state == "waiting"
    first.refresh_from_db()
    assert first.number == 3  # so that its worker stops
    small = {"page": "d", "side_px": 640, **heavy}  # one of many to choose from
    error = error_of(send(api(alice), url(f"photos/{photos[1].pk}/edit/preview/"), **small), 429)
    assert error["code"] == "too_many_previews"
    assert not EditPreview.objects.filter(page="d").exists()
    EditPreview.objects.filter(pk=second.pk).update(updated_at=timezone.now() - services.PATIENCE)
    assert wish_of(alice, photos[1], **small).number == 1
    assert wish_of(alice, photos[1], "b", suggest="enhance").state == "waiting"
    assert EditPreview.objects.get(page="d").state == "waiting"


def test_the_messages_of_earlier_wishes_make_nothing(alice, photos, wish_of):
    for _drag in range(3):
        preview = wish_of(alice, photos[0], "a", recipe=LIGHT)
    for number in (1, 2):
        copy_tasks.make_preview(preview.pk, number=number)
    preview.refresh_from_db()
    assert preview.state == "waiting"
    copy_tasks.make_preview(preview.pk, number=3)
    preview.refresh_from_db()
    assert preview.state == "ready"


def test_a_preview_is_not_shown_once_somebody_is_hidden(api, bob, photo, edit, add_face, make_person):
    client = api(bob)
    send(client, edit("preview/"), page="abc", recipe=LIGHT)
    edit_previews.make(EditPreview.objects.get().pk)
    address = client.get(edit("preview/") + "?page=abc").json()["url"]
    assert client.get(address).status_code == 200
    add_face(photo, is_veiled=True)
    error_of(client.get(address), 404)


def test_presets_are_made_listed_renamed_and_deleted(api, alice, bob, url):
    client = api(bob)
    made = send(client, url("edit-presets/"), name=" Warm ", recipe=LIGHT)
    assert (made.status_code, made.json()["name"], made.json()["is_rooms"]) == (201, "Warm", False)
    error_of(send(client, url("edit-presets/"), name="Warm", recipe=LIGHT), 409)
    ours = send(client, url("edit-presets/"), name="Warm", recipe=TURN, is_rooms=True).json()
    assert [row["id"] for row in api(alice).get(url("edit-presets/")).json()["results"]] == [ours["id"]]
    row = url(f"edit-presets/{made.json()['id']}/")
    assert send(client, row, "patch", name="Cold").json()["name"] == "Cold"
    error_of(api(alice).get(row), 404)
    assert client.delete(row).status_code == 204
    assert api(alice).delete(url(f"edit-presets/{ours['id']}/")).status_code == 204  # she owns the room
    error_of(send(client, url("edit-presets/"), name="Nothing", recipe={"steps": []}), 400)


def test_many_are_edited_watched_stopped_and_undone(api, alice, url, photos, room):
    client = api(alice)
    ids = [photo.pk for photo in photos]
    made = send(client, url("edits/"), photos=ids, recipe=LIGHT)
    assert (made.status_code, made.json()["total"], made.json()["waiting"]) == (201, 3, 3)
    address = url(f"edits/{made.json()['id']}/")
    edit_store.render(ids[0])
    stopped = client.post(f"{address}cancel/").json()
    assert (stopped["done"], stopped["cancelled"], stopped["can_cancel"]) == (1, 2, False)
    error_of(client.post(f"{address}cancel/"), 409)
    undone = client.post(f"{address}undo/").json()
    assert (undone["can_undo"], Photo.objects.filter(edit=None).count()) == (False, 3)
    error_of(client.post(f"{address}undo/"), 409)
    assert [row["id"] for row in client.get(url("edits/")).json()["results"]] == [made.json()["id"]]


def test_many_are_edited_in_every_way(api, alice, url, photos, room):
    client = api(alice)
    ids = [photo.pk for photo in photos]
    preset = send(client, url("edit-presets/"), name="Warm", recipe=LIGHT).json()["id"]
    send(client, url(f"photos/{ids[0]}/edit/"), "put", recipe=LIGHT, base=0)
    for way in ({"preset": preset}, {"quarters": 1}, {"revert": True}, {"enhance": True}):
        assert send(client, url("edits/"), photos=ids, **way).status_code == 201, way
        edit_queue.render_waiting(room.pk)
    assert send(client, url("edits/"), photos=ids[1:], from_photo=ids[0]).status_code in (201, 409)
    for body in ({}, {"recipe": LIGHT, "revert": True}, {"enhance": False}, {"quarters": 4}, {"recipe": 5}):
        error_of(send(client, url("edits/"), photos=ids, **body), 400)
    error_of(send(client, url("edits/"), photos=ids, recipe=LIGHT, groups=["nonsense"]), 400)
    error_of(send(client, url("edits/"), photos=[], recipe=LIGHT), 400)
    error_of(send(client, url("edits/"), photos=[10**6], recipe=LIGHT), 409)


def test_what_failed_is_tried_again(api, alice, url, photos, room, monkeypatch):
    client = api(alice)
    made = send(client, url("edits/"), photos=[photo.pk for photo in photos], recipe=LIGHT).json()
    address = url(f"edits/{made['id']}/")
    error_of(client.post(f"{address}retry/"), 409)
    Edit.objects.filter(photo=photos[0]).update(state="failed", failure="No.")
    assert client.get(address).json()["failed"] == 1
    assert client.post(f"{address}retry/").json()["waiting"] == 3


def test_photos_on_their_side_are_listed_turned_and_left(api, alice, bob, url, photos, room):
    client = api(alice)
    for number, photo in enumerate(photos):
        TurnProposal.objects.create(room=room, photo=photo, quarters=1, confidence=0.5 + number / 10)
    rows = client.get(url("turns/")).json()["results"]
    assert [row["photo"] for row in rows] == [photo.pk for photo in reversed(photos)]
    assert send(client, url("turns/decline/"), photos=[photos[0].pk]).status_code == 204
    made = send(client, url("turns/accept/"), all=True)
    assert (made.status_code, made.json()["total"], made.json()["origin"]) == (201, 2, "turn")
    assert client.get(url("turns/")).json()["results"] == []
    api(bob).post(url(f"edits/{made.json()['id']}/undo/"))
    assert len(client.get(url("turns/")).json()["results"]) == 2
    error_of(send(client, url("turns/accept/"), all=True, photos=[1]), 400)
    error_of(send(client, url("turns/accept/"), photos=[photos[0].pk]), 409)


def test_who_may_only_look_edits_nothing(api, vera, charlie, url, edit, photos):
    for address in (edit(), url("edits/"), url("edit-presets/"), url("turns/")):
        error_of(api(vera).get(address), 403)
        error_of(api(charlie).get(address), 404)
    error_of(send(api(vera), url("edits/"), photos=[photos[0].pk], recipe=LIGHT), 403)
    error_of(send(api(vera), edit("preview/"), page="abc", recipe=LIGHT), 403)


def test_everybody_reads_the_operations_in_their_language(api):
    rows = api().get("/api/v1/operations/").json()
    names = [row["name"] for row in rows]
    assert {"crop", "exposure", "rotate"} <= set(names)
    assert names.index("rotate") < names.index("exposure")
    assert all(row["label"] and row["group_label"] for row in rows)
