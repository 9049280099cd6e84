from __future__ import annotations

from datetime import UTC, datetime

import pytest

from albums.models import Analysis, Face, Person, Photo, Refusal, Rendition, Room
from processing import store
from processing.errors import UnreadableImage
from tests.processing.findings import analyzed, face_at

pytestmark = pytest.mark.django_db


def test_saving_twice_leaves_what_saving_once_leaves(add_photo, settings):
    photo = add_photo()
    for _ in range(2):
        store.save(photo, analyzed(faces=[face_at(10), face_at(100)]))
    assert (Rendition.objects.count(), Face.objects.count(), Analysis.objects.count()) == (1, 2, 1)
    files = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert len(files) == 4  # the original, one rendition, two crops
    assert Rendition.objects.get().file.read() == b"small"


def test_a_named_face_keeps_its_person_when_it_is_found_again_a_little_aside(add_photo, room, settings):
    photo = add_photo()
    store.save(photo, analyzed(faces=[face_at(10)]))
    face = Face.objects.get()
    anna = Person.objects.create(room=room, name="Anna")
    Face.objects.update(person=anna, assignment="confirmed")
    store.save(photo, analyzed(faces=[face_at(16), face_at(200)]))
    face.refresh_from_db()
    assert (face.x, face.person) == (16, anna)
    assert Face.objects.count() == 2
    assert len(list(settings.MEDIA_ROOT.glob("rooms/*/faces/*/*"))) == 2  # the old crop has gone


def test_a_face_that_is_not_found_any_more_goes_unless_a_human_spoke_about_it(add_photo, room):
    photo = add_photo()
    store.save(photo, analyzed(faces=[face_at(10), face_at(100), face_at(200)]))
    first, second, _ = Face.objects.order_by("x")
    anna = Person.objects.create(room=room, name="Anna")
    Face.objects.filter(pk=first.pk).update(person=anna, assignment="confirmed")
    Refusal.objects.create(face=second, person=anna)
    store.save(photo, analyzed(faces=[]))
    assert list(Face.objects.order_by("x")) == [first, second]


def test_an_analyzer_that_fails_leaves_the_faces_that_are_known(add_photo):
    photo = add_photo()
    store.save(photo, analyzed(faces=[face_at(10)]))
    store.save(photo, analyzed(faces=None, findings={}, errors={"faces": "The face model is missing."}))
    photo.refresh_from_db()
    assert Face.objects.count() == 1
    assert (photo.state, photo.failure) == ("ready", "The face model is missing.")
    assert Analysis.objects.get().failure == "The face model is missing."


def saved_at(photo: Photo, **facts: object) -> tuple[datetime | None, int | None, str]:
    made = analyzed()
    made.facts |= facts
    store.save(photo, made)
    photo.refresh_from_db()
    return photo.taken_at, photo.taken_offset_minutes, photo.time_source


def test_the_moment_keeps_the_offset_of_its_clock(add_photo):
    clock = datetime(2026, 6, 20, 18, 3)
    found = saved_at(add_photo(), clock_at=clock, clock_offset_minutes=120)
    assert found == (datetime(2026, 6, 20, 16, 3, tzinfo=UTC), 120, "camera")


def test_a_camera_without_a_zone_showed_the_time_of_the_room(add_photo, room):
    Room.objects.update(time_zone="Europe/Rome")
    room.refresh_from_db()
    found = saved_at(add_photo(), clock_at=datetime(2026, 6, 20, 18, 3))
    assert found == (datetime(2026, 6, 20, 16, 3, tzinfo=UTC), 120, "room")


def test_a_time_that_somebody_set_stays_when_a_photo_is_looked_at_again(add_photo):
    photo, moment = add_photo(), datetime(2026, 6, 21, 9, tzinfo=UTC)
    Photo.objects.filter(pk=photo.pk).update(taken_at=moment, sort_at=moment, time_source="person")
    photo.refresh_from_db()
    found = saved_at(photo, clock_at=datetime(2026, 6, 20, 18, 3), clock_offset_minutes=120)
    assert found == (moment, None, "person")
    assert photo.clock_at == datetime(2026, 6, 20, 18, 3, tzinfo=UTC)


def test_a_photo_in_the_trash_is_not_looked_at(add_photo, monkeypatch):
    photo = add_photo()
    Photo.objects.filter(pk=photo.pk).update(deleted_at=datetime.now(UTC))
    monkeypatch.setattr("processing.store.analyze_file", None)
    assert store.analyze(photo.pk) is False


def test_a_missing_original_is_said_in_a_sentence(add_photo):
    photo = add_photo()
    photo.original.storage.delete(photo.original.name)
    with pytest.raises(UnreadableImage, match="missing"):
        store.analyze(photo.pk)


def test_a_photo_goes_through_the_whole_pipeline(add_photo):
    photo = add_photo()
    store.analyze(photo.pk)
    photo.refresh_from_db()
    assert photo.state == "ready"
    assert sorted(photo.renditions.values_list("side_px", flat=True)) == [320, 640, 1280, 2048]
    assert set(photo.analyses.values_list("analyzer", flat=True)) >= {"exif", "faces"}
    assert store.analyze(photo.pk) is False  # a second bell costs nothing


def test_photos_that_a_newer_analyzer_has_not_seen_are_found(add_photo, room, monkeypatch):
    photo = add_photo()
    assert store.outdated_photos(10) == {}  # it waits for its first look anyway
    store.analyze(photo.pk)
    assert store.outdated_photos(10) == {}
    Analysis.objects.filter(analyzer="faces").update(version=0)
    assert store.outdated_photos(10) == {room.pk: [photo.pk]}
    store.analyze(photo.pk)
    assert store.outdated_photos(10) == {}


def test_a_photo_deleted_while_it_is_looked_at_leaves_no_files(
    add_photo, settings, django_capture_on_commit_callbacks
):
    photo = add_photo()
    with django_capture_on_commit_callbacks(execute=True):
        Photo.objects.get(pk=photo.pk).delete()
    store.save(photo, analyzed(faces=[face_at(10)]))
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_a_photo_uploaded_anew_keeps_the_files_that_it_shares_with_its_deleted_one(add_photo, settings):
    photo = add_photo()
    again = Photo.objects.get(pk=photo.pk)
    Photo.objects.filter(pk=photo.pk).delete()
    again.pk = None
    again.save()
    store.save(again, analyzed())
    store.save(photo, analyzed())
    assert Rendition.objects.get().file.read() == b"small"
