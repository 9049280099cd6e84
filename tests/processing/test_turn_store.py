"""What the analyzer says of photos on their side becomes proposals; what people decided stays."""

from __future__ import annotations

import pytest

from albums import edit_lists
from albums.errors import Conflict
from albums.models import TurnProposal
from albums.services import edit_reversal, edits, turns
from processing import turn_store
from processing.contracts import Findings
from processing.pipeline import Analyzed

pytestmark = pytest.mark.django_db


def look(photo, quarters, confidence=0.9, **data):
    found = Findings(data={"quarters": quarters, "confidence": confidence, **data})
    turn_store.save_turn(
        photo, Analyzed("photo", "JPEG", 64, 48, None, "#000000", findings={"uprightness": found})
    )


def proposals():
    return list(TurnProposal.objects.order_by("pk").values_list("quarters", "state"))


@pytest.fixture
def photo(add_photo):
    photo = add_photo()
    photo.state, photo.width, photo.height = "ready", 64, 48
    photo.save()
    return photo


def test_a_later_look_changes_only_what_is_open(alice, room, photo):
    look(photo, 1)
    look(photo, 3)
    assert proposals() == [(3, "open")]
    look(photo, 0)
    assert proposals() == []
    look(photo, 1)
    turns.decline(user=alice, room=room, photo_ids=[photo.pk])
    look(photo, 3)
    assert proposals() == [(1, "declined")]
    turns.ask_again(user=alice, room=room, photo_ids=[photo.pk])
    assert proposals() == [(1, "open")]


def test_an_edited_photo_is_not_asked_about(alice, room, photo):
    look(photo, 1)
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "exposure", "stops": 0.5}]}, base=0)
    assert not edit_lists.open_turns(room, alice).exists()
    look(photo, 1)
    assert proposals() == []
    with pytest.raises(Conflict, match="None of these"):
        turns.accept(user=alice, room=room, photo_ids=None)


def test_turning_is_a_batch_and_its_undo_asks_again(alice, room, photo):
    look(photo, 3)
    batch = turns.accept(user=alice, room=room, photo_ids=None)
    photo.refresh_from_db()
    assert photo.edit.recipe["steps"][0]["quarters"] == 3
    assert (batch.total, proposals()) == (1, [(3, "accepted")])
    look(photo, 3)
    edit_reversal.undo(user=alice, batch=batch)
    assert proposals() == [(3, "open")]
    assert [turn.photo_id for turn in edit_lists.open_turns(room, alice)] == [photo.pk]


def test_what_is_not_sure_and_what_was_not_looked_at_changes_nothing(photo):
    look(photo, 1, is_sure=False)
    assert proposals() == []
    look(photo, 1)
    turn_store.save_turn(photo, Analyzed("photo", "JPEG", 64, 48, None, "#000000"))
    assert proposals() == [(1, "open")]
