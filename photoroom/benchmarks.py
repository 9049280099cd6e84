"""What `manage.py benchmark` measures of the site, each beside a baseline of the same process."""

from __future__ import annotations

import resource
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, BinaryIO

from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from albums.blobs import open_at
from albums.counts import recount_people
from albums.models import Face, Person, Photo, Rendition, Room
from albums.services.rooms import create_room
from albums.zips import StoredZip, ZipEntry

REPEATS = 7
MB = 1_000_000
FACES_PER_PERSON = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the report; `ratio` is to the baseline that `beside` names."""

    what: str
    milliseconds: float
    ratio: float
    beside: str
    detail: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def measure_pages(photos: int) -> list[Measured]:
    """Open the pages and lists of a room with so many photos, beside the same page of an empty room.

    Rows only, no files; the caller's transaction is to be rolled back.
    """
    owner = User.objects.create_guest(display_name="Benchmark")
    empty = create_room(owner=owner, name="Empty")
    room = create_room(owner=owner, name="Full")
    fill(room, owner, photos)
    client = Client(headers={"host": "localhost"})
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    paths = {
        "room page": "/rooms/{}/",
        "people page": "/rooms/{}/people/",
        "progress": "/rooms/{}/progress/",
        "API photos": "/api/v1/rooms/{}/photos/",
        "API people": "/api/v1/rooms/{}/people/",
        "API albums": "/api/v1/rooms/{}/albums/",
    }
    return [measure_page(client, what, path, room, empty) for what, path in paths.items()]


def measure_page(client: Client, what: str, path: str, room: Room, empty: Room) -> Measured:
    baseline = timed(lambda: client.get(path.format(empty.pk)))
    answer = client.get(path.format(room.pk))
    if answer.status_code != 200:
        raise RuntimeError(f"{what} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as queries:
        client.get(path.format(room.pk))
    asked = len(queries)  # now: the next request empties the log
    took = timed(lambda: client.get(path.format(room.pk)))
    detail = f"{asked} queries, {len(answer.content) / 1000:.0f} kB"
    return Measured(what, took, took / baseline, "an empty room", detail)


def timed(action: Callable[[], object]) -> float:
    """The median of some runs, in milliseconds."""
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return median(seconds) * 1000


def fill(room: Room, owner: User, photos: int) -> None:
    """Photos of one day with two faces each, of people who are on ten photos."""
    start = datetime(2026, 6, 20, 9, tzinfo=UTC)
    rows = Photo.objects.bulk_create(
        Photo(
            room=room, uploader=owner, filename=f"IMG_{n}.jpg", format="JPEG", content_type="image/jpeg",
            original=f"benchmark/{n}.jpg", sha256=f"{n:064x}", crc32=n, size_bytes=3 * MB, state="ready",
            width=4032, height=3024, taken_at=start + timedelta(seconds=40 * n), sort_at=start + timedelta(seconds=40 * n),
        )
        for n in range(photos)
    )  # fmt: skip
    Rendition.objects.bulk_create(
        Rendition(photo=photo, side_px=side, file="x", width=side, height=side * 3 // 4, size_bytes=1000)
        for photo in rows
        for side in (320, 1280, 2048)
    )
    people = Person.objects.bulk_create(
        Person(room=room) for _ in range(max(2, 2 * photos // FACES_PER_PERSON))
    )
    Face.objects.bulk_create(
        Face(
            room=room, photo=photo, person=people[(2 * n + side) % len(people)], x=900 * side, y=500, width=400,
            height=400, score=1.5, sharpness=2, quality="A", descriptor=bytes(512), crop="x",
        )
        for n, photo in enumerate(rows)
        for side in (0, 1)
    )  # fmt: skip
    recount_people([person.pk for person in people])


def measure_zip(megabytes: int, members: int = 1000) -> list[Measured]:
    """Stream a zip of so many bytes, beside reading the same bytes from the same file."""
    with tempfile.TemporaryDirectory() as folder:
        content = bytes(range(256)) * (megabytes * MB // members // 256)
        (Path(folder) / "photo").write_bytes(content)
        storage = FileSystemStorage(folder)

        def open_member(offset: int) -> BinaryIO:
            return open_at(storage, "photo", offset)

        def read_members() -> None:
            for _ in range(members):
                read_through(open_member(0))

        crc32 = zlib.crc32(content)
        noon = datetime(2026, 6, 20, 12, tzinfo=UTC)
        laid_out = StoredZip(
            ZipEntry(f"IMG_{n}.jpg", len(content), crc32, noon, open_member) for n in range(members)
        )
        plain = stopwatch(read_members)
        before = peak_megabytes()
        took = stopwatch(lambda: sum(len(chunk) for chunk in laid_out.iter()))
        more = peak_megabytes() - before
        detail = f"{laid_out.size / MB:.0f} MB, {laid_out.size / MB / took * 1000:.0f} MB/s, {more:.0f} MB more memory"
    return [Measured("zip", took, took / plain, "reading the files", detail)]


def read_through(file: BinaryIO) -> None:
    with file:
        while file.read(256 * 1024):
            pass


def stopwatch(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def peak_megabytes() -> float:
    """The most memory that this process has held, in MB (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB
