"""One recipe over many photos, and recipes with a name."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from albums.errors import AlbumError, Conflict
from albums.models import Edit, Photo
from albums.services import edit_batches, edit_presets, edits
from processing import edit_store

pytestmark = pytest.mark.django_db
LIGHT = {"steps": [{"op": "exposure", "stops": 0.5}]}
TURN = {"steps": [{"op": "rotate", "quarters": 1}]}


@pytest.fixture
def photos(add_photo) -> list[Photo]:
    made = [add_photo() for _ in range(3)]
    Photo.objects.update(state="ready")
    return made


def paste(user, room, photos, recipe=LIGHT, **options):
    ids = [photo.pk for photo in photos]
    return edit_batches.edit_many(
        user=user, room=room, photo_ids=ids, recipe=recipe, title="Evening", **options
    )


def ops_of(photo: Photo) -> list[str]:
    photo.refresh_from_db()
    return [step["op"] for step in photo.edit.recipe["steps"]] if photo.edit else []


def test_pasting_keeps_what_is_of_each_photo(alice, room, photos):
    edits.save_edit(user=alice, photo=photos[0], recipe=TURN, base=0)
    both = {"steps": [*TURN["steps"], *LIGHT["steps"]]}
    batch = paste(alice, room, photos, recipe=both)
    assert batch.total == 3
    assert [ops_of(photo) for photo in photos] == [["rotate", "exposure"], ["exposure"], ["exposure"]]


def test_a_batch_is_made_and_undone(alice, room, photos):
    first = edits.save_edit(user=alice, photo=photos[0], recipe=TURN, base=0)
    edit_store.render(photos[0].pk)
    batch = paste(alice, room, photos)
    assert edit_store.render_waiting(room.pk)
    assert set(batch.edits.values_list("state", flat=True)) == {"ready"}
    edits.save_edit(user=alice, photo=photos[2], recipe=TURN, base=1)
    edit_batches.undo(user=alice, batch=batch)
    assert [ops_of(photo) for photo in photos] == [["rotate"], [], ["rotate"]]
    photos[1].refresh_from_db()
    assert photos[1].shown_edit is None
    edit_store.render_waiting(room.pk)
    photos[0].refresh_from_db()
    assert photos[0].shown_edit == first
    with pytest.raises(Conflict, match="already"):
        edit_batches.undo(user=alice, batch=batch)


def test_cancelling_leaves_what_is_done(alice, room, photos):
    batch = paste(alice, room, photos)
    edit_store.render(photos[0].pk)
    edit_batches.cancel(user=alice, batch=batch)
    assert [ops_of(photo) for photo in photos] == [["exposure"], [], []]
    assert sorted(batch.edits.values_list("state", flat=True)) == ["cancelled", "cancelled", "ready"]
    edit_store.render_waiting(room.pk)
    assert Photo.objects.exclude(shown_edit=None).count() == 1


def test_a_batch_that_changes_nothing_is_refused(alice, vera, room, photos):
    paste(alice, room, photos)
    with pytest.raises(Conflict, match="None of these photos would change"):
        paste(alice, room, photos)
    with pytest.raises(PermissionDenied):
        paste(vera, room, photos)


def test_as_many_queries_for_many_photos(alice, room, add_photo, django_assert_max_num_queries):
    made = list({photo.pk: photo for photo in (add_photo() for _ in range(30))}.values())  # some are alike
    Photo.objects.update(state="ready")
    with django_assert_max_num_queries(30):
        paste(alice, room, made)
    assert Edit.objects.count() == len(made) > 12


def test_presets_are_of_a_user_or_a_room(alice, bob, room):
    mine = edit_presets.add_preset(user=bob, room=room, name=" Evening ", recipe=LIGHT, is_rooms=False)
    ours = edit_presets.add_preset(user=alice, room=room, name="Evening", recipe=TURN, is_rooms=True)
    assert list(edit_presets.presets_for(bob, room)) == [mine, ours]
    assert list(edit_presets.presets_for(alice, room)) == [ours]
    with pytest.raises(Conflict, match="this name"):
        edit_presets.add_preset(user=bob, room=room, name="Evening", recipe=LIGHT, is_rooms=False)
    with pytest.raises(PermissionDenied):
        edit_presets.delete_preset(user=bob, room=room, preset=ours)
    with pytest.raises(AlbumError, match="empty"):
        edit_presets.rename_preset(user=bob, room=room, preset=mine, name=" ")
