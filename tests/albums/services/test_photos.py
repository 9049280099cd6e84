from __future__ import annotations

import hashlib
import io
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.http import Http404

from albums.errors import FileRefused
from albums.housekeeping import empty_trash
from albums.models import Job, Photo
from albums.services.photos import add_photo, known_hashes, restore_photos, retry_photos, trash_photos
from tests.conftest import picture


def upload(room, user, data: bytes, **extra):
    return add_photo(room=room, uploader=user, file=ContentFile(data), filename="IMG_1.jpg", **extra)


def test_the_original_is_kept_untouched_with_its_hash_and_crc(room, bob):
    data = picture("red", (300, 200))
    photo, result = upload(room, bob, data)
    assert result == "created"
    assert photo.original.read() == data
    assert photo.sha256 == hashlib.sha256(data).hexdigest()
    assert photo.crc32 == zlib.crc32(data)
    assert (photo.size_bytes, photo.width, photo.height, photo.format) == (len(data), 300, 200, "JPEG")
    assert photo.uploader == bob


def test_the_name_on_the_device_never_becomes_a_path(room, alice):
    photo, _ = add_photo(
        room=room, uploader=alice, file=ContentFile(picture()), filename="../../etc/pass\x00wd\\evil.jpg"
    )
    assert photo.filename == "evil.jpg"
    assert ".." not in photo.original.name
    assert photo.sha256 in photo.original.name


def test_the_same_content_is_one_photo_of_the_room(room, alice, bob):
    first, _ = upload(room, alice, picture("red"))
    second, result = upload(room, bob, picture("red"))
    assert (second.pk, result) == (first.pk, "duplicate")
    assert Photo.objects.count() == 1


def test_a_file_damaged_on_its_way_is_refused(room, alice):
    with pytest.raises(FileRefused, match="damaged on its way"):
        upload(room, alice, picture(), sha256="0" * 64)
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    "data", [b"", b"<html>no picture</html>", b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n" + b"\0" * 40]
)
def test_what_is_no_picture_is_refused_with_a_sentence_and_leaves_nothing(room, alice, data, settings):
    with pytest.raises(FileRefused) as refused:
        upload(room, alice, data)
    assert str(refused.value).endswith(".")
    assert not Photo.objects.exists()
    assert not list(settings.MEDIA_ROOT.rglob("*.*"))


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(room, alice, settings):
    settings.MAX_PIXELS = 1000
    with pytest.raises(FileRefused):
        upload(room, alice, picture("red", (100, 100)))


def test_a_file_above_the_limit_is_refused(room, alice, settings):
    settings.MAX_UPLOAD_BYTES = 100
    with pytest.raises(FileRefused, match="at most"):
        upload(room, alice, picture())


def test_a_full_disk_refuses_photos_in_a_sentence(room, alice, settings):
    settings.MIN_FREE_BYTES = 10**18
    with pytest.raises(FileRefused, match="nearly full"):
        upload(room, alice, picture())
    assert not Photo.objects.exists()


def test_a_viewer_uploads_only_where_the_room_lets_everybody(room, vera):
    with pytest.raises(PermissionDenied):
        upload(room, vera, picture())
    room.upload_policy = "everyone"
    room.save()
    assert upload(room, vera, picture())[1] == "created"


def test_an_outsider_learns_nothing_from_uploading(room, charlie):
    with pytest.raises(Http404):
        upload(room, charlie, picture())


def test_a_new_photo_has_a_job_and_rings_after_the_commit(
    room, alice, quiet_queue, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        photo, _ = upload(room, alice, picture())
    assert not quiet_queue
    for callback in callbacks:
        callback()
    assert quiet_queue == [Job.objects.get(photo=photo).pk]


def test_the_row_that_cannot_be_written_takes_its_file_along(room, alice, monkeypatch, settings):
    def broken(**_):
        raise RuntimeError("disk on fire")

    monkeypatch.setattr("albums.services.photos.tasks.request_analysis", broken)
    with pytest.raises(RuntimeError):
        upload(room, alice, picture())
    assert not Photo.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_a_date_that_a_device_dreamed_up_is_not_believed(room, alice):
    photo, _ = upload(room, alice, picture(), last_modified=datetime(1970, 1, 1, tzinfo=UTC))
    assert photo.modified_at is None
    assert photo.sort_at == photo.uploaded_at


def test_known_hashes_answers_what_need_not_be_sent(room, alice, bob):
    photo, _ = upload(room, alice, picture())
    assert known_hashes(user=bob, room=room, hashes=[photo.sha256.upper(), "0" * 64]) == {photo.sha256}
    trash_photos(user=alice, room=room, photo_ids=[photo.pk])
    assert known_hashes(user=bob, room=room, hashes=[photo.sha256]) == set()


def test_what_is_uploaded_again_comes_out_of_the_trash(room, alice):
    photo, _ = upload(room, alice, picture())
    trash_photos(user=alice, room=room, photo_ids=[photo.pk])
    again, result = upload(room, alice, picture())
    assert (again.pk, result) == (photo.pk, "restored")
    assert Photo.objects.present().get() == photo


def test_people_delete_their_own_photos_and_the_owner_every_photo(room, alice, bob, add_photo):
    of_alice, of_bob = add_photo(alice), add_photo(bob)
    assert trash_photos(user=bob, room=room, photo_ids=[of_bob.pk]) == [of_bob.pk]
    with pytest.raises(PermissionDenied, match="Only who added a photo and the owner"):
        trash_photos(user=bob, room=room, photo_ids=[of_alice.pk])
    assert restore_photos(user=alice, room=room, photo_ids=[of_bob.pk]) == [of_bob.pk]
    assert Photo.objects.present().count() == 2


def test_a_member_cannot_bring_back_what_the_owner_deleted(room, alice, bob, add_photo):
    photo = add_photo(alice)
    trash_photos(user=alice, room=room, photo_ids=[photo.pk])
    with pytest.raises(PermissionDenied):
        restore_photos(user=bob, room=room, photo_ids=[photo.pk])


def test_what_the_owner_took_away_comes_back_through_nobody_else(room, alice, bob):
    photo, _ = upload(room, bob, picture())
    trash_photos(user=alice, room=room, photo_ids=[photo.pk])
    with pytest.raises(PermissionDenied):
        restore_photos(user=bob, room=room, photo_ids=[photo.pk])
    with pytest.raises(FileRefused, match="taken this photo away"):
        upload(room, bob, picture())
    assert upload(room, alice, picture())[1] == "restored"


def test_what_its_uploader_took_away_comes_back_when_somebody_else_has_it_too(room, alice, bob, gina):
    photo, _ = upload(room, bob, picture())
    trash_photos(user=bob, room=room, photo_ids=[photo.pk])
    assert upload(room, gina, picture())[1] == "restored"


def test_photos_of_another_room_are_never_touched(room, alice, charlie, add_photo):
    from albums.services.rooms import create_room

    other = create_room(owner=charlie, name="Charlie's")
    foreign = add_photo(charlie, to=other)
    assert trash_photos(user=alice, room=room, photo_ids=[foreign.pk]) == []
    assert Photo.objects.present().filter(pk=foreign.pk).exists()


def test_the_trash_is_emptied_after_its_days_files_included(
    room, alice, add_photo, settings, django_capture_on_commit_callbacks
):
    old, young = add_photo(), add_photo()
    trash_photos(user=alice, room=room, photo_ids=[old.pk, young.pk])
    Photo.objects.filter(pk=old.pk).update(
        deleted_at=datetime.now(UTC) - timedelta(days=settings.TRASH_DAYS + 1)
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert empty_trash() == 1
    assert not old.original.storage.exists(old.original.name)
    assert young.original.storage.exists(young.original.name)


def test_retrying_queues_every_failed_photo_again(room, bob, add_photo):
    photo = add_photo()
    Photo.objects.filter(pk=photo.pk).update(state="failed", failure="Damaged.")
    Job.objects.filter(photo=photo).update(state="failed", attempts=4)
    assert retry_photos(user=bob, room=room) == 1
    photo.refresh_from_db()
    job = Job.objects.get(photo=photo)
    assert (photo.state, photo.failure, job.state, job.attempts) == ("pending", "", "queued", 0)


def test_the_upload_of_an_open_file_is_read_from_its_start(room, alice):
    stream = io.BytesIO(picture())
    stream.seek(10)
    from django.core.files import File

    photo, _ = add_photo(room=room, uploader=alice, file=File(stream, name="x.jpg"), filename="x.jpg")
    assert photo.original.read() == picture()


def test_the_faces_of_a_photo_that_comes_back_are_sorted_again(room, alice, add_photo):
    photo = add_photo()
    Photo.objects.update(state="ready")
    trash_photos(user=alice, room=room, photo_ids=[photo.pk])
    Job.objects.filter(kind="cluster").delete()
    restore_photos(user=alice, room=room, photo_ids=[photo.pk])
    assert Job.objects.filter(kind="cluster", room=room, state="queued").exists()
