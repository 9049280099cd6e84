"""The editor's page: who gets it, what it says where a photo can't be edited, and what it does without scripts."""

from __future__ import annotations

from html import unescape
from types import SimpleNamespace

import pytest

from albums.models import Edit, Photo
from albums.models.edits import STAND_IN
from albums.services import edits
from processing import model_files


@pytest.fixture
def photo(fill):
    return fill(1)[0]


def test_the_page_names_what_its_scripts_need(open_page, alice, room, photo):
    html = open_page(alice, f"photos/{photo.pk}/edit/").content.decode()
    assert f'data-edit="/api/v1/rooms/{room.pk}/photos/{photo.pk}/edit/"' in html
    assert 'data-operations="/api/v1/operations/"' in html
    assert f'data-back="/rooms/{room.pk}/photos/{photo.pk}/"' in html
    assert f"/photos/{photo.pk}/base-1280" in html
    assert "js/editor/page" in html
    assert "js/room" not in html
    assert "style=" not in html


def test_undo_and_redo_differ_also_where_one_reads_from_right_to_left(open_page, alice, photo):
    html = open_page(alice, f"photos/{photo.pk}/edit/").content.decode()
    for name in ("undo", "redo"):
        symbol = html[: html.index(f'#{name}"')].rpartition("<svg ")[2]
        assert "icon-mirrored" in symbol


def test_it_leads_back_to_the_list_one_came_from(open_page, alice, photo):
    html = open_page(alice, f"photos/{photo.pk}/edit/", state="ready", person="7").content.decode()
    assert f'/photos/{photo.pk}/?person=7"' in html


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"kind": "video", "content_type": "video/mp4"}, "Videos can't be edited here yet."),
        ({"state": "pending"}, "This photo is not ready yet. Try again in a moment."),
        ({"state": "failed"}, "This photo couldn't be read, so it can't be edited."),
    ],
)
def test_a_photo_that_can_not_be_edited_has_a_sentence_instead(open_page, alice, fill, columns, said):
    photo = fill(1, **columns)[0]
    html = unescape(open_page(alice, f"photos/{photo.pk}/edit/").content.decode())
    assert said in html
    assert "data-editor" not in html


def test_who_may_not_edit_photos_gets_no_editor(open_page, vera, charlie, photo):
    assert open_page(vera, f"photos/{photo.pk}/edit/").status_code == 403
    assert open_page(charlie, f"photos/{photo.pk}/edit/").status_code == 404


def test_few_queries_whatever_was_done_to_the_photo(open_page, alice, photo, django_assert_max_num_queries):
    for number in range(6):
        recipe = {"steps": [{"op": "exposure", "stops": 0.1 * (number + 1)}]}
        edits.save_edit(user=alice, photo=photo, recipe=recipe, base=number)
    open_page(alice, f"photos/{photo.pk}/edit/")
    with django_assert_max_num_queries(14):
        open_page(alice, f"photos/{photo.pk}/edit/")


def test_without_scripts_a_photo_is_turned_with_its_crop(press, alice, photo):
    crop = {"steps": [{"op": "crop", "left": 0.25}, {"op": "exposure", "stops": 0.5}]}
    edits.save_edit(user=alice, photo=photo, recipe=crop, base=0)
    press(alice, f"photos/{photo.pk}/edit/", turn="1", base="1")
    steps = {step["op"]: step for step in Edit.objects.get(number=2).recipe["steps"]}
    assert steps["rotate"]["quarters"] == 1
    assert steps["crop"]["top"] == pytest.approx(0.25)
    assert steps["exposure"]["stops"] == 0.5
    press(alice, f"photos/{photo.pk}/edit/", turn="revert", base="2")
    assert Edit.objects.get(number=3).recipe["steps"] == []


def test_without_scripts_too_nobody_overwrites_what_they_have_not_seen(press, alice, bob, photo):
    edits.save_edit(user=bob, photo=photo, recipe={"steps": [{"op": "mirror", "across": True}]}, base=0)
    html = unescape(press(alice, f"photos/{photo.pk}/edit/", turn="-1", base="0").content.decode())
    assert "bob has edited this photo meanwhile" in html.lower()
    assert Edit.objects.count() == 1


def test_who_was_faster_in_another_window_is_told_so_and_not_their_own_name(press, alice, photo):
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "mirror", "across": True}]}, base=0)
    html = unescape(press(alice, f"photos/{photo.pk}/edit/", turn="-1", base="0").content.decode())
    assert "You have edited this photo meanwhile, in another window." in html


def test_nobody_is_said_to_have_made_what_the_site_has(press, alice, bob, photo):
    edits.save_edit(user=bob, photo=photo, recipe={"steps": [{"op": "mirror", "across": True}]}, base=0)
    first = Edit.objects.get()
    made = Edit.objects.create(
        photo=photo, number=2, key=STAND_IN, recipe=first.recipe, parent=first, author=bob
    )
    Photo.objects.update(edit=made)
    html = unescape(press(alice, f"photos/{photo.pk}/edit/", turn="-1", base="0").content.decode())
    assert "This photo looks otherwise meanwhile." in html
    assert "bob has edited" not in html.lower()


@pytest.mark.parametrize("data", [{}, {"turn": "7", "base": "0"}, {"turn": "1", "base": "x"}])
def test_a_form_that_says_nothing_changes_nothing(press, alice, photo, data):
    press(alice, f"photos/{photo.pk}/edit/", **data)
    assert not Edit.objects.exists()


@pytest.fixture
def better(monkeypatch):
    """A model is missing that would make backgrounds better."""
    gain = SimpleNamespace(
        feature="Background", sentence="It would be better with a model.", model="some-model"
    )
    monkeypatch.setattr(model_files, "improvements", lambda: [gain])


def test_a_missing_model_is_told_to_staff_and_not_to_every_member(
    open_page, alice, bob, photo, better, settings
):
    settings.HOST = "192.168.0.7"
    bob.is_staff = True
    bob.save()
    assert "some-model" not in open_page(alice, f"photos/{photo.pk}/edit/").content.decode()
    assert "some-model" in open_page(bob, f"photos/{photo.pk}/edit/").content.decode()


@pytest.mark.parametrize(
    ("changed", "is_told"),
    [
        ({}, True),
        ({"HOST": "192.168.0.7"}, False),
        ({"PUBLIC_URL": "https://photos.example.org"}, False),
        ({"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}, False),
    ],
)
def test_who_sits_at_a_machine_that_serves_itself_alone_is_told(
    client, alice, room, photo, better, settings, changed, is_told
):
    for name, value in changed.items():
        setattr(settings, name, value)
    client.force_login(alice)
    html = client.get(f"/rooms/{room.pk}/photos/{photo.pk}/edit/", headers={"host": "localhost:8000"})
    assert ("some-model" in html.content.decode()) is is_told


def test_another_name_than_the_machines_own_is_not_the_machine(client, alice, room, photo, better, settings):
    settings.ALLOWED_HOSTS = ["photos.example.org"]
    client.force_login(alice)
    html = client.get(f"/rooms/{room.pk}/photos/{photo.pk}/edit/", headers={"host": "photos.example.org"})
    assert "some-model" not in html.content.decode()
