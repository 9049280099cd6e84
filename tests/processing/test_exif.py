"""Date, place and camera out of EXIF."""

import io
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from processing import imaging
from processing.analyzers import exif
from tests.samples import encoded, picture


def local(*numbers: int) -> datetime:
    """A time without time zone, as cameras write it."""
    return datetime(*numbers, tzinfo=UTC).replace(tzinfo=None)


PARIS = timezone(timedelta(hours=2))


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_everything_is_read_from_a_file_of_every_format(file_format):
    tags = Image.Exif()
    tags[0x010F], tags[0x0110] = "Canon", "Canon EOS 5D"
    tags.get_ifd(0x8769).update({0x9003: "2026:06:20 18:03:11", 0x9011: "+02:00", 0x9291: "25"})
    tags.get_ifd(0x8825).update({1: "N", 2: (41.0, 54.0, 10.08), 3: "W", 4: (12.0, 29.0, 47.0)})
    if (
        file_format == "TIFF"
    ):  # Pillow writes only those parts of a TIFF's EXIF that are values of the main one
        tags[0x8769], tags[0x8825] = dict(tags.get_ifd(0x8769)), dict(tags.get_ifd(0x8825))
    facts = exif.analyze(imaging.open_picture(io.BytesIO(encoded(picture(), file_format, exif=tags)))).facts
    assert facts["taken_at"] == datetime(2026, 6, 20, 18, 3, 11, 250_000, tzinfo=PARIS)
    assert facts["taken_at"].utcoffset() == timedelta(hours=2)
    assert facts["latitude"] == pytest.approx(41.9028, abs=1e-6)
    assert facts["longitude"] == pytest.approx(-12.4963889, abs=1e-6)
    assert facts["camera"] == "Canon EOS 5D"
    assert facts["clock_at"] == local(2026, 6, 20, 18, 3, 11).replace(microsecond=250_000)
    assert facts["clock_offset_minutes"] == 120


def test_a_picture_without_exif_has_empty_facts():
    facts = exif.analyze(imaging.open_picture(io.BytesIO(encoded(picture())))).facts
    assert {name for name, value in facts.items() if value is None} == {
        "taken_at", "clock_at", "clock_offset_minutes", "satellite_at", "latitude", "longitude",
    }  # fmt: skip
    assert (facts["camera"], facts["serial"]) == ("", "")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"DateTimeOriginal": "2026:06:20 18:03:11"}, local(2026, 6, 20, 18, 3, 11)),
        ({"DateTimeOriginal": "2026-06-20T18:03:11"}, local(2026, 6, 20, 18, 3, 11)),
        ({"DateTimeOriginal": b"2026:06:20 18:03:11\0"}, local(2026, 6, 20, 18, 3, 11)),
        ({"DateTimeOriginal": "0000:00:00 00:00:00"}, None),
        ({"DateTimeOriginal": "    :  :     :  :  "}, None),
        ({"DateTimeOriginal": "2026:02:30 18:03:11"}, None),
        ({"DateTimeOriginal": "2026:06:20 25:03:11"}, None),
        ({"DateTimeOriginal": 20260620}, None),
        (
            {"DateTimeOriginal": "bad", "DateTimeDigitized": "2026:06:20 18:03:11"},
            local(2026, 6, 20, 18, 3, 11),
        ),
        ({"DateTime": "2026:06:20 18:03:11"}, local(2026, 6, 20, 18, 3, 11)),
        (
            {"DateTimeOriginal": "2026:06:20 18:03:11", "OffsetTimeOriginal": "Z"},
            datetime(2026, 6, 20, 18, 3, 11, tzinfo=UTC),
        ),
        (
            {"DateTimeOriginal": "2026:06:20 18:03:11", "OffsetTimeOriginal": "+99:00"},
            local(2026, 6, 20, 18, 3, 11),
        ),
        (
            {
                "DateTimeOriginal": "2026:06:20 18:03:11",
                "DateTime": "2026:06:20 18:03:11",
                "OffsetTime": "+02:00",
            },
            datetime(2026, 6, 20, 18, 3, 11, tzinfo=PARIS),
        ),
        (
            {
                "DateTimeOriginal": "2026:06:20 18:03:11",
                "DateTime": "2026:09:01 10:00:00",
                "OffsetTime": "+02:00",
            },
            local(2026, 6, 20, 18, 3, 11),
        ),
        (
            {
                "GPSDateStamp": "2026:06:20",
                "GPSTimeStamp": (16.0, 3.0, 11.0),
                "DateTime": "2026:09:01 10:00:00",
            },
            datetime(2026, 6, 20, 16, 3, 11, tzinfo=UTC),
        ),
        ({"GPSDateStamp": "2026:06:20", "GPSTimeStamp": (25.0, 3.0, 11.0)}, None),
    ],
)
def test_the_time_is_the_most_trustworthy_one(tags, expected):
    taken_at = exif.read_moment(tags).taken_at
    assert taken_at == expected
    assert (taken_at and taken_at.tzinfo) == (expected and expected.tzinfo)


@pytest.mark.parametrize(
    ("latitude", "reference", "expected"),
    [
        ((41.0, 30.0, 0.0), "N", 41.5),
        ((41.0, 30.0, 0.0), b"S", -41.5),
        ((41.5,), "N", 41.5),
        ((91.0, 0.0, 0.0), "N", None),
        ((41.0, 30.0, 0.0), "", None),
        ((41.0, 30.0, 0.0), None, None),
        ((IFDRational(1, 0), 0.0, 0.0), "N", None),
        ((float("nan"), 0.0, 0.0), "N", None),
        ("north", "N", None),
        (None, "N", None),
    ],
)
def test_a_place_is_right_or_absent(latitude, reference, expected):
    tags = {
        "GPSLatitude": latitude,
        "GPSLatitudeRef": reference,
        "GPSLongitude": (12.0, 0.0, 0.0),
        "GPSLongitudeRef": "E",
    }
    moment = exif.read_moment(tags)
    assert (moment.latitude, moment.longitude) == (expected, None if expected is None else 12.0)


def test_zero_island_is_no_place():
    zero = (0.0, 0.0, 0.0)
    tags = {"GPSLatitude": zero, "GPSLatitudeRef": "N", "GPSLongitude": zero, "GPSLongitudeRef": "E"}
    assert exif.read_moment(tags).latitude is None


@pytest.mark.parametrize(
    ("make", "model", "expected"),
    [
        ("Apple", "iPhone 15", "Apple iPhone 15"),
        ("NIKON CORPORATION", "NIKON D70", "NIKON D70"),
        ("Canon\0\0", " Canon  EOS ", "Canon EOS"),
        ("", "", ""),
        (7, None, ""),
    ],
)
def test_a_camera_is_named_once(make, model, expected):
    assert exif.read_moment({"Make": make, "Model": model}).camera == expected


NAMES = ("DateTimeOriginal", "OffsetTimeOriginal", "SubsecTimeOriginal", "GPSLatitude", "GPSLatitudeRef", "GPSLongitude",
         "GPSLongitudeRef", "GPSDateStamp", "GPSTimeStamp", "Make", "Model", "DateTime")  # fmt: skip
ANYTHING = st.one_of(
    st.none(), st.text(), st.binary(), st.integers(), st.floats(), st.tuples(st.floats(), st.floats(), st.floats()),
    st.from_regex(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d", fullmatch=True), st.from_regex(r"[+-]\d\d:\d\d", fullmatch=True),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING))
def test_nonsense_never_raises_and_never_gives_an_impossible_place(tags):
    moment = exif.read_moment(tags)
    assert moment.latitude is None or (
        -90 <= moment.latitude <= 90 and -180 <= (moment.longitude or 0) <= 180
    )
    assert isinstance(moment.camera, str)
