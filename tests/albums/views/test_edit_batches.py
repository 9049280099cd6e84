"""The pages of many photos edited at once, and of photos on their side."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from albums.edits_under_way import PACE, edits_under_way, seconds_left, seconds_left_of_each
from albums.models import Edit, EditBatch, Photo, TurnProposal
from albums.models.edits import CLAIM
from albums.services import edit_batches, edit_presets, edits
from albums.views.edit_batches import cards_of

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


def test_the_line_above_a_grid_says_how_far_edits_are_and_asks_again_until_all_is_done(
    client, at, alice, room, photo, add_photo
):
    add_photo()
    Photo.objects.update(state="ready", width=64, height=48)
    assert "hx-get" not in client.get(at("edits/progress/")).content.decode()
    batch = edit_batches.turn_many(
        user=alice, room=room, photo_ids=Photo.objects.values_list("pk", flat=True), quarters=1
    )
    Edit.objects.filter(photo=photo).update(state="ready")
    for text in (client.get(at("")).content.decode(), client.get(at("edits/progress/")).content.decode()):
        assert "1 of 2 photos edited" in text
        assert f"edits/{batch.pk}/cancel/" in text
        assert 'hx-trigger="every 2s"' in text
    Edit.objects.exclude(photo=photo).update(state="failed", failure="That was too much.")
    text = client.get(at("edits/progress/")).content.decode()
    assert "1 photo could not be edited and looks as before." in text
    assert "hx-trigger" not in text
    EditBatch.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert "could not be edited" not in client.get(at("edits/progress/")).content.decode()


def test_a_viewer_sees_the_line_without_its_buttons(client, at, alice, vera, room, photo):
    edit_batches.turn_many(user=alice, room=room, photo_ids=[photo.pk], quarters=1)
    client.force_login(vera)
    text = client.get(at("edits/progress/")).content.decode()
    assert "0 of 1 photos edited" in text
    assert "<form" not in text
    assert at("edits/") + '"' not in text


def test_the_line_costs_one_query_where_nothing_is_edited(alice, room, photo, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert edits_under_way(room, alice).waiting == 0


def test_an_edit_that_was_replaced_before_it_was_made_is_not_waited_for(alice, room, photo):
    edits.save_edit(user=alice, photo=photo, recipe=LIGHT, base=0)
    assert edits_under_way(room, alice).waiting == 1
    edits.undo_edit(user=alice, photo=photo, base=1)
    assert edits_under_way(room, alice).waiting == 0


def test_the_time_left_is_the_pace_of_the_last_moments_also_of_a_batch_that_is_tried_again(
    alice, room, add_photo
):
    for _ in range(6):
        add_photo()
    Photo.objects.update(state="ready", width=64, height=48)
    ids = list(Photo.objects.order_by("pk").values_list("pk", flat=True))
    batch = edit_batches.turn_many(user=alice, room=room, photo_ids=ids, quarters=1)
    assert seconds_left([batch.pk], 6) is None
    now = timezone.now()
    for number, pk in enumerate(ids[:3]):  # one begun every four seconds
        begun = now - timedelta(seconds=4 * number)
        Edit.objects.filter(photo=pk).update(state="ready", claimed_until=begun + CLAIM)
    assert seconds_left([batch.pk], 3) == 12
    assert seconds_left_of_each({batch.pk: 3, UUID(int=0): 2}) == {batch.pk: 12, UUID(int=0): None}
    Edit.objects.filter(state="ready").update(claimed_until=now - PACE + CLAIM - timedelta(seconds=1))
    assert seconds_left([batch.pk], 3) is None


def test_the_cards_cost_as_many_queries_for_many_batches_under_way_as_for_one(alice, room, photo, add_photo):
    batches = []
    for other in (photo, add_photo(), add_photo(), add_photo()):
        Photo.objects.filter(pk=other.pk).update(state="ready", width=64, height=48)
        batches.append(edit_batches.turn_many(user=alice, room=room, photo_ids=[other.pk], quarters=1))
    with CaptureQueriesContext(connection) as for_one:
        assert [card.finished for card in cards_of(batches[:1])] == [0]
    with CaptureQueriesContext(connection) as for_many:
        assert [card.finished for card in cards_of(batches)] == [0, 0, 0, 0]
    assert len(for_many) == len(for_one)


def test_photos_that_are_left_out_are_counted(client, at, photo, add_photo):
    broken = add_photo()
    Photo.objects.filter(pk=broken.pk).update(state="failed")
    told = client.post(at("edits/new/"), {"photos": f"{photo.pk},{broken.pk}", "deed": "right"}, follow=True)
    assert "Editing 1 photo. 1 stays as it is." in told.content.decode()


def test_an_earlier_batch_can_not_be_undone_or_tried_again_once_all_its_photos_were_edited_anew(
    client, at, alice, room, photo
):
    first = edit_batches.turn_many(user=alice, room=room, photo_ids=[photo.pk], quarters=1)
    Edit.objects.update(state="failed", failure="That was too much.")
    text = client.get(at("edits/")).content.decode()
    assert f"edits/{first.pk}/undo/" in text
    assert "That was too much." in text
    second = edit_batches.turn_many(user=alice, room=room, photo_ids=[photo.pk], quarters=1)
    text = client.get(at("edits/")).content.decode()
    assert f"edits/{first.pk}/undo/" not in text
    assert f"edits/{first.pk}/retry/" not in text
    assert f"edits/{second.pk}/undo/" in text
