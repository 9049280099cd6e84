"""Editing: versions, undo and redo, two people at once; what workers make of it."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import Http404
from PIL import Image

from albums.errors import Conflict, EditedMeanwhile, RecipeRefused
from albums.models import Edit, EditedCopy, EditPreview, Job, Person
from albums.models.jobs import JobKind
from albums.services import edit_batches, edits
from processing import copy_tasks, edit_previews, edit_store, enhance_store
from tests.conftest import picture

pytestmark = pytest.mark.django_db
TURN = {"steps": [{"op": "rotate", "quarters": 1}]}
CROP = {"steps": [{"op": "crop", "left": 0.5}]}


@pytest.fixture
def photo(add_photo):
    photo = add_photo(data=picture("teal", (64, 48)))
    photo.state = "ready"
    photo.save()
    return photo


def test_a_recipe_is_kept_and_its_copies_are_shown(alice, photo):
    edit = edits.save_edit(user=alice, photo=photo, recipe=TURN, base=0)
    assert (edit.number, edit.parent, edit.author, edit.state) == (1, None, alice, "waiting")
    edit_store.render(photo.pk)
    photo.refresh_from_db()
    assert photo.shown_edit == edit
    assert (photo.shown_width, photo.shown_height) == (48, 64)
    assert (photo.width, photo.height) == (64, 48)
    assert photo.shown_placeholder
    full = EditedCopy.objects.get(edit=edit, side_px=0)
    with full.file.open() as file:
        assert Image.open(file).size == (48, 64)
    assert default_storage.open(photo.original.name).read() == picture("teal", (64, 48))


def test_undo_and_redo_go_through_all_versions(alice, photo):
    first = edits.save_edit(user=alice, photo=photo, recipe=TURN, base=0)
    second = edits.save_edit(user=alice, photo=photo, recipe=CROP, base=1)
    assert edits.undo_edit(user=alice, photo=photo, base=2).edit == first
    assert edits.undo_edit(user=alice, photo=photo, base=1).edit is None
    with pytest.raises(Conflict, match="original"):
        edits.undo_edit(user=alice, photo=photo, base=0)
    assert edits.redo_edit(user=alice, photo=photo, base=0).edit == first
    assert edits.redo_edit(user=alice, photo=photo, base=1).edit == second
    with pytest.raises(Conflict, match="nothing to do again"):
        edits.redo_edit(user=alice, photo=photo, base=2)


def test_reverting_shows_the_original_at_once_and_can_be_undone(alice, photo):
    first = edits.save_edit(user=alice, photo=photo, recipe=TURN, base=0)
    edit_store.render(photo.pk)
    names = list(EditedCopy.objects.values_list("file", flat=True))
    edits.revert(user=alice, photo=photo, base=1)
    photo.refresh_from_db()
    assert (photo.shown_edit, photo.shown_width, photo.edit.number) == (None, 64, 2)
    assert names
    assert not EditedCopy.objects.exists()
    assert edits.undo_edit(user=alice, photo=photo, base=2).edit == first


def test_the_second_of_two_is_told_and_loses_nothing(alice, bob, photo):
    edits.save_edit(user=alice, photo=photo, recipe=TURN, base=0)
    with pytest.raises(EditedMeanwhile, match="Alice has edited this photo") as caught:
        edits.save_edit(user=bob, photo=photo, recipe=CROP, base=0)
    assert caught.value.number == 1
    edits.save_edit(user=bob, photo=photo, recipe=CROP, base=1)
    assert [edit.author for edit in Edit.objects.order_by("number")] == [alice, bob]


def test_the_same_recipe_makes_no_new_version(alice, photo):
    first = edits.save_edit(user=alice, photo=photo, recipe=TURN, base=0)
    assert edits.save_edit(user=alice, photo=photo, recipe=TURN, base=1) == first


def test_who_may_not_edit_does_not(vera, charlie, photo):
    with pytest.raises(PermissionDenied):
        edits.save_edit(user=vera, photo=photo, recipe=TURN, base=0)
    with pytest.raises(Http404):
        edits.save_edit(user=charlie, photo=photo, recipe=TURN, base=0)


def test_a_bad_recipe_changes_nothing(alice, photo):
    with pytest.raises(RecipeRefused) as caught:
        edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "rotate", "quarters": 9}]}, base=0)
    assert list(caught.value.fields) == ["steps.0.quarters"]
    assert not Edit.objects.exists()


def test_nobody_else_edits_a_photo_of_somebody_who_is_hidden(alice, bob, room, photo, add_face):
    add_face(photo, Person.objects.create(room=room, user=bob, is_veiled=True, is_concealed=True))
    with pytest.raises(Conflict, match="asked not to be shown"):
        edits.save_edit(user=alice, photo=photo, recipe=TURN, base=0)
    edits.save_edit(user=bob, photo=photo, recipe=TURN, base=0)


def test_a_copy_that_comes_too_late_is_dropped(alice, photo, monkeypatch):
    first = edits.save_edit(user=alice, photo=photo, recipe=TURN, base=0)
    photo.refresh_from_db()
    made = edit_store.make(photo, first)
    second = edits.save_edit(user=alice, photo=photo, recipe=CROP, base=1)
    edit_store.keep(photo, first, made)
    photo.refresh_from_db()
    assert (photo.edit, photo.shown_edit) == (second, None)
    assert not EditedCopy.objects.exists()


def test_a_preview_is_made_for_its_page_alone(alice, photo):
    preview = EditPreview.objects.create(
        photo=photo, user=alice, page="a", number=3, wish={"recipe": TURN, "side_px": 640}
    )
    edit_previews.make(preview.pk)
    preview.refresh_from_db()
    assert (preview.state, preview.content_type) == ("ready", "image/jpeg")
    with preview.file.open() as file:
        assert Image.open(file).size == (48, 64)
    photo.refresh_from_db()
    assert photo.edit is None


def test_a_preview_is_made_of_the_original_where_the_files_of_smaller_copies_are_gone(alice, photo):
    photo.renditions.create(side_px=1280, file="rooms/gone.jpg", width=64, height=48, size_bytes=1)
    wish = {"recipe": TURN, "side_px": 640}
    preview = EditPreview.objects.create(photo=photo, user=alice, page="a", number=1, wish=wish)
    edit_previews.make(preview.pk)
    preview.refresh_from_db()
    assert (preview.state, preview.failure) == ("ready", "")


def test_a_preview_of_a_small_photo_that_is_made_large_is_no_larger_than_asked_for(alice, photo):
    wish = {"recipe": {"steps": [{"op": "resize", "longest": 512}]}, "side_px": 128}
    preview = EditPreview.objects.create(photo=photo, user=alice, page="a", number=1, wish=wish)
    edit_previews.make(preview.pk)
    preview.refresh_from_db()
    with preview.file.open() as file:
        assert Image.open(file).size == (128, 96)


def test_whoever_undoes_back_to_a_photo_that_is_good_as_it_is_gets_what_it_had(alice, photo, monkeypatch):
    crop = edits.save_edit(user=alice, photo=photo, recipe=CROP, base=0)
    edit_batches.enhance_many(user=alice, room=photo.room, photo_ids=[photo.pk])
    edits.save_edit(user=alice, photo=photo, recipe=TURN, base=2)
    copy_tasks.render_room(Job.objects.get(kind=JobKind.RENDER_MANY).pk)
    edits.undo_edit(user=alice, photo=photo, base=3)
    monkeypatch.setattr(enhance_store, "enhance", lambda frame: [])
    copy_tasks.render_photo(Job.objects.get(kind=JobKind.RENDER).pk)
    copy_tasks.render_room(Job.objects.get(kind=JobKind.RENDER_MANY, state="queued").pk)
    photo.refresh_from_db()
    assert (photo.edit, photo.shown_edit, photo.shown_width) == (crop, crop, 32)
