"""Edits and their files go when photos, accounts and rooms go; what is lost or made by an old operation is made again."""

from __future__ import annotations

import json
import socket
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from albums import endings, lost_copies, orphans, serving
from albums.models import Edit, EditedCopy, EditPreset, EditPreview, Job, Photo
from albums.own_data import own_data
from albums.services import edits
from processing import chores, copy_tasks, edit_queue, edit_store, jobs
from processing.operations import exposure, rotate
from processing.parameters import BadValue
from tests.conftest import picture
from tests.processing.test_jobs import dead_pid

pytestmark = pytest.mark.django_db
TURN = {"steps": [{"op": "rotate", "quarters": 1}]}


@pytest.fixture
def photo(add_photo, alice) -> Photo:
    """Turned by Alice, shown turned."""
    photo = add_photo(data=picture("teal", (64, 48)))
    Photo.objects.filter(pk=photo.pk).update(state="ready", width=64, height=48)
    Job.objects.all().delete()
    edits.save_edit(user=alice, photo=photo, recipe=TURN, base=0)
    edit_store.render(photo.pk)
    photo.refresh_from_db()
    return photo


def names() -> set[str]:
    return {copy.file.name for copy in EditedCopy.objects.all()}


def preview_of(photo, user) -> EditPreview:
    preview = EditPreview.objects.create(photo=photo, user=user, page="a")
    preview.file.name = default_storage.save(f"rooms/{photo.room_id}/previews/1-1.jpg", ContentFile(b"x"))
    preview.save()
    return preview


def test_the_files_go_with_the_photo(photo, alice, django_capture_on_commit_callbacks):
    files = {*names(), preview_of(photo, alice).file.name}
    assert len(files) == 6
    with django_capture_on_commit_callbacks(execute=True):
        photo.delete()
    assert not any(default_storage.exists(name) for name in files)
    assert not Edit.objects.exists()


def test_the_files_of_the_earlier_edit_go_when_another_is_shown(
    photo, alice, django_capture_on_commit_callbacks
):
    files = names()
    with django_capture_on_commit_callbacks(execute=True):
        edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "mirror", "across": True}]}, base=1)
        edit_store.render(photo.pk)
    assert names()
    assert not files & names()
    assert not any(default_storage.exists(name) for name in files)


def test_a_room_that_ends_leaves_no_file(photo, alice, room, django_capture_on_commit_callbacks):
    preview_of(photo, alice)
    with django_capture_on_commit_callbacks(execute=True):
        endings.end_room(room, "deleted")
    assert not list(endings.files_below(default_storage, f"rooms/{room.pk}"))


def test_edits_stay_when_their_author_goes_and_previews_do_not(
    photo, bob, django_capture_on_commit_callbacks
):
    Edit.objects.update(author=bob)
    EditPreset.objects.create(user=bob, author=bob, name="Mine", recipe=TURN)
    file = preview_of(photo, bob).file.name
    with django_capture_on_commit_callbacks(execute=True):
        bob.delete()
    assert Edit.objects.get().author is None
    assert not EditPreset.objects.exists()
    assert not default_storage.exists(file)
    photo.refresh_from_db()
    assert photo.shown_edit == Edit.objects.get()


def test_files_of_edits_are_nobodys_orphans_and_forgotten_ones_are(photo, alice, settings):
    preview_of(photo, alice)
    stray = default_storage.save(f"rooms/{photo.room_id}/edited/aa/stray.jpg", ContentFile(b"x"))
    listed = [name for batch, _owned in orphans.rooms(default_storage) for name in batch]
    owned = {name for _batch, some in orphans.rooms(default_storage) for name in some}
    assert set(listed) - owned == {stray}


def test_own_data_has_edits_and_presets(photo, alice):
    EditPreset.objects.create(user=alice, author=alice, name="Mine", recipe=TURN)
    data = own_data(alice)
    assert [edit["number"] for edit in data["edits"]] == [1]
    assert data["edits"][0]["recipe"]["steps"][0]["op"] == "rotate"
    assert [preset["name"] for preset in data["edit_presets"]] == ["Mine"]
    json.dumps(data["edits"], default=str)


def test_what_was_begun_for_copies_that_vanished_does_not_count_against_making_them_again(photo, settings):
    for _night in range(settings.JOB_MAX_ATTEMPTS + 1):
        default_storage.delete(EditedCopy.objects.get(side_px=320).file.name)
        assert lost_copies.make_missing() == 1
        assert edit_queue.render_waiting(photo.room_id)
        assert Edit.objects.get().state == "ready"
        Edit.objects.update(claimed_until=timezone.now() - timedelta(hours=1))


def test_a_copy_that_vanished_is_found_at_night_and_made_again(photo):
    copy = EditedCopy.objects.get(side_px=320)
    default_storage.delete(copy.file.name)
    assert lost_copies.make_missing() == 1
    assert Job.objects.filter(kind="render", photo=photo, state="queued").exists()
    edit_store.render(photo.pk)
    assert lost_copies.make_missing() == 0
    assert Edit.objects.get().state == "ready"


def test_copies_of_an_older_operation_are_made_again_once(
    photo, monkeypatch, django_capture_on_commit_callbacks
):
    assert lost_copies.make_outdated() == 0
    before = names()
    monkeypatch.setattr(rotate, "version", rotate.version + 1)
    assert lost_copies.make_outdated() == 1
    assert all(default_storage.exists(name) for name in before)  # shown until the new ones are there
    with django_capture_on_commit_callbacks(execute=True):
        edit_store.render(photo.pk)
    assert not any(default_storage.exists(name) for name in before)
    assert all(default_storage.exists(name) for name in names())
    assert lost_copies.make_outdated() == 0


# Files that are gone while a newer edit has failed


@pytest.fixture
def failed(photo, alice, monkeypatch) -> Photo:
    """Shown turned; what was decided last, another light, did not work."""

    def break_down(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(exposure, "table", break_down)
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "exposure", "stops": 1}]}, base=1)
    copy_tasks.render_photo(Job.objects.get(kind="render", photo=photo).pk)
    photo.refresh_from_db()
    assert (photo.edit.state, photo.shown_edit.number) == ("failed", 1)
    return photo


def lose_files() -> None:
    for name in names():
        default_storage.delete(name)


def picture_of(client, photo):
    return client.get(f"/rooms/{photo.room_id}/photos/{photo.pk}/640")


def test_lost_files_of_the_shown_edit_are_made_again_though_the_later_one_failed(failed, alice, client):
    client.force_login(alice)
    lose_files()
    assert picture_of(client, failed).status_code == 404
    job = Job.objects.get(kind="render", photo=failed)
    assert job.state == "queued"
    copy_tasks.render_photo(job.pk)
    answer = picture_of(client, failed)
    assert answer.status_code == 200
    answer.close()
    failed.refresh_from_db()
    assert (failed.shown_edit.number, failed.shown_edit.state) == (1, "ready")
    assert (failed.edit.number, failed.edit.state) == (2, "failed")  # as it was


def test_lost_files_of_the_shown_edit_wait_for_a_later_one_that_is_being_made(failed, alice, client):
    client.force_login(alice)
    Edit.objects.filter(number=2).update(state="waiting")
    lose_files()
    assert picture_of(client, failed).status_code == 404
    assert Job.objects.get(kind="render", photo=failed).state == "failed"  # as it was


def test_what_can_not_be_made_again_says_so_and_costs_one_try_a_night(failed, alice, client, monkeypatch):
    client.force_login(alice)
    lose_files()
    picture_of(client, failed)
    job = Job.objects.get(kind="render", photo=failed)

    def refuse(*args: object) -> None:
        raise BadValue("This photo can't be turned.")

    with monkeypatch.context() as broken:
        broken.setattr(rotate, "place", refuse)
        copy_tasks.render_photo(job.pk)
    failed.refresh_from_db()
    for _look in range(2):
        with pytest.raises(Http404, match="could not be made again"):
            serving.photo_response(RequestFactory().get("/"), failed, "640", user=alice)
    page = client.get(f"/rooms/{failed.room_id}/photos/{failed.pk}/").content.decode()
    assert "could not be made again" in page
    assert "turned" in page
    job.refresh_from_db()
    assert job.state == "failed"
    assert lost_copies.make_missing() == 1
    job.refresh_from_db()
    assert job.state == "queued"
    copy_tasks.render_photo(job.pk)
    assert lost_copies.make_missing() == 0
    answer = picture_of(client, failed)
    assert answer.status_code == 200
    answer.close()


def test_going_back_to_an_edit_whose_files_are_lost_makes_them(failed, alice):
    lose_files()
    EditedCopy.objects.all().delete()
    Edit.objects.filter(number=1).update(state="failed")
    edits.undo_edit(user=alice, photo=failed, base=2)
    edit_store.render(failed.pk)
    assert Edit.objects.get(number=1).state == "ready"
    assert all(default_storage.exists(name) for name in names())
    assert names()


# A worker that dies, an operation that fails


def test_what_a_dead_worker_had_is_done_by_the_next(photo, alice):
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "rotate", "quarters": 2}]}, base=1)
    job = Job.objects.get(kind="render", photo=photo)
    shown = photo.shown_edit
    assert jobs.claim(job.pk)
    assert jobs.claim(job.pk) is None  # somebody is at it
    Job.objects.filter(pk=job.pk).update(owner=f"{socket.gethostname()}:{dead_pid()}:x")
    photo.refresh_from_db()
    assert photo.shown_edit == shown
    copy_tasks.render_photo(job.pk)
    photo.refresh_from_db()
    assert photo.shown_edit == photo.edit != shown
    assert Job.objects.get(pk=job.pk).state == "done"


def test_an_edit_that_everybody_forgot_is_asked_for_again(photo, alice, room):
    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "rotate", "quarters": 2}]}, base=1)
    Job.objects.all().delete()  # whoever was to make it has given up
    asked = Job.objects.filter(kind="rendermany", room=room)
    chores.tidy()
    assert not asked.exists(), "it has waited for moments only"
    Edit.objects.update(created_at=timezone.now() - timedelta(hours=1))
    chores.tidy()
    assert asked.count() == 1
    Edit.objects.update(claimed_until=timezone.now() + timedelta(minutes=5))
    asked.delete()
    chores.tidy()
    assert not asked.exists(), "somebody has it in hand"


def test_a_failing_operation_leaves_the_photo_as_it_was_and_says_so(photo, alice, client, monkeypatch):
    def break_down(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no")

    edits.save_edit(user=alice, photo=photo, recipe={"steps": [{"op": "exposure", "stops": 1}]}, base=1)
    monkeypatch.setattr(exposure, "table", break_down)
    job = Job.objects.get(kind="render", photo=photo)
    before = names()
    copy_tasks.render_photo(job.pk)
    photo.refresh_from_db()
    assert photo.shown_edit.number == 1
    assert names() == before
    client.force_login(alice)
    answer = client.get(f"/api/v1/rooms/{photo.room_id}/photos/{photo.pk}/edit/").json()
    assert answer["state"] == "failed"
    assert answer["failure"].startswith("Exposure did not work on this photo")
    page = client.get(f"/rooms/{photo.room_id}/photos/{photo.pk}/").content.decode()
    assert "Exposure did not work on this photo" in page
    assert "as it was before" in page
