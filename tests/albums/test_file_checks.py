from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.core.management import call_command
from django.utils import timezone

from albums import file_checks, orphans
from albums.models import FileProblem, Photo
from albums.services.photos import add_photo as upload
from albums.services.photos import known_hashes
from tests.conftest import picture

pytestmark = pytest.mark.django_db


def verified(**limits) -> file_checks.Report:
    report = file_checks.Report()
    file_checks.verify(report, **limits)
    return report


def swept(**options) -> file_checks.Report:
    report = file_checks.Report()
    file_checks.sweep_orphans(report, **options)
    return report


def leave(name: str, *, days: float = 2) -> Path:
    """A file that belongs to nothing, so many days old."""
    default_storage.save(name, ContentFile(b"lost"))
    path = Path(default_storage.path(name))
    old = time.time() - days * 86400
    os.utime(path, (old, old))
    return path


def test_sound_originals_are_noted(add_photo):
    photo = add_photo()
    report = verified()
    photo.refresh_from_db()
    assert (report.checked, report.missing, report.changed, report.size_bytes) == (1, 0, 0, photo.size_bytes)
    assert photo.verified_at is not None
    assert photo.damage == ""


def test_missing_and_changed_originals_are_reported(add_photo):
    gone, changed, sound = add_photo(), add_photo(), add_photo()
    Path(gone.original.path).unlink()
    Path(changed.original.path).write_bytes(b"rot")
    report = verified()
    assert (report.checked, report.missing, report.changed) == (3, 1, 1)
    assert dict(FileProblem.objects.values_list("photo", "kind")) == {
        gone.pk: "missing",
        changed.pk: "changed",
    }
    damage = dict(Photo.objects.values_list("pk", "damage"))
    assert damage == {gone.pk: file_checks.MISSING, changed.pk: file_checks.CHANGED, sound.pk: ""}


def test_original_that_is_right_again_is_forgotten(add_photo):
    photo = add_photo()
    path = Path(photo.original.path)
    kept = path.read_bytes()
    path.unlink()
    verified()
    path.write_bytes(kept)
    assert verified().mended == 1
    photo.refresh_from_db()
    assert photo.damage == ""
    assert not FileProblem.objects.exists()


def test_the_same_content_uploaded_again_mends_a_photo(alice, room, add_photo):
    data = picture("red")
    photo = add_photo(data=data)
    Path(photo.original.path).write_bytes(b"rot")
    verified()
    assert known_hashes(user=alice, room=room, hashes=[photo.sha256]) == set()
    upload(room=room, uploader=alice, file=ContentFile(data), filename="again.jpg")
    photo.refresh_from_db()
    assert Path(photo.original.path).read_bytes() == data
    assert photo.damage == ""
    assert not FileProblem.objects.exists()
    assert known_hashes(user=alice, room=room, hashes=[photo.sha256]) == {photo.sha256}


def test_longest_unchecked_comes_first_within_the_budget(add_photo):
    photos = [add_photo() for _ in range(3)]
    now = timezone.now()
    for photo, days in zip(photos, (1, 3, 2), strict=True):
        Photo.objects.filter(pk=photo.pk).update(verified_at=now - timedelta(days=days))
    assert verified(limit_bytes=photos[1].size_bytes + 1).checked == 1
    newest = Photo.objects.order_by("-verified_at").first()
    assert newest is not None
    assert newest.pk == photos[1].pk
    assert verified(limit_bytes=0).checked == 0


def test_storage_that_does_not_answer_is_no_damage(add_photo, monkeypatch):
    photo = add_photo()

    def fail(photo: Photo) -> str:
        raise OSError("timed out")

    monkeypatch.setattr(file_checks, "digest", fail)
    report = verified()
    photo.refresh_from_db()
    assert (report.checked, report.unread) == (0, 1)
    assert (photo.damage, photo.verified_at) == ("", None)


def test_old_files_of_nobody_are_removed_and_others_stay(room, add_photo, add_face):
    photo = add_photo()
    face = add_face(photo, None)
    face.crop.save("face.jpg", ContentFile(picture()))
    for owned in (photo.original.path, face.crop.path):
        os.utime(owned, (0, 0))
    old, young = leave(f"rooms/{room.pk}/originals/ab/lost.jpeg"), leave("rooms/x/new.jpeg", days=0.5)
    foreign = leave("elsewhere/notes.txt")
    report = swept(removes=True)
    assert (report.orphans, report.removed) == (1, 1)
    assert [path.exists() for path in (old, young, foreign)] == [False, True, True]
    assert Path(photo.original.path).exists()
    assert Path(face.crop.path).exists()


def test_packs_of_downloads_that_are_gone_are_removed(alice, room, add_photo):
    from albums.services.downloads import request_download

    add_photo()
    download = request_download(user=alice, room=room)
    kept = leave(f"downloads/{download.pk}/a.pack")
    lost = leave("downloads/00000000-0000-0000-0000-000000000001/a.pack")
    assert swept(removes=True).removed == 1
    assert kept.exists()
    assert not lost.exists()


def test_so_many_that_the_database_must_be_wrong_are_only_listed(monkeypatch, add_photo):
    monkeypatch.setattr(orphans, "SUSPICIOUS_COUNT", 1)
    add_photo()
    paths = [leave(f"rooms/x/{number}.jpeg") for number in range(3)]
    report = swept(removes=True)
    assert (report.is_suspicious, report.removed) == (True, 0)
    assert all(path.exists() for path in paths)
    assert FileProblem.objects.filter(kind="orphan").count() == 3
    assert swept(removes=True, is_sure=True).removed == 3
    assert not FileProblem.objects.exists()


def test_storage_without_folders_of_its_own(monkeypatch):
    """As S3: folders are only parts of names."""
    storage = InMemoryStorage()
    storage.save("rooms/a/originals/ab/lost.jpeg", ContentFile(b"lost"))
    later = timezone.now() + timedelta(days=2)
    assert [one.name for one in orphans.take_stock(storage, now=later).orphans] == [
        "rooms/a/originals/ab/lost.jpeg"
    ]
    assert orphans.take_stock(storage).orphans == []


def test_command_reports_and_removes_when_asked(add_photo, capsys):
    photo = add_photo()
    Path(photo.original.path).unlink()
    lost = leave("rooms/x/lost.jpeg")
    with pytest.raises(SystemExit) as ended:
        call_command("check_files", "--all")
    told = capsys.readouterr().out
    assert ended.value.code == 1
    assert "1 missing" in told
    assert photo.filename in told
    assert "rooms/x/lost.jpeg" in told
    assert lost.exists()
    with pytest.raises(SystemExit):
        call_command("check_files", "--remove-orphans")
    assert not lost.exists()


def test_page_of_problems_names_damaged_originals(client, alice, room, add_photo):
    photo = add_photo()
    Path(photo.original.path).unlink()
    verified()
    client.force_login(alice)
    text = client.get(f"/rooms/{room.pk}/failed/").content.decode()
    assert "Damaged originals" in text
    assert "missing from the site" in text
