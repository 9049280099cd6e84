"""The pages of many photos edited at once, and of photos on their side."""

from __future__ import annotations

import pytest

from albums.models import Edit, EditBatch, Photo, TurnProposal
from albums.services import edit_presets

pytestmark = pytest.mark.django_db
LIGHT = {"steps": [{"op": "exposure", "stops": 0.5}]}


@pytest.fixture
def photo(add_photo):
    photo = add_photo()
    Photo.objects.update(state="ready", width=64, height=48)
    return photo


@pytest.fixture
def at(client, alice, room):
    client.force_login(alice)
    return lambda rest: f"/rooms/{room.pk}/{rest}"


def test_edits_of_a_selection_are_begun_watched_failed_and_undone(client, at, room, photo):
    told = client.post(
        at("edits/new/"), {"photos": photo.pk, "deed": "right", "next": at("edits/")}, follow=True
    )
    text = told.content.decode()
    assert "Editing 1 photo." in text
    assert "0 of 1 photos" in text
    assert 'hx-trigger="every 2s"' in text
    batch = EditBatch.objects.get()
    Edit.objects.update(state="failed", failure="That was too much.")
    text = client.get(at("edits/")).content.decode()
    assert "That was too much." in text
    assert 'hx-trigger="every 2s"' not in text
    client.post(at(f"edits/{batch.pk}/retry/"))
    assert Edit.objects.get().state == "waiting"
    client.post(at(f"edits/{batch.pk}/undo/"))
    assert not Photo.objects.exclude(edit=None).exists()


def test_a_preset_is_chosen_used_renamed_and_deleted(client, at, alice, room, photo):
    preset = edit_presets.add_preset(user=alice, room=room, name="Warm", recipe=LIGHT, is_rooms=True)
    assert "Warm" in client.post(at("edits/choose/"), {"photos": photo.pk}).content.decode()
    client.post(at("edits/new/"), {"photos": photo.pk, "deed": "preset", "preset": preset.pk})
    assert EditBatch.objects.get().title == "Warm"
    client.post(at(f"edits/presets/{preset.pk}/name/"), {"name": "Cold"})
    assert "Cold" in client.get(at("edits/")).content.decode()
    client.post(at(f"edits/presets/{preset.pk}/delete/"))
    assert not list(edit_presets.presets_for(alice, room))


@pytest.mark.parametrize("fields", [{}, {"deed": "paste", "recipe": "{"}, {"deed": "preset", "preset": "x"}])
def test_what_makes_no_sense_is_answered_with_a_sentence(client, at, photo, fields):
    told = client.post(at("edits/new/"), {"photos": photo.pk, **fields}, follow=True)
    assert told.status_code == 200
    assert not EditBatch.objects.exists()


def test_photos_on_their_side_are_shown_turned_and_left(client, at, room, photo):
    TurnProposal.objects.create(room=room, photo=photo, quarters=3, confidence=0.9)
    assert "1 photo lies on its side" in client.get(at("")).content.decode()
    assert "turn-3" in client.get(at("turns/")).content.decode()
    told = client.post(at("turns/decline/"), {"photos": photo.pk}, follow=True).content.decode()
    assert "stays as it is" in told
    assert "All photos stand upright" in told
    client.post(at("turns/ask-again/"), {"photos": photo.pk})
    client.post(at("turns/accept/"), {"all": "1"})
    assert TurnProposal.objects.get().state == "accepted"
