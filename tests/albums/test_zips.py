"""The zip's bytes, its ranges, ZIP64, and what happens when a file changes underneath."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albums.zips import CHUNK_BYTES, SourceChangedError, StoredZip, ZipEntry

MOMENT = datetime(2026, 6, 20, 18, 3, 11, tzinfo=UTC)


def opener(data: bytes) -> Callable[[int], BinaryIO]:
    return lambda offset: io.BytesIO(data[offset:])


def entry(name: str, data: bytes, mtime: datetime = MOMENT) -> ZipEntry:
    return ZipEntry(name, len(data), zlib.crc32(data), mtime, opener(data))


def whole(archive: StoredZip) -> bytes:
    return b"".join(archive.iter())


class Zeros(io.RawIOBase):
    """Endless zero bytes: a member of any size without a disk."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer)).cast("B")
        view[:] = bytes(len(view))
        return len(view)


class Slices(io.RawIOBase):
    """A seekable file over any range of an archive, so that zipfile can read one that is never written down."""

    def __init__(self, archive: StoredZip) -> None:
        self.archive, self.at = archive, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset + (0, self.at, self.archive.size)[whence]
        return self.at

    def tell(self) -> int:
        return self.at

    def read(self, size: int | None = -1) -> bytes:
        left = self.archive.size - self.at
        count = left if size is None or size < 0 else min(size, left)
        data = b"".join(self.archive.iter(self.at, self.at + count))
        self.at += count
        return data


def test_one_tiny_entry_has_the_bytes_computed_by_hand() -> None:
    # 2026-06-20 = (46 << 9 | 6 << 5 | 20) = 0x5CD4; 18:03:11 = (18 << 11 | 3 << 5 | 5) = 0x9065; CRC-32 of "hi" = D8932AAC
    described = "0008 0000 6590 D45C AC2A93D8 02000000 02000000 0500"
    local = "504B0304 1400" + described + "0000" + b"a.jpg".hex() + b"hi".hex()
    central = "504B0102 2D03 1400" + described + "0000 0000 0000 0000 0000A481 00000000" + b"a.jpg".hex()
    end = "504B0506 0000 0000 0100 0100 33000000 25000000 0000"
    assert whole(StoredZip([entry("a.jpg", b"hi")])) == bytes.fromhex(local + central + end)


def test_an_archive_without_entries_is_the_end_record_alone() -> None:
    archive = StoredZip([])
    assert whole(archive) == b"PK\5\6" + bytes(18)
    assert zipfile.ZipFile(io.BytesIO(whole(archive))).namelist() == []


names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0/"), min_size=1, max_size=20)
contents = st.dictionaries(names, st.binary(max_size=300), max_size=6)


@given(contents, st.data())
def test_any_range_is_the_slice_of_the_whole(files: dict[str, bytes], data: st.DataObject) -> None:
    archive = StoredZip(entry(name, content) for name, content in files.items())
    complete = whole(archive)
    assert len(complete) == archive.size
    start = data.draw(st.integers(0, archive.size))
    stop = data.draw(st.integers(start, archive.size))
    assert b"".join(archive.iter(start, stop)) == complete[start:stop]


@given(contents)
def test_zipfile_reads_back_every_name_and_byte(files: dict[str, bytes]) -> None:
    archive = StoredZip(entry(name, content) for name, content in files.items())
    with zipfile.ZipFile(io.BytesIO(whole(archive))) as opened:
        assert opened.testzip() is None
        assert {info.orig_filename: opened.read(info) for info in opened.infolist()} == files


def test_zipfile_sees_time_mode_and_utf8_names() -> None:
    with zipfile.ZipFile(io.BytesIO(whole(StoredZip([entry("Ĉiuj/日本 🎉.jpg", b"x")])))) as opened:
        info = opened.infolist()[0]
    assert info.filename == "Ĉiuj/日本 🎉.jpg"
    assert info.date_time == (2026, 6, 20, 18, 3, 10)
    assert info.external_attr >> 16 == 0o100644


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(1969, 7, 20, 20, 17, tzinfo=UTC), (1980, 1, 1, 0, 0, 0)),
        (datetime(2200, 1, 1, tzinfo=UTC), (2107, 12, 31, 23, 59, 58)),
    ],
)
def test_times_that_a_zip_cannot_hold_go_to_the_nearest_end(
    moment: datetime, written: tuple[int, ...]
) -> None:
    archive = StoredZip([entry("a", b"", moment)])
    assert zipfile.ZipFile(io.BytesIO(whole(archive))).infolist()[0].date_time == written


def test_unzip_accepts_it(tmp_path: Path) -> None:
    unzip = shutil.which("unzip")
    if unzip is None:
        pytest.skip("unzip is not installed on this machine")
    path = tmp_path / "album.zip"
    files = [entry(f"Anna/IMG_{i}.jpg", bytes([i]) * (i * 1000)) for i in range(40)]
    path.write_bytes(whole(StoredZip([*files, entry("Zoë/ĝojo 🎉.jpg", b"x" * CHUNK_BYTES * 2)])))
    done = subprocess.run([unzip, "-tq", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_etag_is_stable_and_changes_with_any_change() -> None:
    one, other = entry("a", b"one"), entry("b", b"two")
    tags = [
        StoredZip(entries).etag
        for entries in (
            [one, other],
            [other, one],
            [one],
            [entry("a", b"eno"), other],
            [entry("c", b"one"), other],
            [entry("a", b"one", datetime(2026, 6, 20, 18, 4, tzinfo=UTC)), other],
        )
    ]
    assert len(set(tags)) == len(tags)
    assert StoredZip([one, other]).etag == tags[0]


def test_members_just_below_and_above_4_gib_get_the_right_headers() -> None:
    for size, extra in ((0xFFFFFFFE, 0), (0xFFFFFFFF, 20), (0x100000000, 20)):
        archive = StoredZip([ZipEntry("v", size, 0, MOMENT, lambda offset: cast("BinaryIO", Zeros()))])
        header = b"".join(archive.iter(0, 31 + extra))
        assert int.from_bytes(header[28:30], "little") == extra
        info = zipfile.ZipFile(cast("BinaryIO", Slices(archive))).infolist()[0]
        assert info.file_size == info.compress_size == size


def test_a_member_after_4_gib_is_found_and_read() -> None:
    size = 0x1_0000_0000 + 7
    large = ZipEntry("video.mp4", size, 0, MOMENT, lambda offset: cast("BinaryIO", Zeros()))
    archive = StoredZip([large, entry("last.jpg", b"the last photo")])
    with zipfile.ZipFile(cast("BinaryIO", Slices(archive))) as opened:
        assert opened.read("last.jpg") == b"the last photo"
        assert opened.getinfo("last.jpg").header_offset > 0xFFFFFFFF
        assert opened.getinfo("video.mp4").file_size == size


@pytest.mark.parametrize("count", [65_534, 65_535, 65_536, 70_002])
def test_more_entries_than_16_bits_can_count_are_all_listed(count: int) -> None:
    data = opener(b"x")
    archive = StoredZip(ZipEntry(f"{i}", 1, zlib.crc32(b"x"), MOMENT, data) for i in range(count))
    with zipfile.ZipFile(cast("BinaryIO", Slices(archive))) as opened:
        assert len(opened.infolist()) == count
        assert opened.read(str(count - 1)) == b"x"
    has_zip64_end = b"PK\6\6" in b"".join(archive.iter(archive.size - 98, archive.size))
    assert has_zip64_end == (count >= 65_535)


def test_nothing_is_read_outside_the_range() -> None:
    opened: list[tuple[str, int]] = []

    def watched(name: str, data: bytes) -> ZipEntry:
        def open_at(offset: int) -> BinaryIO:
            opened.append((name, offset))
            return io.BytesIO(data[offset:])

        return ZipEntry(name, len(data), zlib.crc32(data), MOMENT, open_at)

    archive = StoredZip([watched("a", bytes(100)), watched("b", bytes(100)), watched("c", bytes(100))])
    b_body = 131 + 31  # one member is 30 + 1 + 100 bytes
    assert b"".join(archive.iter(b_body + 40, b_body + 60)) == bytes(20)
    assert opened == [("b", 40)]


def test_chunks_are_small_however_large_the_member_and_the_directory() -> None:
    large = ZipEntry("v", 10 * CHUNK_BYTES + 1, 0, MOMENT, lambda offset: cast("BinaryIO", Zeros()))
    many = [entry(f"{i:05}" + "n" * 200, b"") for i in range(5_000)]
    assert all(0 < len(chunk) <= CHUNK_BYTES for chunk in StoredZip([large, *many]).iter())


def test_a_file_that_shrank_breaks_the_stream() -> None:
    archive = StoredZip([ZipEntry("a.jpg", 10, 0, MOMENT, opener(b"12345"))])
    with pytest.raises(SourceChangedError, match=r"'a\.jpg' ended after 5 of 10 bytes"):
        whole(archive)


def test_a_file_that_vanished_breaks_the_stream(tmp_path: Path) -> None:
    archive = StoredZip([ZipEntry("a.jpg", 10, 0, MOMENT, lambda offset: (tmp_path / "gone").open("rb"))])
    with pytest.raises(SourceChangedError, match=r"'a\.jpg' can't be read from byte 0 on"):
        whole(archive)


def test_closing_the_iterator_closes_the_open_member() -> None:
    source = io.BytesIO(bytes(CHUNK_BYTES * 3))
    stream = StoredZip([ZipEntry("a", CHUNK_BYTES * 3, 0, MOMENT, lambda offset: source)]).iter()
    next(stream), next(stream)
    assert not source.closed
    stream.close()  # type: ignore[attr-defined]
    assert source.closed


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 4), (0, 10_000)])
def test_a_range_outside_the_archive_is_refused(start: int, stop: int) -> None:
    with pytest.raises(ValueError, match="outside an archive of"):
        StoredZip([entry("a", b"x")]).iter(start, stop)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([entry("", b"")], "a name of 0 characters"),
        ([entry("n" * 65_536, b"")], "a name of 65536 characters"),
        ([entry("a", b""), entry("a", b"")], "'a' is in the archive twice"),
        ([ZipEntry("a", -1, 0, MOMENT, opener(b""))], "impossible size"),
        ([ZipEntry("a", 1, -5, MOMENT, opener(b""))], "impossible size"),
        ([ZipEntry("a", 1, 1 << 32, MOMENT, opener(b""))], "impossible size"),
        ([entry("\ud800", b"")], "surrogates not allowed"),
    ],
)
def test_what_a_zip_cannot_hold_is_refused_before_the_first_byte(
    entries: list[ZipEntry], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        StoredZip(entries)
