"""Who has all faces covered, or all but their own, relies on it also where a face is found later."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from albums import edit_lists
from albums.models import Edit, EditBatch, EditedCopy, Face, Job, Person, Photo
from albums.services import edit_batches, edit_reversal, edits
from processing import chores, copy_tasks, covered_store, edit_queue, edit_store, store, tasks

pytestmark = pytest.mark.django_db
TURNED = {"op": "rotate", "quarters": 2}


def noise() -> bytes:
    pixels = np.random.default_rng(3).integers(0, 255, (96, 128, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def photo(add_photo) -> Photo:
    photo = add_photo(data=noise(), name="noise.png")
    Photo.objects.filter(pk=photo.pk).update(state="ready", width=128, height=96)
    Job.objects.all().delete()
    photo.refresh_from_db()
    return photo


def cover(user, photo, whose="all") -> Photo:
    recipe = {"steps": [{"op": "blur_faces", "whose": whose}, TURNED]}
    edits.save_edit(user=user, photo=photo, recipe=recipe, base=edits.number_of(photo.edit))
    edit_store.render(photo.pk)
    photo.refresh_from_db()
    assert photo.shown_edit == photo.edit
    return photo


def is_covered(photo: Photo, x: int = 10, y: int = 10) -> bool:
    """Whether the middle of a face of 20 pixels at this place is smooth; the photo is turned upside down."""
    photo.refresh_from_db()
    copy = EditedCopy.objects.get(edit=photo.shown_edit_id, side_px=0)
    pixels = np.asarray(Image.open(io.BytesIO(copy.file.read())).convert("L").rotate(180), float)
    return bool(pixels[y + 5 : y + 15, x + 5 : x + 15].std() < 20)


@pytest.mark.parametrize("whose", ["all", "others"])
def test_a_face_that_is_found_later_is_covered(room, alice, photo, add_face, whose):
    cover(alice, photo, whose)
    look, before = photo.look, photo.shown_edit
    assert not is_covered(photo)
    add_face(photo)
    copy_tasks.settle_covered(room.pk, [photo.pk])
    assert not EditedCopy.objects.exists()  # nobody gets what shows the face
    assert edit_queue.render_waiting(room.pk)
    assert is_covered(photo)
    assert photo.look != look  # so that no browser shows what it keeps
    assert photo.edit == photo.shown_edit
    assert (photo.edit.parent, photo.edit.author) == (before, alice)
    assert len(photo.edit.recipe["steps"][0]["boxes"]) == 1
    Face.objects.all().delete()  # also when nobody looks for faces any more
    EditedCopy.objects.all().delete()
    edit_store.render(photo.pk)
    assert is_covered(photo)


def find_one_more(photo: Photo, add_face) -> None:
    add_face(photo)
    copy_tasks.settle_covered(photo.room_id, [photo.pk])
    photo.refresh_from_db()


def test_undoing_goes_to_before_the_faces_were_covered(alice, photo, add_face):
    cover(alice, photo)
    find_one_more(photo, add_face)
    assert edit_queue.render_waiting(photo.room_id)
    find_one_more(photo, lambda photo: add_face(photo, x=70))
    assert edit_queue.render_waiting(photo.room_id)
    photo.refresh_from_db()
    edits.undo_edit(user=alice, photo=photo, base=3)
    photo.refresh_from_db()
    assert photo.edit is None
    edits.redo_edit(user=alice, photo=photo, base=0)
    edit_store.render(photo.pk)
    assert is_covered(photo)
    assert is_covered(photo, x=70)


def test_undoing_a_batch_takes_back_what_was_covered_later_as_well(room, alice, photo, add_face):
    batch = edit_batches.edit_many(
        user=alice,
        room=room,
        photo_ids=[photo.pk],
        recipe={"steps": [{"op": "blur_faces", "whose": "all"}]},
        title="x",
        groups=["repair"],
    )
    assert edit_queue.render_waiting(room.pk)
    find_one_more(photo, add_face)
    counted = edit_lists.with_counts(EditBatch.objects.all()).get()
    assert (counted.waiting, counted.done) == (1, 0)
    edit_reversal.cancel(user=alice, batch=batch)  # what was done stays done
    assert edit_queue.render_waiting(room.pk)
    photo.refresh_from_db()
    assert (photo.edit.number, photo.edit.batch) == (2, batch)
    edit_reversal.undo(user=alice, batch=batch)
    photo.refresh_from_db()
    assert (photo.edit, photo.shown_edit) == (None, None)


def test_what_covers_all_it_should_stays_as_it_is(room, alice, photo, add_face):
    face = add_face(photo)
    cover(alice, photo)
    assert is_covered(photo)
    Face.objects.filter(pk=face.pk).update(x=12)  # a second look finds it nearly there
    add_face(photo, x=70, is_dismissed=True)
    assert not covered_store.settle(room.pk)
    assert Edit.objects.count() == 1


def test_ones_own_face_stays_and_is_covered_once_it_is_another_ones(room, alice, bob, photo, add_face):
    mine = Person.objects.create(room=room, user=alice)
    face = add_face(photo, mine)
    cover(alice, photo, "others")
    assert not covered_store.settle(room.pk)
    Face.objects.filter(pk=face.pk).update(person=Person.objects.create(room=room, user=bob))
    assert covered_store.settle(room.pk)


def test_who_withdrew_is_covered_with_all_faces_and_what_is_no_face_is_not(alice, photo, add_face):
    add_face(photo, is_dismissed=True, withdrawal="w")
    add_face(photo, x=70, is_dismissed=True)
    cover(alice, photo)
    assert is_covered(photo)
    assert not is_covered(photo, x=70)


def test_chosen_faces_are_those_that_were_chosen(room, alice, photo, add_face):
    face = add_face(photo)
    recipe = {"steps": [{"op": "blur_faces", "whose": "chosen", "faces": [face.pk]}]}
    edits.save_edit(user=alice, photo=photo, recipe=recipe, base=0)
    edit_store.render(photo.pk)
    add_face(photo, x=70)
    assert not covered_store.settle(room.pk)


def test_edits_kept_before_places_were_are_completed_by_the_hour(alice, photo, add_face):
    cover(alice, photo)
    add_face(photo)
    step = photo.edit.recipe["steps"][0]
    step.pop("boxes", None)
    Edit.objects.update(recipe={"steps": [step, TURNED]})
    chores.tidy()
    assert Job.objects.filter(kind="rendermany", state="queued").exists()
    edit_queue.render_waiting(photo.room_id)
    assert is_covered(photo)


def test_a_look_at_the_photo_covers_what_it_finds(room, alice, photo, add_face, monkeypatch):
    cover(alice, photo)
    monkeypatch.setattr(store, "analyze", lambda photo_id: bool(add_face(photo)))
    tasks.analyze_photo(Job.objects.create(kind="analyze", room=room, photo=photo).pk)
    edit_queue.render_waiting(room.pk)
    assert is_covered(photo)


def test_a_face_that_is_found_while_the_copies_are_made_is_covered(alice, photo, add_face, monkeypatch):
    encode = edit_store.encode_all

    def slowly(*args):
        if not Face.objects.exists():
            add_face(photo)
        return encode(*args)

    monkeypatch.setattr(edit_store, "encode_all", slowly)
    cover(alice, photo)
    assert is_covered(photo)
    assert len(photo.edit.recipe["steps"][0]["boxes"]) == 1
    assert Edit.objects.count() == 1
    assert {f"-{photo.edit.key}-" in copy.file.name for copy in EditedCopy.objects.all()} == {True}


def test_photos_without_such_edits_cost_one_query(room, alice, photo, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not covered_store.settle(room.pk)
