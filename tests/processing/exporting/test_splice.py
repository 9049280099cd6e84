"""What a room knows, written into copies: read back by exiftool, with the picture untouched."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from processing.contracts import Region
from processing.exporting import jpeg_files, splice
from processing.exporting.parts import CannotSplice, Range, crc_of, joined, size_of, write_parts
from processing.exporting.rdf import MOST_BYTES
from processing.exporting.xmp import PhotoNotes, PlaceNotes, packet
from tests.samples import encoded, jpeg, picture, png

SLOW = [HealthCheck.too_slow]  # of a busy machine
NOTES = PhotoNotes(
    width=640,
    height=480,
    tags=("beach", "ĝardeno & <festo>", "日本"),
    people=(("Anna", Region(64, 48, 128, 96)), ('Zoë "Z"', Region(320, 240, 64, 48)), ("Ben", None)),
    caption='Ĉe la maro:\n"bela" & <varma>',
    stars=4,
    place=PlaceNotes("Rome", "Lazio", "Italy", "IT", 41.9028, -12.4964),
    credit="Bob Müller",
    taken_at=datetime(2026, 6, 20, 18, 3, 11, 250_000, tzinfo=timezone(timedelta(hours=2))),
    time_source="Satellites",
)
FOREIGN = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:Exposure2012="+0.35"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="2" xmp:CreatorTool="Elsewhere">
<dc:subject xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Bag><rdf:li>Beach</rdf:li><rdf:li>sunset</rdf:li></rdf:Bag></dc:subject>
<dc:rights xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Alt><rdf:li xml:lang="x-default">(c) A &amp; B</rdf:li></rdf:Alt></dc:rights>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def file_of(kind: str) -> tuple[bytes, str]:
    """A file and Pillow's name of its format."""
    image = picture(640, 480, seed=3)
    if kind == "jpeg":
        return jpeg(640, 480, seed=3, taken_at="2020:01:01 00:00:00"), "JPEG"
    if kind == "progressive":
        return encoded(image, progressive=True), "JPEG"
    if kind == "png":
        return png(640, 480, seed=3), "PNG"
    if kind == "webp":
        return encoded(image, "WEBP", quality=80), "WEBP"
    if kind == "webp lossless with alpha":
        return encoded(image.convert("RGBA"), "WEBP", lossless=True), "WEBP"
    return encoded(image, "WEBP", exif=Image.Exif()), "WEBP"


KINDS = ["jpeg", "progressive", "png", "webp", "webp lossless with alpha", "webp with exif"]


def spliced(data: bytes, file_format: str, notes: PhotoNotes = NOTES) -> bytes:
    stream = io.BytesIO(data)
    return write_parts(splice.splice(stream, file_format, notes), stream)


def told(path: Path) -> dict[str, Any]:
    """Everything that exiftool reads, structures as structures."""
    exiftool = shutil.which("exiftool")
    if exiftool is None:
        pytest.skip("exiftool is not installed on this machine")
    done = subprocess.run(
        [exiftool, "-j", "-G1", "-struct", "-n", "-a", "-all", "-validate", "-warning", path],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)[0]
    return found


def check_everything(found: dict[str, Any]) -> None:
    assert found["XMP-dc:Subject"] == ["beach", "ĝardeno & <festo>", "日本"]
    assert found["XMP-iptcExt:PersonInImage"] == ["Anna", 'Zoë "Z"', "Ben"]
    assert found["XMP-dc:Description"] == 'Ĉe la maro:\n"bela" & <varma>'
    assert found["XMP-xmp:Rating"] == 4
    assert (found["XMP-photoshop:City"], found["XMP-photoshop:State"]) == ("Rome", "Lazio")
    assert (found["XMP-photoshop:Country"], found["XMP-iptcCore:CountryCode"]) == ("Italy", "IT")
    assert found["XMP-exif:GPSLatitude"] == pytest.approx(41.9028, abs=1e-7)
    assert found["XMP-exif:GPSLongitude"] == pytest.approx(-12.4964, abs=1e-7)
    assert found["XMP-photoshop:Credit"] == "Bob Müller"
    assert found["XMP-photoshop:DateCreated"] == "2026:06:20 18:03:11.250+02:00"
    assert found["XMP-exif:DateTimeOriginal"] == "2026:06:20 18:03:11.250+02:00"
    assert found["XMP-lr:HierarchicalSubject"] == [
        "People|Anna",
        'People|Zoë "Z"',
        "People|Ben",
        "Places|Italy|Lazio|Rome",
    ]
    assert found["XMP-photoroom:TimeSource"] == "Satellites"
    regions = found["XMP-mwg-rs:RegionInfo"]
    assert regions["AppliedToDimensions"] == {"W": 640, "H": 480, "Unit": "pixel"}
    assert [region["Name"] for region in regions["RegionList"]] == ["Anna", 'Zoë "Z"']
    assert regions["RegionList"][0] == {
        "Area": {"X": 0.2, "Y": 0.2, "W": 0.2, "H": 0.2, "Unit": "normalized"},
        "Name": "Anna",
        "Type": "Face",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_exiftool_reads_everything_back(tmp_path: Path, kind: str) -> None:
    data, file_format = file_of(kind)
    path = tmp_path / "copy"
    path.write_bytes(spliced(data, file_format))
    found = told(path)
    original = tmp_path / "original"
    original.write_bytes(data)
    assert found.get("ExifTool:Warning") == told(original).get("ExifTool:Warning")
    check_everything(found)


def test_exiftool_reads_a_sidecar(tmp_path: Path) -> None:
    path = tmp_path / "IMG_1.HEIC.xmp"
    path.write_bytes(splice.sidecar(NOTES))
    check_everything(told(path))


@pytest.mark.parametrize("kind", KINDS)
def test_the_picture_and_what_the_file_says_stay_as_they_are(kind: str) -> None:
    data, file_format = file_of(kind)
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(spliced(data, file_format))) as after:
        assert (before.mode, before.size) == (after.mode, after.size)
        assert before.tobytes() == after.tobytes()
        assert dict(before.getexif()) == dict(after.getexif())
        assert before.info.get("icc_profile") == after.info.get("icc_profile")


@pytest.mark.parametrize("kind", KINDS)
def test_writing_twice_leaves_one_packet_and_each_word_once(tmp_path: Path, kind: str) -> None:
    data, file_format = file_of(kind)
    twice = spliced(spliced(data, file_format), file_format)
    assert twice.count(b"W5M0MpCehiHzreSzNTczkc9d") == 1
    path = tmp_path / "copy"
    path.write_bytes(twice)
    check_everything(told(path))


def with_packet(kind: str, text: str) -> tuple[bytes, str]:
    """A file that has XMP already, put there by Pillow."""
    image = picture(64, 48, seed=1)
    if kind == "png":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", text, zip=True)
        return encoded(image, "PNG", pnginfo=info), "PNG"
    return encoded(image, kind.upper(), xmp=text.encode()), kind.upper()


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_foreign_metadata_stays(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "copy"
    path.write_bytes(spliced(*with_packet(kind, FOREIGN)))
    found = told(path)
    assert found["XMP-crs:Exposure2012"] == "+0.35"
    assert found["XMP-xmp:CreatorTool"] == "Elsewhere"
    assert found["XMP-dc:Rights"] == "(c) A & B"
    assert found["XMP-xmp:Rating"] == 4
    assert found["XMP-dc:Subject"] == ["Beach", "sunset", "ĝardeno & <festo>", "日本"]


def test_a_room_that_knows_nothing_changes_nothing_that_the_file_says(tmp_path: Path) -> None:
    data, file_format = with_packet("jpeg", FOREIGN)
    path = tmp_path / "copy"
    path.write_bytes(spliced(data, file_format, PhotoNotes()))
    found = told(path)
    assert found["XMP-xmp:Rating"] == 2
    assert found["XMP-dc:Subject"] == ["Beach", "sunset"]


def test_regions_of_other_programs_stay_unless_they_name_the_same_person(tmp_path: Path) -> None:
    def regions(*names: str) -> str:
        notes = PhotoNotes(width=64, height=48, people=tuple((name, Region(0, 0, 10, 10)) for name in names))
        return packet(notes).decode()

    path = tmp_path / "copy"
    path.write_bytes(spliced(*with_packet("jpeg", regions("Anna", "Rex the dog"))))
    names = [region["Name"] for region in told(path)["XMP-mwg-rs:RegionInfo"]["RegionList"]]
    assert names == ["Anna", 'Zoë "Z"', "Rex the dog"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_regions_lie_on_the_picture_as_it_is_stored(tmp_path: Path, orientation: int) -> None:
    """A white spot on the stored picture; its box on the displayed one must lead back to it."""
    from PIL import ImageOps

    stored = Image.new("RGB", (80, 48))
    stored.paste("white", (8, 4, 24, 10))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(stored, exif=exif, quality=95)
    with Image.open(io.BytesIO(data)) as image:
        shown = ImageOps.exif_transpose(image).convert("L").point(lambda value: 255 * (value > 128))
    left, top, right, bottom = shown.getbbox() or (0, 0, 0, 0)
    notes = PhotoNotes(
        width=shown.width,
        height=shown.height,
        people=(("Anna", Region(left, top, right - left, bottom - top)),),
    )
    path = tmp_path / "copy"
    path.write_bytes(spliced(data, "JPEG", notes))
    regions = told(path)["XMP-mwg-rs:RegionInfo"]
    assert regions["AppliedToDimensions"] == {"W": 80, "H": 48, "Unit": "pixel"}
    area = regions["RegionList"][0]["Area"]
    assert [area[key] for key in "XYWH"] == pytest.approx([16 / 80, 7 / 48, 16 / 80, 6 / 48], abs=0.02)


def test_what_does_not_fit_into_one_segment_goes_into_an_extension(tmp_path: Path) -> None:
    crowd = tuple((f"Person number {n}", Region(n, n, 9, 9)) for n in range(400))
    notes = PhotoNotes(width=640, height=480, tags=("crowd",), people=crowd, credit="Bob")
    data, file_format = file_of("jpeg")
    path = tmp_path / "copy"
    path.write_bytes(spliced(data, file_format, notes))
    found = told(path)
    assert found["XMP-dc:Subject"] == "crowd" or found["XMP-dc:Subject"] == ["crowd"]
    assert len(found["XMP-mwg-rs:RegionInfo"]["RegionList"]) == 400


def test_the_packet_lies_behind_the_exif_part_and_before_other_segments() -> None:
    data = encoded(picture(64, 48), exif=Image.Exif(), icc_profile=b"p" * 500)
    stream = io.BytesIO(spliced(data, "JPEG"))
    found = [segment.content[:4] for segment in jpeg_files.segments(stream) if segment.content]
    assert found.index(b"http") < found.index(b"ICC_")


BROKEN: list[tuple[Callable[[bytes], bytes], str]] = [
    (lambda data: data[:300], "cut in its head"),
    (lambda data: b"", "empty"),
    (lambda data: b"GIF89a" + data, "something else"),
    (lambda data: data[:20] + b"\0" * 40 + data[60:], "overwritten"),
]


@pytest.mark.parametrize(("damage", "how"), BROKEN)
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_a_damaged_file_is_refused_and_not_made_worse(
    kind: str, damage: Callable[[bytes], bytes], how: str
) -> None:
    data, file_format = file_of(kind)
    try:
        made = spliced(damage(data), file_format)
    except CannotSplice:
        return
    kept = damage(data)[-200:]
    assert kept in made, how


@pytest.mark.parametrize("file_format", ["HEIF", "AVIF", "TIFF", "GIF", "MP4", "MOV", "DNG"])
def test_other_formats_get_a_sidecar(file_format: str) -> None:
    with pytest.raises(CannotSplice):
        splice.splice(io.BytesIO(b"x"), file_format, NOTES)


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><x:xmpmeta xmlns:x="adobe:ns:meta/"/>',
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>",
        "no XML at all",
        '<html xmlns="http://www.w3.org/1999/xhtml"/>',
        "<a>" * 5000 + "</a>" * 5000,
    ],
)
def test_metadata_that_cannot_be_read_is_not_overwritten(text: str) -> None:
    data, file_format = with_packet("jpeg", text)
    with pytest.raises(CannotSplice):
        spliced(data, file_format)


def test_a_gigantic_packet_is_refused() -> None:
    with pytest.raises(CannotSplice):
        packet(NOTES, existing=b" " * (MOST_BYTES + 1))


@given(text=st.text(max_size=80))
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
def test_any_text_makes_well_formed_xml(text: str) -> None:
    from xml.etree import ElementTree

    notes = PhotoNotes(
        width=9, height=9, tags=(text,), people=((text, Region(1, 1, 2, 2)),), caption=text, credit=text
    )
    once = packet(notes)
    ElementTree.fromstring(once)  # noqa: S314 (our own)
    twice = packet(notes, existing=once)
    assert sorted(twice) == sorted(once)  # the same properties, maybe in another order
    assert packet(notes, existing=twice) == twice


def test_a_time_without_zone_has_none() -> None:
    assert b"<photoshop:DateCreated>2026-06-20T18:03:11</photoshop:DateCreated>" in packet(
        PhotoNotes(taken_at=datetime(2026, 6, 20, 18, 3, 11))  # naive on purpose
    )


@given(
    data=st.binary(min_size=1, max_size=400),
    cuts=st.lists(st.integers(0, 400), min_size=2, max_size=2),
    new=st.binary(max_size=50),
)
@settings(deadline=None, suppress_health_check=SLOW)
def test_sums_and_sizes_are_those_of_the_bytes(data: bytes, cuts: list[int], new: bytes) -> None:
    first, second = sorted(min(cut, len(data)) for cut in cuts)
    parts = joined([Range(0, first), new, Range(second, len(data))])
    stream = io.BytesIO(data)
    made = write_parts(parts, stream)
    assert made == data[:first] + new + data[second:]
    assert size_of(parts) == len(made)
    crc = crc_of(parts, stream, original_crc=zlib.crc32(data), original_size=len(data))
    assert crc == zlib.crc32(made)


def test_utc_is_written_as_an_offset() -> None:
    assert b"2026-06-20T18:03:11+00:00" in packet(
        PhotoNotes(taken_at=datetime(2026, 6, 20, 18, 3, 11, tzinfo=UTC))
    )


def test_the_rating_of_windows_does_not_contradict_ours():
    old = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:m="http://ns.microsoft.com/photo/1.0/" m:Rating="0" m:Flag="kept"/>'
        b"</rdf:RDF></x:xmpmeta>"
    )
    written = packet(PhotoNotes(stars=4), existing=old).decode()
    assert "kept" in written
    assert "Rating>4<" in written or 'Rating="4"' in written
    assert 'Rating="0"' not in written
    assert "Rating>0<" not in written
