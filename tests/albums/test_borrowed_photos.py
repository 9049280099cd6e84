"""A photo put behind people on another one is shown there only as long as it may be shown by itself."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from albums import edit_lists, housekeeping
from albums.models import Edit, EditedCopy, EditPreview, Face, Job, Person, Photo
from albums.own_data import _delete_photos_of
from albums.services import concealment, edit_batches, edit_reversal, edits, people, photos, takedowns
from processing import borrowed_store, chores, copy_tasks, edit_queue, edit_store, scene_store
from processing.errors import ProcessingError
from processing.operations import clarity, cutout
from tests.conftest import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everybody_said_yes")]
RED, BLUE = (200, 20, 20), (20, 20, 200)
LIGHT = [{"op": "exposure", "stops": 0.5}]


@pytest.fixture(autouse=True)
def whole_background(monkeypatch):
    """Without a network: what is put behind people covers all of the photo."""

    def apply(frame, values):
        if values["background"] != "photo":
            return frame.pixels
        behind = frame.scene.load_photo(values["photo"][0], 64)
        return np.broadcast_to(behind.mean(axis=(0, 1)).astype(np.uint8), frame.pixels.shape).copy()

    monkeypatch.setattr(cutout, "apply", apply)


@pytest.fixture
def behind(add_photo, bob) -> Photo:
    """Red, of Bob."""
    return ready(add_photo(bob, data=picture(RED), name="behind.jpg"))


@pytest.fixture
def front(add_photo) -> Photo:
    """Blue, of Alice."""
    return ready(add_photo(data=picture(BLUE), name="front.jpg"))


@pytest.fixture
def edited(alice, front, behind) -> Photo:
    """Shown with the red one behind, and turned."""
    return edit(alice, front, behind, {"op": "rotate", "quarters": 1})


def ready(photo: Photo) -> Photo:
    Photo.objects.filter(pk=photo.pk).update(state="ready", width=64, height=48)
    Job.objects.all().delete()
    photo.refresh_from_db()
    return photo


def edit(user, photo, behind, *more) -> Photo:
    recipe = {"steps": [{"op": "cutout", "background": "photo", "photo": [behind.pk]}, *more]}
    edits.save_edit(user=user, photo=photo, recipe=recipe, base=edits.number_of(photo.edit))
    edit_store.render(photo.pk)
    photo.refresh_from_db()
    assert color(photo) == "red"
    return photo


def color(photo: Photo) -> str:
    """Of what everybody sees; "" while nobody gets anything."""
    photo.refresh_from_db()
    if photo.shown_edit_id is None:
        return "blue"
    copy = EditedCopy.objects.filter(edit=photo.shown_edit_id, side_px=0).first()
    if copy is None:
        return ""
    red, _green, blue = Image.open(io.BytesIO(copy.file.read())).convert("RGB").getpixel((5, 5))
    return "red" if red > blue else "blue"


def trash(user, *chosen) -> None:
    photos.trash_photos(user=user, room=chosen[0].room, photo_ids=[one.pk for one in chosen])


def restore(user, *chosen) -> None:
    photos.restore_photos(user=user, room=chosen[0].room, photo_ids=[one.pk for one in chosen])


def test_what_lies_in_the_trash_is_seen_in_no_edit_and_comes_back(
    room, alice, bob, edited, behind, django_capture_on_commit_callbacks
):
    decided, look = edited.edit, edited.look
    files = list(EditedCopy.objects.values_list("file", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        trash(bob, behind)
    assert color(edited) == ""  # at once, without any worker
    assert not any(default_storage.exists(name) for name in files)
    assert edited.edited_placeholder == ""
    assert Job.objects.filter(kind="rendermany", room=room, state="queued").exists()
    assert edit_queue.render_waiting(room.pk)
    assert color(edited) == "blue"
    assert (edited.shown_width, edited.shown_height) == (48, 64)  # the turn stays
    assert edited.look != look
    decided.refresh_from_db()
    assert (decided.state, decided.failure) == ("failed", borrowed_store.GONE)

    restore(bob, behind)
    assert color(edited) == "blue"  # until it is made
    assert edited.edit == decided
    assert edit_queue.render_waiting(room.pk)
    assert color(edited) == "red"
    assert edited.look == look
    assert not edit_lists.edit_of(edited, alice)["can_redo"]

    trash(bob, behind)
    trash(bob, behind)
    assert Edit.objects.filter(photo=edited).count() == 2  # the same version stands in again
    assert edit_queue.render_waiting(room.pk)
    assert color(edited) == "blue"


def test_an_edit_of_nothing_else_shows_the_original_meanwhile(room, alice, bob, front, behind):
    edit(alice, front, behind)
    trash(bob, behind)
    assert front.edit is not None
    front.refresh_from_db()
    assert front.shown_edit is None
    restore(bob, behind)
    assert edit_queue.render_waiting(room.pk)
    assert color(front) == "red"


def test_what_nobody_can_read_any_more_is_taken_away_once(room, bob, edited, behind):
    recipe = edited.edit.recipe
    recipe["steps"].append({"op": "of_another_site"})
    Edit.objects.filter(pk=edited.edit_id).update(recipe=recipe)
    trash(bob, behind)
    assert color(edited) == ""
    assert not borrowed_store.settle(room.pk)
    run_jobs(room)


def test_a_photo_that_was_chosen_before_a_color_is_not_missed(room, alice, bob, front, behind):
    step = {"op": "cutout", "background": "color", "color": "#112233", "photo": [behind.pk]}
    edits.save_edit(user=alice, photo=front, recipe={"steps": [step]}, base=0)
    edit_store.render(front.pk)
    trash(bob, behind)
    assert not borrowed_store.settle(room.pk)
    front.refresh_from_db()
    assert front.edit == front.shown_edit
    assert front.edit.state == "ready"
    turned = {"steps": [step, {"op": "rotate", "quarters": 1}]}
    assert edits.save_edit(user=alice, photo=front, recipe=turned, base=1)


def test_what_is_taken_down_is_seen_in_no_edit(room, alice, bob, vera, edited, behind):
    request = takedowns.ask(user=vera, photo=behind)
    takedowns.answer(user=alice, request=request, is_taken_down=True)
    assert color(edited) == ""


def test_what_is_deleted_for_good_is_seen_in_no_edit(room, bob, edited, behind, settings):
    behind.delete()
    chores.tidy()
    assert color(edited) == ""
    edit_queue.render_waiting(room.pk)
    assert color(edited) == "blue"


def test_photos_that_go_with_an_account_are_seen_in_no_edit(bob, edited, behind):
    _delete_photos_of(bob)
    assert color(edited) == ""


def test_the_trash_is_emptied_and_nothing_comes_back(room, bob, edited, behind, settings):
    trash(bob, behind)
    settings.TRASH_DAYS = 0
    assert housekeeping.empty_trash() == 1
    chores.tidy()
    edit_queue.render_waiting(room.pk)
    assert color(edited) == "blue"


def test_whoever_hides_is_seen_in_no_edit_at_once_and_comes_back(room, vera, edited, behind, add_face):
    person = Person.objects.create(room=room)
    add_face(behind, person)
    people.claim_person(user=vera, person=person)
    assert color(edited) == "red"
    concealment.conceal(user=vera, room=room, veil=True)
    assert color(edited) == ""
    edit_queue.render_waiting(room.pk)
    assert color(edited) == "blue"
    concealment.reveal(user=vera, room=room)
    edit_queue.render_waiting(room.pk)
    assert color(edited) == "red"


def test_a_face_that_stays_blurred_after_a_withdrawal_is_seen_in_no_edit(room, edited, behind, add_face):
    Face.objects.filter(pk=add_face(behind).pk).update(is_veiled=True, is_dismissed=True, withdrawal="w")
    job = Job.objects.create(kind="veil", room=room)
    copy_tasks.veil_room(job.pk)  # asked for by whoever withdraws
    assert color(edited) == ""


def test_what_others_decided_meanwhile_stays(room, alice, bob, edited, behind):
    trash(bob, behind)
    edit_queue.render_waiting(room.pk)
    edited.refresh_from_db()
    mirrored = {"steps": [{"op": "mirror", "across": True}]}
    edits.save_edit(user=alice, photo=edited, recipe=mirrored, base=edited.edit.number)
    restore(bob, behind)
    edit_queue.render_waiting(room.pk)
    assert color(edited) == "blue"
    assert edited.edit.recipe["steps"][0]["op"] == "mirror"


def test_undoing_what_stands_in_undoes_what_was_decided(alice, bob, edited, behind):
    trash(bob, behind)
    edited.refresh_from_db()
    edits.undo_edit(user=alice, photo=edited, base=edited.edit.number)
    edited.refresh_from_db()
    assert edited.edit is edited.shown_edit is None


@pytest.mark.parametrize("is_gone", [True, False])
def test_undoing_a_batch_undoes_what_is_in_the_place_of_its_versions(
    room, alice, bob, front, behind, is_gone
):
    recipe = {"steps": [{"op": "cutout", "background": "photo", "photo": [behind.pk]}, *LIGHT]}
    batch = edit_batches.edit_many(user=alice, room=room, photo_ids=[front.pk], recipe=recipe, title="x")
    assert edit_queue.render_waiting(room.pk)
    if is_gone:
        trash(bob, behind)
    else:
        edits.save_edit(user=bob, photo=behind, recipe={"steps": LIGHT}, base=0)
        edit_store.render(behind.pk)
        copy_tasks.settle_borrowed(room.pk)
    front.refresh_from_db()
    assert front.edit.number == 2
    edit_reversal.undo(user=alice, batch=batch)
    if is_gone:
        restore(bob, behind)
    edit_queue.render_waiting(room.pk)
    front.refresh_from_db()
    assert (front.edit, front.shown_edit) == (None, None)


def test_what_failed_for_want_of_the_photo_is_made_when_it_is_back(room, alice, bob, front, behind):
    recipe = {"steps": [{"op": "cutout", "background": "photo", "photo": [behind.pk]}]}
    edits.save_edit(user=alice, photo=front, recipe=recipe, base=0)
    trash(bob, behind)
    with pytest.raises(ProcessingError):
        edit_store.render(front.pk)
    assert color(front) == "blue"
    restore(bob, behind)
    assert edit_queue.render_waiting(room.pk)
    assert color(front) == "red"


def test_what_failed_while_the_photo_was_prepared_is_made_by_the_hour(room, alice, front, behind, edited):
    Edit.objects.filter(pk=edited.edit_id).update(
        state="failed", failure=f"Background: {scene_store.UNREADY}"
    )
    EditedCopy.objects.all().delete()
    chores.tidy()
    assert edit_queue.render_waiting(room.pk)
    assert color(edited) == "red"


def test_a_copy_made_while_the_photo_was_taken_away_is_not_kept(alice, bob, front, behind, monkeypatch):
    encode = edit_store.encode_all

    def slowly(*args):
        trash(bob, behind)
        return encode(*args)

    monkeypatch.setattr(edit_store, "encode_all", slowly)
    recipe = {"steps": [{"op": "cutout", "background": "photo", "photo": [behind.pk]}]}
    edits.save_edit(user=alice, photo=front, recipe=recipe, base=0)
    edit_store.render(front.pk)
    assert color(front) == "blue"
    assert not EditedCopy.objects.exists()


def test_previews_with_the_photo_are_taken_away_and_others_stay(
    room, alice, bob, edited, behind, django_capture_on_commit_callbacks
):
    recipe = {"steps": [{"op": "cutout", "background": "photo", "photo": [behind.pk]}]}
    name = default_storage.save(f"rooms/{room.pk}/previews/1-1.jpg", ContentFile(b"x"))
    of = {"photo": edited, "user": alice, "state": "ready", "number": 3}
    gone = EditPreview.objects.create(page="a", wish={"recipe": recipe}, file=name, **of)
    kept = EditPreview.objects.create(page="b", wish={"recipe": {"steps": []}}, **of)
    with django_capture_on_commit_callbacks(execute=True):
        trash(bob, behind)
    gone.refresh_from_db()
    assert (gone.state, gone.failure, gone.number, gone.file.name) == ("failed", borrowed_store.GONE, 4, "")
    assert not default_storage.exists(name)
    kept.refresh_from_db()
    assert kept.state == "ready"


def test_as_many_queries_for_many_photos(room, alice, behind, add_photo):
    counts = []
    for many in (2, 6):
        for number in range(many):
            edit(alice, ready(add_photo(data=picture((20, 30 * number, 20 * many)))), behind,
                 {"op": "rotate", "quarters": 1})  # fmt: skip
        assert Photo.objects.exclude(shown_edit=None).count() == sum((2, 6)[: len(counts) + 1])
        with CaptureQueriesContext(connection) as counted:
            Photo.objects.filter(pk=behind.pk).update(deleted_at="2026-01-01T00:00Z")
            assert borrowed_store.settle(room.pk)
            Photo.objects.filter(pk=behind.pk).update(deleted_at=None)
            assert borrowed_store.settle(room.pk)
        counts.append(len(counted))
        edit_queue.render_waiting(room.pk)
    assert counts[0] == counts[1]


def test_a_room_without_such_edits_is_asked_once(room, front, django_assert_num_queries):
    with django_assert_num_queries(4):  # the savepoint's two
        assert not borrowed_store.settle(room.pk)


@pytest.fixture
def painted_over(monkeypatch):
    """A step that makes all of a photo blue, as if what was on it had been covered."""

    def apply(frame, values):
        return np.broadcast_to(np.array(BLUE, np.uint8), frame.pixels.shape).copy()

    monkeypatch.setattr(clarity, "apply", apply)


COVERED = {"op": "clarity", "amount": 0.5}


def change(user, photo, *steps) -> Photo:
    """Edit a photo and do what a worker does for it."""
    photo.refresh_from_db()
    edits.save_edit(user=user, photo=photo, recipe={"steps": steps}, base=edits.number_of(photo.edit))
    run_jobs(photo.room)
    return photo


def run_jobs(room) -> None:
    """What a worker does, until nothing is left to do; it must come to an end."""
    for _round in range(12):
        job = Job.objects.filter(room=room, state="queued", kind__in=["render", "rendermany"]).first()
        if job is None:
            return
        task = copy_tasks.render_photo if job.kind == "render" else copy_tasks.render_room
        task(job.pk)
    pytest.fail("Copies are made again and again.")


def behind_of(photo: Photo, *more) -> tuple:
    return ({"op": "cutout", "background": "photo", "photo": [photo.pk]}, *more)


@pytest.mark.usefixtures("painted_over")
def test_what_is_covered_later_is_covered_where_it_was_borrowed(room, alice, bob, edited, behind):
    decided, look, before = edited.edit, edited.look, edited.edit.parent
    files = set(EditedCopy.objects.filter(edit=decided).values_list("file", flat=True))
    change(bob, behind, COVERED)
    assert color(behind) == color(edited) == "blue"
    assert edited.look != look
    assert edited.edit == edited.shown_edit != decided
    assert (edited.edit.recipe, edited.edit.key) == (decided.recipe, decided.key)
    assert edited.edit.parent == before  # undoing is not in vain
    assert not files & set(EditedCopy.objects.values_list("file", flat=True))

    now = edited.look
    assert not borrowed_store.settle(room.pk)
    edits.undo_edit(user=bob, photo=behind, base=behind.edit.number)
    run_jobs(room)
    assert color(edited) == "red"
    assert edited.look not in (look, now)  # no browser shows what it has kept


@pytest.mark.usefixtures("painted_over")
def test_nobody_gets_the_old_look_until_it_is_made_anew(room, bob, edited, behind):
    edits.save_edit(user=bob, photo=behind, recipe={"steps": [COVERED]}, base=0)
    edit_store.render(behind.pk)
    assert borrowed_store.settle(room.pk)
    assert color(edited) == ""
    assert not borrowed_store.settle(room.pk)


@pytest.mark.usefixtures("painted_over")
def test_what_is_covered_later_is_covered_over_two_photos(room, alice, bob, add_photo, edited, behind):
    first = edit(alice, ready(add_photo(data=picture((20, 90, 200)))), edited)
    change(bob, behind, COVERED)
    assert [color(photo) for photo in (behind, edited, first)] == ["blue"] * 3
    assert first.edit.state == "ready"


@pytest.mark.usefixtures("painted_over")
def test_two_photos_that_use_each_other_come_to_rest(room, alice, bob, edited, behind):
    change(bob, behind, *behind_of(edited))
    assert (color(edited), color(behind)) == ("red", "blue")  # each shows the other one as it is alone
    numbers = edited.edit.number, behind.edit.number
    chores.tidy()
    run_jobs(room)
    for photo, number in zip((edited, behind), numbers, strict=True):
        photo.refresh_from_db()
        assert photo.edit.number == number
    change(bob, behind, *behind_of(edited), COVERED)
    assert color(edited) == color(behind) == "blue"
    assert not borrowed_store.settle(room.pk)


def forget_looks(photo: Photo) -> None:
    """As copies of an earlier version of the site: their names do not say how the other photo looked."""
    photo.refresh_from_db()
    for copy in EditedCopy.objects.filter(edit=photo.shown_edit_id):
        old = re.sub(r"-of[0-9a-f]{12}", "", copy.file.name)
        assert old != copy.file.name
        EditedCopy.objects.filter(pk=copy.pk).update(file=old)


def test_copies_that_do_not_say_how_an_edited_photo_looked_are_made_once_more(room, bob, edited, behind):
    change(bob, behind, {"op": "mirror", "across": True})
    forget_looks(edited)
    chores.tidy()
    run_jobs(room)
    assert color(edited) == "red"
    assert not borrowed_store.settle(room.pk)


def test_copies_that_do_not_say_how_an_unedited_photo_looked_stay(room, edited):
    forget_looks(edited)
    assert not borrowed_store.settle(room.pk)
    assert EditedCopy.objects.filter(edit=edited.shown_edit_id).exists()


def test_what_can_not_be_prepared_is_not_tried_over_and_over(room, alice, bob, edited, behind):
    change(bob, behind, {"op": "mirror", "across": True}).refresh_from_db()
    for copy in EditedCopy.objects.filter(edit=behind.shown_edit_id):
        copy.file.storage.delete(copy.file.name)
    change(alice, edited, *behind_of(behind))
    failed = Edit.objects.get(photo=edited, state="failed")
    assert failed.failure.endswith(scene_store.UNREADY)
    assert not borrowed_store.settle(room.pk)


def test_as_many_queries_for_many_photos_of_which_the_lender_was_edited(room, alice, bob, behind, add_photo):
    counts = []
    for many in (2, 6):
        for number in range(many):
            edit(alice, ready(add_photo(data=picture((20, 30 * number, 20 * many)))), behind)
        behind.refresh_from_db()
        edits.save_edit(
            user=bob, photo=behind, recipe={"steps": [{"op": "rotate", "quarters": many // 2}]},
            base=edits.number_of(behind.edit),
        )  # fmt: skip
        edit_store.render(behind.pk)
        with CaptureQueriesContext(connection) as counted:
            assert borrowed_store.settle(room.pk)
        counts.append(len(counted))
        run_jobs(room)
    assert counts[0] == counts[1]
