"""Zips whose bytes are prepared first: what is in them, that they resume, that nothing is lost when a worker dies."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from albums.errors import AlbumError, Gone
from albums.models import Download, Job, Person, Photo, PhotoTag, Place, Rendition, Room, Tag
from albums.models.downloads import DownloadState
from albums.packs import files_in, folder_of
from albums.services import share_links
from albums.services.downloads import delete_download, estimate, request_download, retry_download
from albums.services.photos import trash_photos
from albums.services.share_zips import zip_of
from albums.shared import photos_of, size_of
from albums.zip_downloads import zip_entries
from albums.zip_options import ZipOptions
from processing import jobs, pack_store, tasks
from processing.errors import ProcessingError
from tests.samples import encoded, jpeg, picture, png


@pytest.fixture
def photos(add_photo: Callable[..., Photo], add_face: Callable[..., Any], room: Room) -> list[Photo]:
    """A JPEG of Anna with everything known about it, a PNG, and a GIF, all looked at."""
    files = [
        ("IMG_1.jpg", jpeg(640, 480, seed=1, taken_at="2026:06:20 18:03:11", offset="+02:00")),
        ("IMG_2.png", png(64, 48, seed=2)),
        ("IMG_3.gif", encoded(picture(64, 48, seed=3), "GIF")),
    ]
    found = [add_photo(name=name, data=data) for name, data in files]
    for photo, (width, height) in zip(found, [(640, 480), (64, 48), (64, 48)], strict=True):
        Photo.objects.filter(pk=photo.pk).update(state="ready", width=width, height=height)
        for side in (320, 2048):
            file = ContentFile(jpeg(32, 24, seed=side), f"{photo.pk}-{side}.jpg")
            Rendition.objects.create(
                photo=photo, side_px=side, file=file, width=32, height=24, size_bytes=file.size
            )
    anna = Person.objects.create(room=room, name="Anna", photo_count=1)
    add_face(found[0], anna, x=64)
    beach = Tag.objects.create(key="beach", name="beach", kind="category")
    PhotoTag.objects.create(photo=found[0], room=room, tag=beach)
    Photo.objects.filter(pk=found[0].pk).update(
        caption="Ĉe la maro", stars=4, taken_at=datetime(2026, 6, 20, 16, 3, 11, tzinfo=UTC),
        taken_offset_minutes=120, time_source="camera", latitude=41.9028, longitude=12.4964,
    )  # fmt: skip
    return found


@pytest.fixture
def ask(room: Room, bob: User, photos: list[Photo]) -> Callable[..., Download]:
    """Ask for a zip and have it prepared."""

    def do(**options: Any) -> Download:
        download = request_download(user=bob, room=room, options=ZipOptions.of(options))
        assert pack_store.pack(download.pk) is True
        download.refresh_from_db()
        return download

    return do


@pytest.fixture
def fetch(client: Client, bob: User) -> Callable[..., bytes]:
    client.force_login(bob)

    def do(download: Download, **headers: str) -> bytes:
        response = client.get(f"/downloads/{download.pk}/", headers=headers)
        assert response.status_code in (200, 206), response.content
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]

    return do


def opened(data: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def test_what_changes_no_bytes_is_ready_at_once(room: Room, bob: User, photos: list[Photo]) -> None:
    download = request_download(user=bob, room=room, options=ZipOptions.of({"layout": "person"}))
    assert download.is_ready
    assert [name for _, name in download.entries] == [
        "Anna/IMG_1.jpg",
        "Without known people/IMG_2.png",
        "Without known people/IMG_3.gif",
    ]
    assert not Job.objects.filter(kind="pack").exists()


def test_what_is_known_is_written_in_or_laid_beside(
    ask: Callable[..., Download], fetch: Callable[..., bytes], photos: list[Photo]
) -> None:
    download = ask(metadata="write")
    with opened(fetch(download)) as archive:
        assert archive.namelist() == ["IMG_1.jpg", "IMG_2.png", "IMG_3.gif", "IMG_3.gif.xmp", "READ ME.txt"]
        assert b"Anna" in archive.read("IMG_1.jpg")
        assert archive.read("IMG_3.gif") == Path(photos[2].original.path).read_bytes()
        assert b"Alice" in archive.read("IMG_3.gif.xmp")  # the credit
    assert (download.photo_count, download.file_count) == (3, 3)


def test_sidecars_leave_every_original_as_it_is(
    ask: Callable[..., Download], fetch: Callable[..., bytes], photos: list[Photo]
) -> None:
    with opened(fetch(ask(metadata="sidecar"))) as archive:
        for photo in photos:
            assert archive.read(photo.filename) == Path(photo.original.path).read_bytes()
            assert f"{photo.filename}.xmp" in archive.namelist()


def test_stripped_files_have_new_names_and_no_time(
    ask: Callable[..., Download], fetch: Callable[..., bytes]
) -> None:
    with opened(fetch(ask(metadata="strip", has_index=True))) as archive:
        names = [name for name in archive.namelist() if not name.startswith("album/")]
        assert names == ["index.html", "photo-00001.jpg", "photo-00002.png", "photo-00003.jpg", "READ ME.txt"]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        everything = b"".join(archive.read(name) for name in archive.namelist())
    for told in (b"2026", b"IMG_", b"maro", b"18:03", b"June"):
        assert told not in everything


@pytest.mark.parametrize("layout", ["day", "place", "event"])
def test_folders_that_tell_when_or_where_are_not_made_of_stripped_photos(layout: str) -> None:
    with pytest.raises(AlbumError, match="would tell what is taken out"):
        ZipOptions.of({"metadata": "strip", "layout": layout})


def test_the_name_of_a_stripped_zip_does_not_tell_the_place(
    room: Room, bob: User, photos: list[Photo]
) -> None:
    rome = Place.objects.create(room=room, city="Rome")
    Photo.objects.filter(room=room).update(place=rome)
    asked = {"user": bob, "room": room, "album": f"place-{rome.pk}"}
    assert request_download(**asked).title.endswith("Rome")
    stripped = request_download(**asked, options=ZipOptions.of({"metadata": "strip"}))
    assert "Rome" not in stripped.title


@pytest.mark.parametrize("album", ["searching", "rooms", "person-", "tag-٣", "event-0"])
def test_what_is_no_album_is_refused(room: Room, bob: User, photos: list[Photo], album: str) -> None:
    with pytest.raises(AlbumError):
        request_download(user=bob, room=room, album=album)


def test_small_copies_keep_what_the_original_said(
    ask: Callable[..., Download], fetch: Callable[..., bytes]
) -> None:
    from PIL import Image

    with opened(fetch(ask(size="web"))) as archive:
        assert archive.namelist()[:3] == ["IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg"]
        with Image.open(archive.open("IMG_1.jpg")) as image:
            assert image.size == (32, 24)
            assert image.getexif().get_ifd(0x8769)[0x9003] == "2026:06:20 18:03:11"


def test_any_range_is_a_part_of_the_whole(ask: Callable[..., Download], fetch: Callable[..., bytes]) -> None:
    download = ask(metadata="write", has_index=True)
    whole = fetch(download)
    for start in range(0, len(whole), 997):
        stop = min(start + 1500, len(whole))
        assert fetch(download, range=f"bytes={start}-{stop - 1}") == whole[start:stop]
    assert len(whole) > download.size_bytes


def test_unzip_takes_it(ask: Callable[..., Download], fetch: Callable[..., bytes], tmp_path: Path) -> None:
    unzip = shutil.which("unzip")
    if unzip is None:
        pytest.skip("unzip is not installed on this machine")
    path = tmp_path / "a.zip"
    path.write_bytes(fetch(ask(metadata="write", layout="tag", has_index=True)))
    done = subprocess.run([unzip, "-q", path, "-d", tmp_path / "out"], capture_output=True, check=False)
    assert done.returncode == 0
    assert {file.name for file in (tmp_path / "out" / "beach").iterdir()} == {"IMG_1.jpg"}


def test_a_killed_run_goes_on_where_it_was(
    room: Room, bob: User, photos: list[Photo], monkeypatch: pytest.MonkeyPatch, fetch: Callable[..., bytes]
) -> None:
    download = request_download(user=bob, room=room, options=ZipOptions.of({"metadata": "write"}))
    monkeypatch.setattr(pack_store, "PACK_BYTES", 1)  # a pack for every photo
    made: list[int] = []
    real = pack_store.make

    def dies(photo: Photo, *args: Any) -> Any:
        if len(made) == 2:
            raise MemoryError("killed")
        made.append(photo.pk)
        return real(photo, *args)

    monkeypatch.setattr(pack_store, "make", dies)
    with pytest.raises(MemoryError):
        pack_store.pack(download.pk)
    download.refresh_from_db()
    assert (download.state, download.prepared) == (DownloadState.PREPARING, 2)
    monkeypatch.setattr(pack_store, "make", lambda photo, *args: made.append(photo.pk) or real(photo, *args))
    assert pack_store.pack(download.pk) is True
    assert made == [photo.pk for photo in photos]
    download.refresh_from_db()
    assert len(opened(fetch(download)).namelist()) == 5


def test_a_long_one_lets_others_work_in_between(
    room: Room, bob: User, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    download = request_download(user=bob, room=room, options=ZipOptions.of({"metadata": "write"}))
    monkeypatch.setattr(pack_store, "SLICE_SECONDS", -1)
    job = Job.objects.get(kind="pack")
    tasks.pack_download(job.pk)
    job.refresh_from_db()
    assert job.state == "queued"
    monkeypatch.undo()
    monkeypatch.setattr(pack_store, "SLICE_SECONDS", 60)
    monkeypatch.setattr("processing.job_tasks.ring", lambda *args, **kwargs: None)
    tasks.pack_download(job.pk)
    download.refresh_from_db()
    assert download.is_ready


def test_cancelling_stops_the_work_and_leaves_nothing(
    room: Room,
    bob: User,
    photos: list[Photo],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    download = request_download(user=bob, room=room, options=ZipOptions.of({"metadata": "write"}))
    real = pack_store.make

    def cancelled(photo: Photo, *args: Any) -> Any:
        Download.objects.filter(pk=download.pk).delete()
        return real(photo, *args)

    monkeypatch.setattr(pack_store, "make", cancelled)
    assert pack_store.pack(download.pk) is True
    assert files_in(folder_of(download.pk)) == []


def test_packs_go_with_their_download(
    ask: Callable[..., Download], bob: User, django_capture_on_commit_callbacks: Any
) -> None:
    download = ask(metadata="write")
    assert files_in(folder_of(download.pk))
    with django_capture_on_commit_callbacks(execute=True):
        delete_download(user=bob, download=download)
    assert files_in(folder_of(download.pk)) == []
    assert not default_storage.exists(folder_of(download.pk))


def test_a_photo_that_goes_meanwhile_is_left_out_and_told(
    room: Room, alice: User, bob: User, photos: list[Photo], fetch: Callable[..., bytes]
) -> None:
    download = request_download(user=bob, room=room, options=ZipOptions.of({"metadata": "write"}))
    trash_photos(user=alice, room=room, photo_ids=[photos[1].pk])
    pack_store.pack(download.pk)
    download.refresh_from_db()
    assert download.photo_count == 2
    with opened(fetch(download)) as archive:
        assert "IMG_2.png" not in archive.namelist()
        assert b"IMG_2.png: it was deleted while the zip was prepared" in archive.read("READ ME.txt")


def test_a_photo_that_goes_afterwards_ends_the_download(
    ask: Callable[..., Download], client: Client, bob: User, alice: User, room: Room, photos: list[Photo]
) -> None:
    download = ask(metadata="write")
    trash_photos(user=alice, room=room, photo_ids=[photos[1].pk])
    client.force_login(bob)
    assert client.get(f"/downloads/{download.pk}/").status_code == 410


def test_a_missing_original_is_left_out_and_told(
    room: Room, bob: User, photos: list[Photo], fetch: Callable[..., bytes]
) -> None:
    download = request_download(user=bob, room=room, options=ZipOptions.of({"metadata": "write"}))
    Path(photos[0].original.path).unlink()
    pack_store.pack(download.pk)
    download.refresh_from_db()
    told = opened(fetch(download)).read("READ ME.txt")
    assert b"IMG_1.jpg: its file on this site is missing or damaged" in told


def spoil(photo: Photo, how: str) -> None:
    path = Path(photo.original.path)
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("how", ["gone", "shorter"])
@pytest.mark.parametrize("metadata", ["as_is", "write"])
def test_a_damaged_original_ends_a_zip_with_its_name_and_the_next_one_goes_without_it(
    room: Room, bob: User, photos: list[Photo], client: Client, how: str, metadata: str
) -> None:
    options = ZipOptions.of({"metadata": metadata})
    client.force_login(bob)
    first = request_download(user=bob, room=room, options=options)
    spoil(photos[0], how)
    if metadata == "as_is":
        refused = client.get(f"/downloads/{first.pk}/")
        assert refused.status_code == 410
        assert "The file of “IMG_1.jpg” on this site is missing or damaged." in refused.content.decode()
        assert not estimate(user=bob, room=room, album="room").is_exact
        first = request_download(user=bob, room=room, options=options)
    assert pack_store.pack(first.pk) is True
    archive = opened(b"".join(client.get(f"/downloads/{first.pk}/").streaming_content))  # type: ignore[attr-defined]
    assert "IMG_1.jpg" not in archive.namelist()
    assert {"IMG_2.png", "IMG_3.gif", "READ ME.txt"} <= set(archive.namelist())
    assert b"IMG_1.jpg: its file on this site is missing or damaged" in archive.read("READ ME.txt")


def test_a_link_s_zip_is_made_anew_without_each_original_that_is_damaged(
    room: Room, alice: User, photos: list[Photo], client: Client, everybody_said_yes: None
) -> None:
    link = share_links.create_link(
        user=alice, room=room, title="For all", allows_downloads=True, shows_metadata=True
    )
    zips = []
    for photo in photos[:2]:
        zips.append(zip_of(link=link, size=size_of(photos_of(link))))
        if not zips[-1].is_ready:
            assert pack_store.pack(zips[-1].pk) is True
            zips[-1].refresh_from_db()
        spoil(photo, "gone")
        with pytest.raises(Gone):
            list(zip_entries(zips[-1]))
    last = zip_of(link=link, size=size_of(photos_of(link)))
    assert last.pk not in {one.pk for one in zips}
    assert pack_store.pack(last.pk) is True
    last.refresh_from_db()
    assert [entry.name for entry in zip_entries(last)] == ["IMG_3.gif", "READ ME.txt"]


def test_a_failure_is_a_sentence_and_can_be_tried_again(
    room: Room, bob: User, photos: list[Photo], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    download = request_download(user=bob, room=room, options=ZipOptions.of({"metadata": "write"}))

    def full(*args: Any) -> None:
        raise ProcessingError("There is no room on the disk.")

    monkeypatch.setattr(pack_store, "_prepare", full)
    tasks.pack_download(Job.objects.get(kind="pack").pk)
    download.refresh_from_db()
    assert (download.state, download.failure) == ("failed", "There is no room on the disk.")
    client.force_login(bob)
    response = client.get(f"/downloads/{download.pk}/")
    assert response.status_code == 409
    assert "There is no room on the disk." in response.content.decode()
    monkeypatch.undo()
    monkeypatch.setattr("processing.job_tasks.ring", lambda *args, **kwargs: None)
    assert retry_download(user=bob, download=download).state == "preparing"
    assert Job.objects.get(kind="pack").state == "queued"


def test_giving_up_is_said_in_words_that_fit(room: Room, bob: User, photos: list[Photo]) -> None:
    download = request_download(user=bob, room=room, options=ZipOptions.of({"metadata": "write"}))
    Job.objects.filter(kind="pack").update(attempts=100)
    assert jobs.claim(Job.objects.get(kind="pack").pk) is None
    download.refresh_from_db()
    assert download.failure == jobs.PACK_FAILED


def test_nobody_prepares_many_at_once(room: Room, bob: User, photos: list[Photo]) -> None:
    for _ in range(3):
        request_download(user=bob, room=room, options=ZipOptions.of({"size": "web"}))
    with pytest.raises(AlbumError, match="3 of your downloads are being prepared"):
        request_download(user=bob, room=room, options=ZipOptions.of({"size": "web"}))


def test_the_last_byte_is_noted(ask: Callable[..., Download], fetch: Callable[..., bytes]) -> None:
    download = ask(metadata="write")
    fetch(download, range="bytes=0-100")
    download.refresh_from_db()
    assert download.fetched_at is None
    fetch(download)
    download.refresh_from_db()
    assert download.fetched_at is not None


def test_the_number_said_before_is_the_number_in_the_zip(
    room: Room, bob: User, photos: list[Photo], add_face: Callable[..., Any]
) -> None:
    ben = Person.objects.create(room=room, name="Ben", photo_count=1)
    add_face(photos[0], ben, x=200)
    options = ZipOptions.of({"layout": "person"})
    said = estimate(user=bob, room=room, album="room", options=options)
    download = request_download(user=bob, room=room, options=options)
    assert (said.photos, said.files, said.size_bytes) == (3, 4, download.size_bytes)
    assert (download.photo_count, download.file_count) == (3, 4)
    assert said.is_exact


@pytest.mark.parametrize("who", ["alice", "bob", "vera", "gina"])
def test_everybody_in_the_room_may_choose(
    request: pytest.FixtureRequest, room: Room, photos: list[Photo], who: str
) -> None:
    user = request.getfixturevalue(who)
    download = request_download(user=user, room=room, options=ZipOptions.of({"metadata": "strip"}))
    pack_store.pack(download.pk)
    download.refresh_from_db()
    assert download.is_ready


def test_the_page_in_the_zip_shows_every_photo(
    ask: Callable[..., Download], fetch: Callable[..., bytes]
) -> None:
    with opened(fetch(ask(has_index=True, layout="day"))) as archive:
        page = archive.read("index.html").decode()
        names = archive.namelist()
    data = json.loads(page.partition('id="photos">')[2].partition("</script>")[0])
    assert [facts["file"] for facts in data] == list(_linked(names))
    assert data[0]["people"] == ["Anna"]
    assert "Saturday, 20 June 2026" in page
    assert all(facts["small"] in names for facts in data)


def _linked(names: list[str]) -> Iterator[str]:
    return (name.replace(" ", "%20") for name in names if "IMG" in name)
