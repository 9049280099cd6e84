"""The zip of an album over HTTP: who gets it, how it resumes, how many at a time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from albums import zip_streams
from albums.models import Download, Membership, Photo, Room
from albums.services.photos import trash_photos
from albums.zip_streams import STREAMS_PER_USER, LimitedStream, TooManyDownloads


@pytest.fixture
def photos(add_photo: Callable[..., Photo]) -> list[Photo]:
    return [add_photo(name=f"IMG_{number}.jpg") for number in range(1, 4)]


@pytest.fixture
def download(bob: User, room: Room, photos: list[Photo]) -> Download:
    entries = [[photo.pk, f"Bob/{photo.filename}"] for photo in photos]
    return Download.objects.create(
        room=room, user=bob, title="Bob: Ĝardena festo", entries=entries, photo_count=3, size_bytes=0
    )


@pytest.fixture
def bobs_client(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def address(download: Download, name: str = "Bob") -> str:
    return f"/downloads/{download.pk}/{name}.zip"


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_the_zip_holds_the_originals_under_their_names(
    bobs_client: Client, download: Download, photos: list[Photo]
) -> None:
    response = bobs_client.get(address(download))
    data = body(response)
    assert response["Content-Length"] == str(len(data))
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Bob_%20%C4%9Cardena%20festo.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"Bob/{photo.filename}": Path(photo.original.path).read_bytes() for photo in photos
        }


def test_the_time_in_the_zip_is_that_of_the_place_where_it_was_taken(
    bobs_client: Client, download: Download, photos: list[Photo]
) -> None:
    moment = datetime(2026, 6, 20, 16, 3, 10, tzinfo=UTC)
    Photo.objects.filter(pk=photos[0].pk).update(taken_at=moment, taken_offset_minutes=120)
    with zipfile.ZipFile(io.BytesIO(body(bobs_client.get(address(download))))) as archive:
        assert archive.getinfo("Bob/IMG_1.jpg").date_time == (2026, 6, 20, 18, 3, 10)


def test_it_resumes_at_any_byte(bobs_client: Client, download: Download) -> None:
    first = bobs_client.get(address(download))
    whole, etag = body(first), first["ETag"]
    for start in range(0, len(whole), len(whole) // 7):
        response = bobs_client.get(address(download), headers={"Range": f"bytes={start}-", "If-Range": etag})
        assert (response.status_code, body(response)) == (206, whole[start:])


def test_head_tells_the_length(bobs_client: Client, download: Download) -> None:
    length = len(body(bobs_client.get(address(download))))
    assert bobs_client.head(address(download))["Content-Length"] == str(length)


def test_an_address_without_a_name_works_too(bobs_client: Client, download: Download) -> None:
    assert bobs_client.get(download.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("who", ["alice", "vera", "gina", "charlie", None])
def test_nobody_else_gets_it(
    request: pytest.FixtureRequest, client: Client, download: Download, who: str | None
) -> None:
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(address(download)).status_code == 404


def test_who_left_the_room_gets_it_no_more(bobs_client: Client, download: Download, bob: User) -> None:
    Membership.objects.filter(user=bob).delete()
    assert bobs_client.get(address(download)).status_code == 404


@pytest.mark.parametrize("way", ["purged", "trashed"])
def test_a_photo_that_has_gone_is_said_in_a_sentence(
    bobs_client: Client, download: Download, photos: list[Photo], alice: User, room: Room, way: str
) -> None:
    if way == "purged":
        photos[1].delete()
    else:
        trash_photos(user=alice, room=room, photo_ids=[photos[1].pk])
    response = bobs_client.get(address(download))
    assert response.status_code == 410
    page = response.content.decode()
    assert (
        "Some photos of this download have been deleted since it was prepared. "
        "Go back to the room and start the download again."
    ) in page
    assert f'href="/rooms/{room.pk}/"' in page


def test_a_photo_of_another_room_never_gets_into_it(
    bobs_client: Client, download: Download, add_photo: Callable[..., Photo], charlie: User
) -> None:
    from albums.services.rooms import create_room

    foreign = add_photo(charlie, to=create_room(owner=charlie, name="Charlie's room"))
    Download.objects.filter(pk=download.pk).update(entries=[[foreign.pk, "x.jpg"]])
    assert bobs_client.get(address(download)).status_code == 410


def test_the_queries_do_not_grow_with_the_photos(
    bobs_client: Client, download: Download, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(
        8
    ):  # session, user, download with its room, role, veils (2), photos, that it was sent
        body(bobs_client.get(address(download)))


def test_many_photos_are_read_in_groups(
    bobs_client: Client, download: Download, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = body(bobs_client.get(address(download)))
    monkeypatch.setattr("albums.zip_downloads.PHOTOS_PER_QUERY", 2)
    assert body(bobs_client.get(address(download))) == whole


def test_one_person_gets_so_many_zips_at_a_time(bobs_client: Client, download: Download) -> None:
    running = [bobs_client.get(address(download)) for _ in range(STREAMS_PER_USER)]
    refused = bobs_client.get(address(download))
    assert refused.status_code == 429
    assert "Wait until one of them is finished, then try again." in refused.content.decode()
    assert bobs_client.head(address(download)).status_code == 200
    running[0].close()
    assert bobs_client.get(address(download)).status_code == 200


def chunks(*items: bytes) -> Generator[bytes]:
    yield from items


def test_a_stream_gives_its_place_back_when_it_is_read_to_the_end() -> None:
    for _ in range(STREAMS_PER_USER + 1):
        assert b"".join(LimitedStream(1, chunks(b"a", b"b"))) == b"ab"


def test_a_stream_that_breaks_gives_its_place_back() -> None:
    def broken() -> Generator[bytes]:
        yield b"a"
        raise OSError("the disk is gone")

    for _ in range(STREAMS_PER_USER + 1):
        with pytest.raises(OSError, match="the disk is gone"):
            list(LimitedStream(1, broken()))


def test_places_are_counted_per_person() -> None:
    held = [LimitedStream(1, chunks()) for _ in range(STREAMS_PER_USER)]
    LimitedStream(2, chunks()).close()
    with pytest.raises(TooManyDownloads):
        LimitedStream(1, chunks())
    held[1].close()
    held[1].close()
    LimitedStream(1, chunks())
    with pytest.raises(TooManyDownloads):
        LimitedStream(1, chunks())


def test_a_place_whose_lease_ran_out_is_not_taken_from_its_next_holder() -> None:
    stale = LimitedStream(1, chunks())
    cache.clear()
    for _ in range(STREAMS_PER_USER):
        LimitedStream(1, chunks())
    stale.close()
    with pytest.raises(TooManyDownloads):
        LimitedStream(1, chunks())


def test_a_long_stream_renews_its_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    touched: list[int] = []
    monkeypatch.setattr(cache, "touch", lambda key, timeout: touched.append(timeout))
    clock = iter([0.0, 10.0, 20.0, 30.0, 40.0])
    monkeypatch.setattr(zip_streams, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    list(LimitedStream(1, chunks(b"a", b"b", b"c", b"d")))
    assert touched == [zip_streams.LEASE_SECONDS, zip_streams.LEASE_SECONDS]
