"""Two workers at one batch, somebody who undoes it meanwhile, two people at one photo. SQLite has one writer at a time."""

from __future__ import annotations

import contextlib

import pytest
from django.db import connection

from albums.errors import AlbumError
from albums.models import Edit, EditedCopy, EditPreview, Photo
from albums.services import edit_batches, edit_previews, edit_reversal, edits
from albums.services.photos import trash_photos
from processing import edit_queue, edit_store
from processing.errors import ProcessingError
from processing.operations import cutout
from tests.albums.test_at_once import at_once
from tests.conftest import picture

pytestmark = [
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
    pytest.mark.django_db(transaction=True),
]
LIGHT = {"steps": [{"op": "exposure", "stops": 0.5}]}
COPIES = 5  # of each edit: the full one and four sizes


@pytest.fixture
def photos(add_photo):
    for number in range(12):
        add_photo(data=picture((20 * number, 90, 40)))
    Photo.objects.update(state="ready", width=64, height=48)
    return list(Photo.objects.order_by("pk"))


@pytest.fixture
def batch(alice, room, photos):
    ids = [photo.pk for photo in photos]
    return edit_batches.edit_many(user=alice, room=room, photo_ids=ids, recipe=LIGHT, title="x")


def test_two_workers_make_each_photo_once(room, batch, photos, monkeypatch):
    made = []
    make = edit_store.make
    monkeypatch.setattr(edit_store, "make", lambda photo, edit: (made.append(photo.pk), make(photo, edit))[1])
    at_once(lambda: edit_queue.render_waiting(room.pk), lambda: edit_queue.render_waiting(room.pk))
    assert sorted(made) == [photo.pk for photo in photos]
    assert set(Edit.objects.values_list("state", "attempts")) == {("ready", 1)}
    assert EditedCopy.objects.count() == COPIES * len(photos)
    assert not Photo.objects.filter(shown_edit=None).exists()


def test_undoing_while_workers_are_at_it_leaves_no_photo_in_between(alice, room, batch):
    at_once(
        lambda: edit_queue.render_waiting(room.pk),
        lambda: edit_queue.render_waiting(room.pk),
        lambda: edit_reversal.undo(user=alice, batch=batch),
    )
    edit_queue.render_waiting(room.pk)
    assert not Photo.objects.filter(edit__isnull=False).exists()
    assert not Photo.objects.filter(shown_edit__isnull=False).exists()
    assert not EditedCopy.objects.exists()
    assert not Edit.objects.filter(state="waiting").exists()


def test_of_two_who_undo_one_is_told(alice, bob, room, batch):
    told = []

    def undo(user):
        try:
            edit_reversal.undo(user=user, batch=batch)
        except AlbumError as error:
            told.append(str(error))

    at_once(lambda: undo(alice), lambda: undo(bob))
    assert told == ["This has been undone already."]


def test_of_two_who_save_one_is_told_and_nothing_is_lost(alice, bob, photos):
    told = []

    def save(user, stops):
        recipe = {"steps": [{"op": "exposure", "stops": stops}]}
        try:
            edits.save_edit(user=user, photo=photos[0], recipe=recipe, base=0)
        except AlbumError as error:
            told.append(str(error))

    at_once(lambda: save(alice, 0.5), lambda: save(bob, 1.0))
    assert len(told) == 1
    assert list(Edit.objects.filter(photo=photos[0]).values_list("number", flat=True)) == [1]


def test_a_photo_that_goes_while_it_is_put_behind_people_is_shown_behind_nobody(
    alice, room, photos, monkeypatch
):
    monkeypatch.setattr(
        cutout, "apply", lambda frame, values: frame.pixels
    )  # the check of what is kept alone
    behind = photos[-1]
    recipe = {"steps": [{"op": "cutout", "background": "photo", "photo": [behind.pk]}]}
    fronts = photos[:6]
    for front in fronts:
        edits.save_edit(user=alice, photo=front, recipe=recipe, base=0)

    def render_all():
        for front in fronts:
            with contextlib.suppress(ProcessingError):
                edit_store.render(front.pk)

    at_once(render_all, lambda: trash_photos(user=alice, room=room, photo_ids=[behind.pk]))
    assert not Photo.objects.filter(pk__in=[front.pk for front in fronts], shown_edit__isnull=False).exists()
    assert not EditedCopy.objects.exists()


def test_of_two_costly_previews_of_one_user_one_is_made(alice, photos):
    recipe = {"steps": [{"op": "denoise", "light": 0.5}]}

    def ask(page):
        edit_previews.wish(user=alice, photo=photos[0], page=page, recipe=recipe)

    at_once(*(lambda page=page: ask(page) for page in "abcd"))
    assert EditPreview.objects.count() == 4
    assert EditPreview.objects.filter(state="waiting").count() == 1
