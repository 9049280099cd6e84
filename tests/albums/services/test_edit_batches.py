"""One recipe over many photos, and recipes with a name."""

from __future__ import annotations

import time

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from albums import edit_lists
from albums.errors import AlbumError, Conflict
from albums.models import Edit, EditBatch, Job, Photo
from albums.services import edit_batches, edit_presets, edit_reversal, edits
from processing import copy_tasks, edit_queue, edit_store, enhance_store, job_tasks, recipes
from processing.errors import ProcessingError
from tests.conftest import picture

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
    assert edit_queue.render_waiting(room.pk)
    assert set(batch.edits.values_list("state", flat=True)) == {"ready"}
    edits.save_edit(user=alice, photo=photos[2], recipe=TURN, base=1)
    edit_reversal.undo(user=alice, batch=batch)
    assert [ops_of(photo) for photo in photos] == [["rotate"], [], ["rotate"]]
    photos[1].refresh_from_db()
    assert photos[1].shown_edit is None
    edit_queue.render_waiting(room.pk)
    photos[0].refresh_from_db()
    assert photos[0].shown_edit == first
    with pytest.raises(Conflict, match="already"):
        edit_reversal.undo(user=alice, batch=batch)


def test_cancelling_leaves_what_is_done(alice, room, photos):
    batch = paste(alice, room, photos)
    edit_store.render(photos[0].pk)
    edit_reversal.cancel(user=alice, batch=batch)
    assert [ops_of(photo) for photo in photos] == [["exposure"], [], []]
    assert sorted(batch.edits.values_list("state", flat=True)) == ["cancelled", "cancelled", "ready"]
    edit_queue.render_waiting(room.pk)
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


def test_many_are_turned_with_their_crops(alice, room, photos):
    crop = {"steps": [{"op": "crop", "left": 0.5}]}
    edits.save_edit(user=alice, photo=photos[0], recipe=crop, base=0)
    edit_batches.turn_many(user=alice, room=room, photo_ids=[photo.pk for photo in photos], quarters=1)
    assert [ops_of(photo) for photo in photos] == [["rotate", "crop"], ["rotate"], ["rotate"]]
    assert photos[0].edit.recipe["steps"][1]["top"] == 0.5
    edit_batches.turn_many(user=alice, room=room, photo_ids=[photos[1].pk], quarters=3)
    assert ops_of(photos[1]) == []  # upright again
    with pytest.raises(AlbumError, match="quarters"):
        edit_batches.turn_many(user=alice, room=room, photo_ids=[photos[1].pk], quarters=4)


def test_a_worker_chooses_for_each_photo_and_leaves_what_is_good(alice, room, photos, monkeypatch):
    edits.save_edit(user=alice, photo=photos[1], recipe=LIGHT, base=0)
    edit_store.render(photos[1].pk)
    answers = iter([[("exposure", {"stops": 1.0}, "It is dark.")], [], []])
    monkeypatch.setattr(enhance_store, "enhance", lambda frame: next(answers))
    batch = edit_batches.enhance_many(user=alice, room=room, photo_ids=[photo.pk for photo in photos])
    assert edit_queue.render_waiting(room.pk)
    assert [ops_of(photo) for photo in photos] == [["exposure"], ["exposure"], []]
    assert photos[0].edit.recipe["steps"][0]["stops"] == 1.0
    assert photos[0].edit.key == recipes.parse(photos[0].edit.recipe).key
    assert photos[1].edit.recipe["steps"][0]["stops"] == 0.5
    assert photos[1].shown_edit == photos[1].edit
    assert sorted(batch.edits.values_list("state", flat=True)) == ["ready", "same", "same"]
    edit_reversal.undo(user=alice, batch=batch)
    assert [ops_of(photo) for photo in photos] == [[], ["exposure"], []]


def test_a_dark_photo_is_made_brighter(alice, room, add_photo):
    photo = add_photo(data=picture((20, 22, 25)))
    Photo.objects.update(state="ready", width=64, height=48)
    edit_batches.enhance_many(user=alice, room=room, photo_ids=[photo.pk])
    edit_queue.render_waiting(room.pk)
    assert "exposure" in ops_of(photo)
    assert photo.shown_edit == photo.edit


def test_many_are_reverted_and_that_is_undone(alice, room, photos):
    first = paste(alice, room, photos[:2])
    edit_queue.render_waiting(room.pk)
    batch = edit_batches.revert_many(user=alice, room=room, photo_ids=[photo.pk for photo in photos])
    assert batch.total == 2  # the third one was not edited
    assert [ops_of(photo) for photo in photos] == [[], [], []]
    assert photos[0].shown_edit is None
    edit_reversal.undo(user=alice, batch=batch)
    edit_queue.render_waiting(room.pk)
    assert [ops_of(photo) for photo in photos] == [["exposure"], ["exposure"], []]
    assert photos[0].shown_edit == first.edits.get(photo=photos[0])


def test_workers_with_nothing_else_to_do_are_called_and_one_stays_free(alice, room, photos, settings):
    edit_batches.turn_many(user=alice, room=room, photo_ids=[one.pk for one in photos], quarters=1)
    found = {}
    for settings.WORKERS in (1, 2, 3, 4, 16):
        found[settings.WORKERS] = edit_queue.helpers_wanted(room.pk)
    assert found == {1: 0, 2: 0, 3: 1, 4: 2, 16: len(photos) - 1}


def test_whoever_helps_takes_what_nobody_has_begun_and_comes_too_late_for_nothing(alice, room, photos):
    edit_batches.turn_many(user=alice, room=room, photo_ids=[one.pk for one in photos], quarters=1)
    begun = edit_queue.claim(room.pk)
    copy_tasks.help_rendering(str(room.pk), until=time.time() - 1)
    assert not Edit.objects.filter(state="ready").exists()
    copy_tasks.help_rendering(str(room.pk), until=time.time() + 60)  # and does not wait for the others
    assert Edit.objects.filter(state="ready").count() == len(photos) - 1
    assert Edit.objects.get(state="waiting") == begun
    edit_queue.render(begun)
    assert edit_queue.render_waiting(room.pk)


def test_the_job_of_a_room_calls_for_help(alice, room, photos, settings, monkeypatch):
    settings.WORKERS = 4
    edit_batches.turn_many(user=alice, room=room, photo_ids=[one.pk for one in photos], quarters=1)
    calls = []
    monkeypatch.setattr(
        job_tasks, "ring", lambda task, key, countdown=0, **more: calls.append((task.name, key, *more))
    )
    copy_tasks.render_room(Job.objects.get(kind="rendermany").pk)
    assert calls[:2] == [("processing.copy_tasks.help_rendering", str(room.pk), "until")] * 2
    assert not Edit.objects.filter(state="waiting").exists()


def test_one_photo_that_fails_does_not_hold_up_the_others(alice, room, photos, monkeypatch):
    batch = paste(alice, room, photos)
    make = edit_store.make

    def fail_once(photo, edit):
        if photo == photos[0]:
            raise ZeroDivisionError
        if photo == photos[1]:
            raise ProcessingError("This can't be done.")
        return make(photo, edit)

    monkeypatch.setattr(edit_store, "make", fail_once)
    assert edit_queue.render_waiting(room.pk)
    states = dict(batch.edits.values_list("photo", "state"))
    assert [states[photo.pk] for photo in photos] == ["failed", "failed", "ready"]
    assert batch.edits.get(photo=photos[1]).failure == "This can't be done."
    monkeypatch.setattr(edit_store, "make", make)
    assert edit_reversal.try_again(user=alice, batch=batch) == 2
    assert edit_queue.render_waiting(room.pk)
    assert set(batch.edits.values_list("state", flat=True)) == {"ready"}
    with pytest.raises(Conflict, match="failed"):
        edit_reversal.try_again(user=alice, batch=batch)


def test_a_photo_that_ends_its_worker_is_given_up(alice, room, photos, settings):
    batch = paste(alice, room, photos[:1])
    for _ in range(settings.JOB_MAX_ATTEMPTS - 1):
        assert edit_queue.claim(room.pk) is not None  # and then the worker was killed
        assert edit_queue.claim(room.pk) is None
        Edit.objects.update(claimed_until=timezone.now() - edit_queue.CLAIM)
    assert edit_queue.render_waiting(room.pk)
    edit = batch.edits.get()
    assert edit.state == "failed"
    assert "stopped 3 times" in edit.failure


def test_what_lies_in_the_trash_is_not_waited_for(alice, room, photos):
    batch = paste(alice, room, photos)
    Photo.objects.filter(pk=photos[0].pk).update(deleted_at=timezone.now())
    assert edit_queue.render_waiting(room.pk)
    counts = edit_lists.with_counts(EditBatch.objects.filter(pk=batch.pk)).get()
    assert (counts.done, counts.waiting, counts.total) == (2, 0, 3)


def test_nothing_is_done_to_a_photo_that_is_not_the_rooms(alice, room, photos, charlie, add_photo):
    with pytest.raises(Conflict, match="None of these"):
        edit_batches.revert_many(user=alice, room=room, photo_ids=[10**9])
    foreign = {"steps": [{"op": "cutout", "photo": [10**9]}]}
    with pytest.raises(AlbumError):
        paste(alice, room, photos, recipe=foreign)
