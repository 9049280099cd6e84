"""Photos and faces as bytes: who gets them, and how they are sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from albums.models import Face, Photo, Rendition, Room
from albums.services.photos import trash_photos

JPEG = b"\xff\xd8 a small rendition \xff\xd9"


def media(photo: Photo, size: str = "original") -> str:
    return f"/rooms/{photo.room_id}/photos/{photo.pk}/{size}"


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


@pytest.fixture
def photo(add_photo: Callable[..., Photo]) -> Photo:
    photo = add_photo(name="Ĉe la lago.jpg")
    rendition = Rendition(photo=photo, side_px=320, width=64, height=48, size_bytes=len(JPEG))
    rendition.file.save("r.jpg", ContentFile(JPEG))
    return photo


@pytest.fixture
def video(add_photo: Callable[..., Photo]) -> Photo:
    video = add_photo(name="clip.mp4")
    data = bytes(range(256)) * 10
    video.original.delete(save=False)
    video.original.save("clip.mp4", ContentFile(data), save=False)
    video.kind, video.content_type, video.size_bytes = "video", "video/mp4", len(data)
    video.save()
    return video


@pytest.fixture
def face(photo: Photo, add_face: Callable[..., Face]) -> Face:
    face = add_face(photo)
    face.crop.save("crop.jpg", ContentFile(JPEG))
    return face


@pytest.mark.parametrize("size", ["320", "original"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("alice", 200), ("bob", 200), ("vera", 200), ("gina", 200), ("charlie", 404), (None, 404)],
)
def test_only_people_of_the_room_get_a_photo(
    request: pytest.FixtureRequest, client: Client, photo: Photo, who: str | None, status: int, size: str
) -> None:
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(media(photo, size)).status_code == status
    assert client.head(media(photo, size)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("alice", 200), ("bob", 200), ("vera", 200), ("gina", 200), ("charlie", 404), (None, 404)],
)
def test_only_people_of_the_room_get_a_face(
    request: pytest.FixtureRequest, client: Client, face: Face, who: str | None, status: int
) -> None:
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(f"/rooms/{face.room_id}/faces/{face.pk}/crop").status_code == status


def test_the_original_is_the_bytes_that_were_uploaded(client: Client, alice: User, photo: Photo) -> None:
    client.force_login(alice)
    response = client.get(media(photo))
    assert body(response) == Path(photo.original.path).read_bytes()
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == "inline; filename*=utf-8''%C4%88e%20la%20lago.jpg"
    assert response["ETag"] == f'"{photo.sha256}"'


def test_a_rendition_is_kept_by_the_browser_and_by_no_proxy(
    client: Client, alice: User, photo: Photo
) -> None:
    client.force_login(alice)
    response = client.get(media(photo, "320"))
    assert body(response) == JPEG
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Cookie" in response["Vary"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox allow-same-origin"
    assert client.get(media(photo, "320"), headers={"If-None-Match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("size", "name"), [("320", "%C4%88e%20la%20lago-320.jpg"), ("original", "%C4%88e%20la%20lago.jpg")]
)
def test_a_download_is_saved_under_its_own_name(
    client: Client, alice: User, photo: Photo, size: str, name: str
) -> None:
    client.force_login(alice)
    response = client.get(media(photo, size) + "?download")
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"


def test_a_video_can_be_wound(client: Client, alice: User, video: Photo) -> None:
    client.force_login(alice)
    response = client.get(media(video), headers={"Range": "bytes=256-259"})
    assert (response.status_code, body(response)) == (206, b"\0\1\2\3")
    assert response["Content-Range"] == "bytes 256-259/2560"
    assert response["Content-Type"] == "video/mp4"


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/pdf", ""])
def test_what_is_no_known_picture_is_only_ever_saved(
    client: Client, alice: User, photo: Photo, content_type: str
) -> None:
    Photo.objects.filter(pk=photo.pk).update(content_type=content_type)
    client.force_login(alice)
    response = client.get(media(photo))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("size", ["1280", "2048", "100", "huge", "320px", "-320"])
def test_a_size_that_is_not_there_is_not_found(client: Client, alice: User, photo: Photo, size: str) -> None:
    client.force_login(alice)
    assert client.get(media(photo, size)).status_code == 404


def test_a_face_without_a_picture_is_not_found(
    client: Client, alice: User, photo: Photo, add_face: Callable[..., Face]
) -> None:
    client.force_login(alice)
    face = add_face(photo)
    assert client.get(f"/rooms/{face.room_id}/faces/{face.pk}/crop").status_code == 404


def test_a_face_is_not_kept_for_long(client: Client, alice: User, face: Face) -> None:
    client.force_login(alice)
    response = client.get(f"/rooms/{face.room_id}/faces/{face.pk}/crop")
    assert body(response) == JPEG
    assert response["Cache-Control"] == "private, max-age=3600"


def test_a_photo_is_found_in_its_own_room_only(client: Client, alice: User, photo: Photo, face: Face) -> None:
    from albums.services.rooms import create_room

    other = create_room(owner=alice, name="Another room")
    client.force_login(alice)
    assert client.get(f"/rooms/{other.pk}/photos/{photo.pk}/original").status_code == 404
    assert client.get(f"/rooms/{other.pk}/faces/{face.pk}/crop").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("bob", 200), ("gina", 404), ("vera", 404)])
def test_a_photo_in_the_trash_is_there_for_those_who_may_restore_it(
    request: pytest.FixtureRequest,
    client: Client,
    add_photo: Callable[..., Photo],
    bob: User,
    who: str,
    status: int,
) -> None:
    photo = add_photo(bob)
    trash_photos(user=bob, room=photo.room, photo_ids=[photo.pk])
    client.force_login(request.getfixturevalue(who))
    assert client.get(media(photo)).status_code == status


def test_a_face_on_a_photo_in_the_trash_is_not_found(
    client: Client, alice: User, room: Room, face: Face
) -> None:
    trash_photos(user=alice, room=room, photo_ids=[face.photo_id])
    client.force_login(alice)
    assert client.get(f"/rooms/{room.pk}/faces/{face.pk}/crop").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_media_can_only_be_read(client: Client, alice: User, photo: Photo, method: str) -> None:
    client.force_login(alice)
    assert getattr(client, method)(media(photo)).status_code == 405


def test_a_file_that_is_missing_is_not_found_rather_than_broken_off(
    client: Client, alice: User, photo: Photo
) -> None:
    photo.original.storage.delete(photo.original.name or "")
    client.force_login(alice)
    assert client.get(media(photo)).status_code == 404


def test_the_proxy_sends_the_file_where_there_is_one(
    client: Client, alice: User, photo: Photo, settings: Settings
) -> None:
    settings.X_ACCEL_PREFIX = "/protected/"
    client.force_login(alice)
    response = client.get(media(photo))
    assert response["X-Accel-Redirect"] == f"/protected/{photo.original.name}"
    assert response.content == b""


def test_the_proxy_is_not_asked_for_a_file_of_another_storage(
    client: Client, alice: User, photo: Photo, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.X_ACCEL_PREFIX = "/protected/"
    storage = InMemoryStorage()
    storage.save(photo.original.name, ContentFile(b"x" * photo.size_bytes))
    monkeypatch.setattr(Photo._meta.get_field("original"), "storage", storage)
    client.force_login(alice)
    assert body(client.get(media(photo))) == b"x" * photo.size_bytes


def test_a_rendition_takes_few_queries(
    client: Client, bob: User, photo: Photo, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(bob)
    with django_assert_max_num_queries(5):  # session, user, photo with its room, its veil, rendition
        client.get(media(photo, "320"))


def test_the_media_folder_is_reached_through_the_views_only(
    client: Client, alice: User, photo: Photo
) -> None:
    client.force_login(alice)
    assert client.get(f"/media/{photo.original.name}").status_code == 404
    assert client.get(f"{settings.MEDIA_URL}{photo.original.name}").status_code == 404
