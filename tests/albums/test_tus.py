"""Large files in pieces: the protocol tus 1.0, kills at every point, two writers, limits, expiry."""

from __future__ import annotations

import base64
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.request import UnreadablePostError
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import User
from albums import tus, upload_files
from albums.api.views.tus import parse_metadata, parse_milliseconds
from albums.errors import Conflict, DiskFull, Gone
from albums.models import Membership, Photo, Room, Upload
from albums.upload_files import LIFETIME, UploadBusy, discard, expire_uploads, locked, path_of
from tests.conftest import picture

DATA = picture("crimson", (400, 300))
SHA256 = hashlib.sha256(DATA).hexdigest()
HALF = len(DATA) // 2


def metadata(filename: str = "fête.jpg", sha256: str = SHA256, last_modified: str = "1781971391000") -> str:
    pairs = {"filename": filename, "sha256": sha256, "last_modified": last_modified}
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in pairs.items())


class Tus:
    """A tus client of one person."""

    def __init__(self, room: Room, user: User | None = None, **headers: str) -> None:
        self.room, self.client = room, Client()
        if user:
            self.client.force_login(user)
        self.headers = {"Tus-Resumable": "1.0.0"} | headers

    def send(self, method: str, path: str, data: bytes = b"", **headers: Any) -> HttpResponse:
        content_type = headers.pop("content_type", "application/offset+octet-stream")
        sent = self.headers | {name.replace("_", "-"): str(value) for name, value in headers.items()}
        return self.client.generic(method, path, data, content_type, headers=sent)  # type: ignore[return-value]

    def create(self, length: int | str = len(DATA), about: str | None = None, **headers: Any) -> HttpResponse:
        about = metadata() if about is None else about
        path = f"/api/v1/rooms/{self.room.pk}/uploads/"
        return self.send("POST", path, Upload_Length=length, Upload_Metadata=about, **headers)

    def patch(self, path: str, data: bytes, offset: int, **headers: Any) -> HttpResponse:
        return self.send("PATCH", path, data, Upload_Offset=offset, **headers)


@pytest.fixture
def bobs(room: Room, bob: User) -> Tus:
    return Tus(room, bob)


@pytest.fixture
def address(bobs: Tus) -> str:
    return bobs.create()["Location"]


def upload_of(address: str) -> Upload:
    return Upload.objects.get(pk=address.rstrip("/").rsplit("/", 1)[-1])


def sentence(response: HttpResponse) -> str:
    message: str = response.json()["error"]["message"]  # type: ignore[attr-defined]
    assert message.endswith(".")
    return message


def test_a_file_in_two_pieces_becomes_a_photo(bobs: Tus, bob: User, room: Room) -> None:
    created = bobs.create()
    assert (created.status_code, created["Tus-Resumable"]) == (201, "1.0.0")
    first = bobs.patch(created["Location"], DATA[:HALF], 0)
    assert (first.status_code, first["Upload-Offset"]) == (204, str(HALF))
    head = bobs.send("HEAD", created["Location"])
    assert (head.status_code, head["Upload-Offset"], head["Upload-Length"]) == (
        200,
        str(HALF),
        str(len(DATA)),
    )
    assert head["Cache-Control"] == "no-store"
    last = bobs.patch(created["Location"], DATA[HALF:], HALF)
    photo = room.photos.get()
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(DATA)))
    assert (last["Upload-Photo"], last["Upload-Result"]) == (str(photo.pk), "created")
    assert (photo.filename, photo.sha256, photo.uploader) == ("fête.jpg", SHA256, bob)
    assert photo.modified_at == datetime(2026, 6, 20, 16, 3, 11, tzinfo=UTC)
    assert Path(photo.original.path).read_bytes() == DATA
    assert list(Path(upload_files.settings.UPLOADS_DIR).iterdir()) == []


def test_a_client_that_did_not_hear_the_last_answer_learns_that_all_is_there(bobs: Tus, address: str) -> None:
    bobs.patch(address, DATA, 0)
    head = bobs.send("HEAD", address)
    assert (head.status_code, head["Upload-Offset"]) == (200, str(len(DATA)))
    assert head["Upload-Photo"] == str(Photo.objects.get().pk)


def test_options_tells_what_is_spoken_to_everybody(room: Room) -> None:
    response = Tus(room).client.options(f"/api/v1/rooms/{room.pk}/uploads/")
    assert response.status_code == 204
    assert response["Tus-Version"] == "1.0.0"
    assert response["Tus-Extension"] == "creation,termination,expiration"
    assert response["Tus-Max-Size"] == str(4096 * 1024 * 1024)


@pytest.mark.parametrize("version", ["0.2.2", ""])
def test_another_version_is_refused_with_the_one_that_is_spoken(bobs: Tus, version: str) -> None:
    response = bobs.create(Tus_Resumable=version)
    assert (response.status_code, response["Tus-Version"]) == (412, "1.0.0")
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("alice", 201), ("bob", 201), ("gina", 201), ("vera", 403), ("charlie", 404), (None, 401)],
)
def test_who_may_begin_an_upload(
    request: pytest.FixtureRequest, room: Room, who: str | None, status: int
) -> None:
    assert Tus(room, request.getfixturevalue(who) if who else None).create().status_code == status
    assert Upload.objects.count() == (status == 201)


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
@pytest.mark.parametrize(("who", "status"), [("alice", 404), ("vera", 404), ("charlie", 404), (None, 401)])
def test_an_upload_is_there_for_nobody_but_who_began_it(
    request: pytest.FixtureRequest, room: Room, address: str, who: str | None, status: int, method: str
) -> None:
    other = Tus(room, request.getfixturevalue(who) if who else None)
    assert other.send(method, address, DATA, Upload_Offset=0).status_code == status
    assert path_of(upload_of(address)).stat().st_size == 0


def test_who_left_the_room_cannot_go_on(bobs: Tus, bob: User, address: str) -> None:
    Membership.objects.filter(user=bob).delete()
    assert bobs.patch(address, DATA, 0).status_code == 404
    assert bobs.send("HEAD", address).status_code == 404


def test_an_upload_of_another_room_is_not_found(bobs: Tus, alice: User, address: str) -> None:
    from albums.services.rooms import create_room

    other = create_room(owner=alice, name="Another room")
    assert bobs.patch(address.replace(str(bobs.room.pk), str(other.pk)), DATA, 0).status_code == 404


def test_a_token_of_the_api_will_do(room: Room, bob: User) -> None:
    _, token = AuthToken.objects.create(bob)
    client = Tus(room, Authorization=f"Token {token}")
    assert client.patch(client.create()["Location"], DATA, 0).status_code == 204
    assert room.photos.get().uploader == bob


def test_a_page_needs_its_csrf_token(room: Room, bob: User) -> None:
    page = Tus(room, bob)
    page.client = Client(enforce_csrf_checks=True)
    page.client.force_login(bob)
    assert page.create().status_code == 403
    page.client.cookies["csrftoken"] = "t" * 32
    address = page.create(X_CSRFToken="t" * 32)["Location"]
    assert page.patch(address, DATA, 0).status_code == 403
    assert page.patch(address, DATA, 0, X_CSRFToken="t" * 32).status_code == 204
    override = {"X_HTTP_Method_Override": "DELETE"}
    assert page.send("POST", address, **override).status_code == 403


def test_a_method_may_come_in_a_header(bobs: Tus, address: str) -> None:
    response = bobs.send("POST", address, DATA[:5], Upload_Offset=0, X_HTTP_Method_Override="PATCH")
    assert (response.status_code, response["Upload-Offset"]) == (204, "5")


@pytest.mark.parametrize("offset", [0, HALF - 1, HALF + 1, len(DATA)])
def test_bytes_for_another_offset_are_refused(bobs: Tus, address: str, offset: int) -> None:
    bobs.patch(address, DATA[:HALF], 0)
    response = bobs.patch(address, b"xx", offset)
    assert response.status_code == 409
    assert sentence(response) == f"This upload goes on at byte {HALF}, not at byte {offset}."
    assert path_of(upload_of(address)).read_bytes() == DATA[:HALF]


def test_more_bytes_than_announced_are_refused(bobs: Tus, address: str) -> None:
    response = bobs.patch(address, DATA + b"x", 0)
    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")  # type: ignore[attr-defined]
    assert path_of(upload_of(address)).stat().st_size == 0


def test_a_second_writer_is_kept_out(bobs: Tus, address: str) -> None:
    with path_of(upload_of(address)).open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        response = bobs.patch(address, DATA, 0)
    assert response.status_code == 423
    assert sentence(response) == "This file is arriving on another connection. Try again in a moment."
    assert bobs.patch(address, DATA, 0).status_code == 204


@pytest.mark.parametrize(
    "content_type", ["application/json", "multipart/form-data", "application/octet-stream"]
)
def test_bytes_must_come_as_tus_says(bobs: Tus, address: str, content_type: str) -> None:
    assert bobs.patch(address, DATA, 0, content_type=content_type).status_code == 415


@pytest.mark.parametrize("offset", ["-1", "x", "", "1.0", "٣", "9" * 400])
def test_an_offset_that_is_no_number_is_refused(bobs: Tus, address: str, offset: str) -> None:
    assert bobs.patch(address, DATA, offset).status_code == 400  # type: ignore[arg-type]


def test_bytes_without_their_number_are_refused(bobs: Tus, address: str) -> None:
    response = bobs.client.patch(
        address, headers=bobs.headers | {"Upload-Offset": "0"}, CONTENT_TYPE="application/offset+octet-stream"
    )
    assert response.status_code == 411


@pytest.mark.parametrize(
    ("length", "about", "status", "words"),
    [
        ("", None, 400, "Upload-Length must be a whole number"),
        ("-5", None, 400, "Upload-Length must be a whole number"),
        (0, None, 400, "This file is empty."),
        (4096 * 2**20 + 1, None, 413, "at most 4,096 MB"),
        (5, "", 400, "SHA-256"),
        (5, metadata(sha256="abc"), 400, "SHA-256"),
        (5, metadata(sha256="z" * 64), 400, "SHA-256"),
        (5, "sha256 not*base64", 400, "the value of sha256 is no base64"),
        (5, "filename //79", 400, "the value of filename is no base64 of UTF-8"),
    ],
)
def test_a_bad_announcement_is_answered_with_a_sentence(
    bobs: Tus, length: int | str, about: str | None, status: int, words: str
) -> None:
    response = bobs.create(length, about)
    assert (response.status_code, words in sentence(response)) == (status, True)
    assert not Upload.objects.exists()


def test_metadata_are_pairs_of_a_name_and_base64() -> None:
    assert parse_metadata("filename ZsOqdGUuanBn, is_private,sha256 YQ==") == {
        "filename": "fête.jpg",
        "is_private": "",
        "sha256": "a",
    }
    assert parse_metadata("") == {}


@pytest.mark.parametrize("text", ["", "x", "9" * 30, "1e5", "nan"])
def test_a_time_that_is_nonsense_is_no_time(text: str) -> None:
    assert parse_milliseconds(text) is None


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        ("C:\\fakepath\\a.jpg", "a.jpg"),
        ("../../etc/a.jpg", "a.jpg"),
        ("x" * 300 + ".jpg", "x" * 196 + ".jpg"),
        ("a\x00b\r\nc.jpg", "a b c.jpg"),
    ],
)
def test_a_path_in_the_name_is_cut_off(bobs: Tus, filename: str, kept: str) -> None:
    address = bobs.create(about=metadata(filename))["Location"]
    assert upload_of(address).filename == kept


def test_a_full_disk_is_said_before_the_first_byte(
    bobs: Tus, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=600 * 2**20))
    response = bobs.create(200 * 2**20)
    assert response.status_code == 507
    assert sentence(response).startswith("The disk of this site is nearly full")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=0))
    assert bobs.patch(address, DATA, 0).status_code == 507


def test_a_disk_that_fills_up_midway_keeps_what_has_come(
    bobs: Tus, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def __init__(self, chunks: list[bytes]) -> None:
            self.chunks = chunks

        def read(self, size: int, /) -> bytes:
            if not self.chunks:
                raise OSError(errno.ENOSPC, "No space left on device")
            return self.chunks.pop(0)

    upload = upload_of(address)
    with pytest.raises(DiskFull, match="then the upload can go on"):
        tus.append(upload, offset=0, length=len(DATA), source=Full([DATA[:HALF]]))
    assert bobs.patch(address, DATA[HALF:], HALF).status_code == 204


def test_a_disk_too_full_for_the_photo_keeps_the_upload(
    bobs: Tus, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(size_bytes: int) -> None:
        raise DiskFull("The disk is full.")

    monkeypatch.setattr("albums.services.photos._require_space", refuse)
    assert bobs.patch(address, DATA, 0).status_code == 507
    assert path_of(upload_of(address)).read_bytes() == DATA


class Breaking:
    """A connection that breaks after some bytes: silently, as gunicorn shows it, or with Django's error."""

    def __init__(self, data: bytes, error: type[Exception] | None) -> None:
        self.data, self.error = data, error

    def read(self, size: int, /) -> bytes:
        data, self.data = self.data[:size], self.data[size:]
        if not data and self.error:
            raise self.error
        return data


@pytest.mark.parametrize("error", [None, UnreadablePostError])
def test_a_connection_that_breaks_leaves_what_has_come(
    bobs: Tus, address: str, error: type[Exception] | None
) -> None:
    progress = tus.append(upload_of(address), offset=0, length=len(DATA), source=Breaking(DATA[:HALF], error))
    assert progress == tus.Progress(HALF)
    assert bobs.send("HEAD", address)["Upload-Offset"] == str(HALF)
    assert bobs.patch(address, DATA[HALF:], HALF)["Upload-Result"] == "created"


def test_a_kill_in_the_middle_of_a_piece_loses_nothing_that_was_written(
    bobs: Tus, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    with pytest.raises(Killed):
        tus.append(upload_of(address), offset=0, length=len(DATA), source=Breaking(DATA[:HALF], Killed))  # type: ignore[arg-type]
    assert bobs.send("HEAD", address)["Upload-Offset"] == str(HALF)


@pytest.mark.parametrize("is_photo_saved", [True, False])
def test_a_kill_after_the_last_byte_is_made_good_by_the_next_question(
    bobs: Tus, room: Room, address: str, monkeypatch: pytest.MonkeyPatch, is_photo_saved: bool
) -> None:
    class Killed(BaseException):
        pass

    def add_and_die(**kwargs: Any) -> None:
        if is_photo_saved:
            add_photo(**kwargs)
        raise Killed

    add_photo = tus.add_photo
    monkeypatch.setattr(tus, "add_photo", add_and_die)
    with pytest.raises(Killed):
        tus.append(upload_of(address), offset=0, length=len(DATA), source=Breaking(DATA, None))
    monkeypatch.setattr(tus, "add_photo", add_photo)
    head = bobs.send("HEAD", address)
    assert head["Upload-Offset"] == str(len(DATA))
    assert head["Upload-Result"] == ("duplicate" if is_photo_saved else "created")
    assert room.photos.get().sha256 == SHA256
    assert not path_of(upload_of(address)).exists()


def test_a_question_while_the_photo_is_being_made_does_not_say_that_it_is_there(
    bobs: Tus, address: str
) -> None:
    path_of(upload_of(address)).write_bytes(DATA)
    with locked(upload_of(address)):
        assert bobs.send("HEAD", address).status_code == 423
    assert bobs.send("HEAD", address)["Upload-Result"] == "created"


def test_bytes_that_do_not_give_the_hash_are_refused_and_forgotten(bobs: Tus, room: Room) -> None:
    address = bobs.create(about=metadata(sha256="0" * 64))["Location"]
    response = bobs.patch(address, DATA, 0)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "file_refused")  # type: ignore[attr-defined]
    assert "damaged" in sentence(response)
    assert bobs.send("HEAD", address).status_code == 404
    assert not room.photos.exists()
    assert list(Path(upload_files.settings.UPLOADS_DIR).iterdir()) == []


def test_what_is_no_picture_is_refused_and_forgotten(bobs: Tus, room: Room) -> None:
    data = b"<script>alert(1)</script>"
    address = bobs.create(len(data), metadata("a.jpg", hashlib.sha256(data).hexdigest()))["Location"]
    assert bobs.patch(address, data, 0).json()["error"]["code"] == "file_refused"  # type: ignore[attr-defined]
    assert not Upload.objects.exists()


def test_a_photo_that_the_room_has_is_a_duplicate_and_no_error(
    bobs: Tus, address: str, add_photo: Callable[..., Photo]
) -> None:
    photo = add_photo(data=DATA)
    response = bobs.patch(address, DATA, 0)
    assert (response.status_code, response["Upload-Result"]) == (204, "duplicate")
    assert response["Upload-Photo"] == str(photo.pk)


def test_giving_up_deletes_the_bytes(bobs: Tus, address: str) -> None:
    path = path_of(upload_of(address))
    bobs.patch(address, DATA[:HALF], 0)
    assert bobs.send("DELETE", address).status_code == 204
    assert not path.exists()
    assert bobs.send("HEAD", address).status_code == 404


def test_giving_up_waits_for_the_writer(bobs: Tus, address: str) -> None:
    with locked(upload_of(address)):
        assert bobs.send("DELETE", address).status_code == 423
    assert Upload.objects.exists()


def test_giving_up_after_the_end_keeps_the_photo(bobs: Tus, room: Room, address: str) -> None:
    bobs.patch(address, DATA, 0)
    assert bobs.send("DELETE", address).status_code == 204
    assert room.photos.count() == 1


def test_an_upload_whose_bytes_are_gone_is_gone(bobs: Tus, address: str) -> None:
    path_of(upload_of(address)).unlink()
    for response in (bobs.send("HEAD", address), bobs.patch(address, DATA, 0)):
        assert response.status_code == 410


def test_who_waited_for_the_lock_of_a_finished_upload_finds_it_gone(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, real_lock = upload_of(address), fcntl.flock

    def finished_meanwhile(file: Any, how: int) -> None:
        real_lock(file, how)
        path_of(upload).unlink()

    monkeypatch.setattr(upload_files.fcntl, "flock", finished_meanwhile)
    with pytest.raises(Gone), locked(upload):
        pytest.fail("the lock of a file that is gone was given")


def test_the_service_itself_asks_who_may_upload(vera: User, room: Room) -> None:
    with pytest.raises(PermissionDenied):
        tus.create_upload(user=vera, room=room, filename="a.jpg", sha256=SHA256, size_bytes=5)


def test_the_service_refuses_a_wrong_offset(address: str) -> None:
    with pytest.raises(Conflict):
        tus.append(upload_of(address), offset=3, length=2, source=Breaking(b"xx", None))


def age(upload: Upload, by: timedelta) -> None:
    moment = (timezone.now() - by).timestamp()
    os.utime(path_of(upload), (moment, moment))
    Upload.objects.filter(pk=upload.pk).update(created_at=timezone.now() - by)


def test_the_answer_says_when_it_expires(bobs: Tus) -> None:
    created = bobs.create()
    expected = datetime.fromtimestamp(path_of(upload_of(created["Location"])).stat().st_mtime, UTC) + LIFETIME
    assert created["Upload-Expires"] == expected.strftime("%a, %d %b %Y %H:%M:%S GMT")


def test_an_upload_expires_days_after_its_last_byte(bobs: Tus, address: str) -> None:
    upload = upload_of(address)
    Upload.objects.update(created_at=timezone.now() - LIFETIME * 2)
    bobs.patch(address, DATA[:HALF], 0)
    assert expire_uploads() == 0
    age(upload, LIFETIME + timedelta(minutes=1))
    assert expire_uploads() == 1
    assert not path_of(upload).exists()
    assert bobs.send("HEAD", address).status_code == 404


def test_an_upload_that_is_arriving_does_not_expire(address: str) -> None:
    upload = upload_of(address)
    age(upload, LIFETIME * 2)
    with locked(upload):
        assert expire_uploads() == 0
    assert Upload.objects.exists()


def test_the_row_of_a_finished_upload_goes_in_time(bobs: Tus, room: Room, address: str) -> None:
    bobs.patch(address, DATA, 0)
    assert expire_uploads() == 0
    Upload.objects.update(created_at=timezone.now() - LIFETIME * 2)
    assert expire_uploads() == 1
    assert room.photos.count() == 1


def test_bytes_without_a_row_are_swept_when_they_are_old(room: Room, address: str) -> None:
    upload = upload_of(address)
    stray = path_of(upload).with_name(str(uuid4()))
    stray.write_bytes(b"x")
    assert expire_uploads() == 0
    moment = (timezone.now() - LIFETIME * 2).timestamp()
    os.utime(stray, (moment, moment))
    assert expire_uploads() == 1
    assert not stray.exists()
    assert path_of(upload).exists()


def test_the_room_takes_its_uploads_with_it(room: Room, alice: User, address: str) -> None:
    from albums.services.rooms import delete_room

    path = path_of(upload_of(address))
    delete_room(user=alice, room=room)
    moment = (timezone.now() - LIFETIME * 2).timestamp()
    os.utime(path, (moment, moment))
    assert expire_uploads() == 1
    assert not path.exists()


def test_discarding_a_busy_upload_says_so(address: str) -> None:
    with locked(upload_of(address)), pytest.raises(UploadBusy):
        discard(upload_of(address))
