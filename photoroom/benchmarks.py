"""What `manage.py benchmark` measures of the site, each beside a baseline of the same process."""

from __future__ import annotations

import resource
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, BinaryIO

from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from albums.blobs import open_at
from albums.models import Room, Tag
from albums.services.rooms import create_room
from albums.zips import StoredZip, ZipEntry
from photoroom.invented_rooms import MB, START, fill

REPEATS = 7
PAGES = {
    "room page": "/rooms/{}/",
    "people page": "/rooms/{}/people/",
    "albums page": "/rooms/{}/albums/",
    "suggestions": "/rooms/{}/search/suggestions/?q=anna+be",
    "progress": "/rooms/{}/progress/",
    "API photos": "/api/v1/rooms/{}/photos/",
    "API people": "/api/v1/rooms/{}/people/",
    "API albums": "/api/v1/rooms/{}/albums/",
}


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
    paths = PAGES | searches(room)
    return [measure_page(client, what, path, room, empty) for what, path in paths.items()]


def searches(room: Room) -> dict[str, str]:
    """Pages of what is found, each filter alone and some together."""
    people = dict(room.people.exclude(name="").values_list("name", "pk"))
    anna, bert, cleo = (people[name] for name in ("Anna", "Bert", "Cleo"))
    beach = Tag.objects.get(room=None, key="beach").pk
    place, event = room.places.order_by("pk")[0].pk, room.events.order_by("-pk")[0].pk
    queries = {
        "person on every 5th": f"person={anna}",
        "person on ten": f"person={cleo}",
        "two people": f"person={anna},{bert}",
        "one of two people": f"person_any={anna},{cleo}",
        "tag": f"tag={beach}",
        "place": f"place={place}",
        "last event": f"event={event}",
        "day": f"day={START.date()}",
        "month": "month=6",
        "weekday": "weekday=6",
        "camera": "camera=Pixel+8",
        "5 stars": "stars=5",
        "favorites": "favorite=1",
        "best shots": "best=1",
        "blurred": "quality=blurred",
        "text nowhere": "q=nothing",
        "text in names": "q=cleo",
        "all together": f"person={anna}&tag={beach}&month=6&best=1&q=img",
    }
    return {f"search {what}": f"/rooms/{{}}/?{query}" for what, query in queries.items()}


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
