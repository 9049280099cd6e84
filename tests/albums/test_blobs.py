"""Reading kept files from an offset, in a local storage and in one that fetches ranges."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage, Storage

from albums.blobs import CHUNK_BYTES, FileRange, internal_name, open_at


class RemoteStorage(InMemoryStorage):
    """Opens files as django-storages' S3Storage does: `obj` is the object in the bucket, `get` takes a range."""

    def __init__(self) -> None:
        super().__init__()
        self.ranges: list[str] = []

    def _open(self, name: str, mode: str = "rb") -> Any:
        data = super()._open(name, mode).read()

        def get(Range: str) -> dict[str, io.BytesIO]:  # noqa: N803  (boto3's spelling)
            self.ranges.append(Range)
            return {"Body": io.BytesIO(data[int(Range.removeprefix("bytes=").removesuffix("-")) :])}

        def must_not_be_read(*args: object) -> bytes:
            raise AssertionError("the whole object was fetched")

        return SimpleNamespace(
            obj=SimpleNamespace(get=get), read=must_not_be_read, seek=must_not_be_read, close=lambda: None
        )


@pytest.fixture(params=["local", "memory", "remote"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    kinds = {
        "local": lambda: FileSystemStorage(tmp_path),
        "memory": InMemoryStorage,
        "remote": RemoteStorage,
    }
    return kinds[request.param]()


DATA = bytes(range(256)) * 3000  # three chunks


def test_every_storage_gives_the_bytes_of_a_range(storage: Storage) -> None:
    name = storage.save("a.jpg", ContentFile(DATA))
    for start, stop in ((0, len(DATA)), (5, 6), (CHUNK_BYTES - 1, 2 * CHUNK_BYTES + 1), (7, 7)):
        assert b"".join(FileRange(storage, name, start, stop)) == DATA[start:stop]


def test_a_remote_storage_is_asked_for_the_range_only() -> None:
    storage = RemoteStorage()
    storage.save("a.jpg", ContentFile(DATA))
    with open_at(storage, "a.jpg", 1000) as file:
        assert file.read(2) == DATA[1000:1002]
    assert storage.ranges == ["bytes=1000-"]


def test_a_missing_file_is_noticed_before_the_first_byte_is_sent(storage: Storage) -> None:
    with pytest.raises(FileNotFoundError):
        FileRange(storage, "gone.jpg", 0, 1)


def test_a_file_that_shrank_breaks_the_stream(storage: Storage) -> None:
    name = storage.save("a.jpg", ContentFile(b"12345"))
    with pytest.raises(EOFError, match=r"a\.jpg ended at byte 5, before byte 9"):
        list(FileRange(storage, name, 0, 9))


def test_only_a_local_file_has_a_name_for_the_proxy(tmp_path: Path) -> None:
    assert internal_name(FileSystemStorage(tmp_path), "rooms/a.jpg") == "rooms/a.jpg"
    assert internal_name(InMemoryStorage(), "rooms/a.jpg") == ""
