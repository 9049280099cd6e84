"""When a photo was taken, out of clocks, satellites, zones and names."""

from datetime import UTC, datetime, timedelta

import pytest

from processing.name_times import read_name
from processing.times import TimeClues, resolve, zone_of

UPLOADED = datetime(2026, 7, 1, 8, tzinfo=UTC)
CLOCK = datetime(2026, 6, 20, 18, 3, 11, 250_000)


def at(hour: int, minute: int = 3, second: int = 11, microsecond: int = 0, *, day: int = 20) -> datetime:
    return datetime(2026, 6, day, hour, minute, second, microsecond, tzinfo=UTC)


def found(*, place: str | None = None, room: str = "Europe/Berlin", **clues: object):
    return resolve(TimeClues(uploaded_at=UPLOADED, **clues), room_zone=room, place_zone=lambda: place)


def parts(result) -> tuple[datetime, int | None, str]:
    return result.at, result.offset_minutes, result.source


def test_a_clock_with_its_offset_is_right_wherever_the_room_is():
    result = found(clock_at=CLOCK, clock_offset_minutes=-240, place=None)
    assert parts(result) == (at(22, microsecond=250_000), -240, "camera")


def test_the_zone_of_a_place_is_asked_for_only_where_it_matters():
    def fail() -> str:
        raise AssertionError("nobody needs it")

    clues = TimeClues(uploaded_at=UPLOADED, clock_at=CLOCK, clock_offset_minutes=120)
    assert resolve(clues, room_zone="UTC", place_zone=fail).source == "camera"


def test_a_clock_without_an_offset_shows_the_time_of_the_place_before_that_of_the_room():
    assert parts(found(clock_at=CLOCK, place="America/New_York")) == (
        at(22, microsecond=250_000),
        -240,
        "place",
    )
    assert parts(found(clock_at=CLOCK)) == (at(16, microsecond=250_000), 120, "room")
    assert parts(found(clock_at=CLOCK, room="Asia/Kolkata")) == (at(12, 33, microsecond=250_000), 330, "room")


def test_winter_has_another_offset():
    assert found(clock_at=CLOCK.replace(month=1)).offset_minutes == 60


def test_satellites_set_a_clock_right_that_shows_another_zone():
    # Home is in Berlin, the photo was taken in New York, the clock still shows Berlin.
    result = found(clock_at=CLOCK, satellite_at=at(16), place="America/New_York")
    assert parts(result) == (at(16, microsecond=250_000), -240, "satellite")


def test_satellites_that_agree_leave_the_fractions_of_the_clock():
    assert parts(found(clock_at=CLOCK, satellite_at=at(16, 2))) == (at(16, microsecond=250_000), 120, "room")


def test_an_old_fix_is_no_reason_to_doubt_the_clock():
    assert found(clock_at=CLOCK, satellite_at=at(13, 20)).source == "room"


def test_a_wrong_offset_is_found_by_the_satellites():
    result = found(clock_at=CLOCK, clock_offset_minutes=60, satellite_at=at(16))
    assert parts(result) == (at(16, microsecond=250_000), 120, "satellite")


def test_an_offset_that_the_place_confirms_is_believed():
    result = found(clock_at=CLOCK, clock_offset_minutes=120, satellite_at=at(15), place="Europe/Rome")
    assert result.source == "camera"


def test_a_phone_that_writes_local_time_as_satellite_time_is_seen_through():
    assert found(clock_at=CLOCK, clock_offset_minutes=120, satellite_at=at(18)).source == "camera"
    assert found(clock_at=CLOCK, satellite_at=at(18)).source == "room"


def test_a_clock_that_was_never_set_gives_way_to_the_satellites():
    assert parts(found(clock_at=datetime(2012, 1, 1, 0, 4, 12), satellite_at=at(16))) == (
        at(16),
        120,
        "satellite",
    )
    assert parts(found(clock_at=datetime(1970, 1, 1), satellite_at=at(16))) == (at(16), 120, "satellite")


def test_satellites_whose_weeks_have_run_over_are_not_believed():
    assert found(clock_at=CLOCK, satellite_at=at(16) - timedelta(weeks=1024)).source == "room"


def test_without_a_clock_the_satellites_and_the_zone_of_the_place_count():
    assert parts(found(satellite_at=at(16), place="Europe/Rome")) == (at(16), 120, "satellite")


def test_a_shift_moves_what_comes_from_the_clock_and_nothing_else():
    assert found(clock_at=CLOCK, clock_offset_minutes=120, shift_seconds=3600).at == at(
        17, microsecond=250_000
    )
    assert found(clock_at=CLOCK, shift_seconds=-90).at == at(16, 1, 41, 250_000)
    assert found(filename="IMG_20260620_180311.jpg", shift_seconds=3600).at == at(16)
    assert found(satellite_at=at(16), shift_seconds=3600).at == at(16)


def test_a_video_tells_utc_and_shows_the_clock_of_its_place():
    utc = datetime(2026, 6, 20, 16, 3, 11)
    result = found(clock_at=utc, clock_offset_minutes=0, is_video=True)
    assert parts(result) == (at(16), 120, "camera")


def test_the_name_then_the_last_change_then_the_upload():
    changed = at(3, day=25)
    assert parts(found(filename="IMG_20260620_180311.jpg", modified_at=changed)) == (at(16), 120, "filename")
    assert parts(found(filename="IMG_1234.jpg", modified_at=changed)) == (changed, None, "file")
    assert parts(found(filename="IMG_1234.jpg")) == (UPLOADED, None, "upload")
    assert found(filename="IMG_1234.jpg").taken_at is None


def test_photos_of_which_only_the_day_is_known_stay_in_their_order():
    first, second = (found(filename=f"IMG-20260620-WA000{number}.jpg") for number in (1, 2))
    assert first.is_date_only
    assert (first.at, second.at) == (at(10, 0, 1), at(10, 0, 2))


def test_the_last_change_says_the_hour_where_it_is_of_that_day():
    result = found(filename="IMG-20260620-WA0001.jpg", modified_at=at(17, 30))
    assert parts(result) == (at(17, 30), 120, "filename")


@pytest.mark.parametrize("year", [1, 1700, 9999])
def test_impossible_clocks_count_as_absent(year):
    assert found(clock_at=CLOCK.replace(year=year), clock_offset_minutes=-600).source == "upload"


def test_an_unknown_zone_is_utc():
    assert found(clock_at=CLOCK, room="Nowhere/Town").offset_minutes == 0


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ((41.9, 12.5), "Europe/Rome"),
        ((40.7, -74.0), "America/New_York"),
        ((27.7, 85.3), "Asia/Kathmandu"),
        ((None, 1.0), None),
    ],
)
def test_places_have_time_zones(place, zone):
    assert zone_of(*place) == zone


LOCAL = [
    "IMG_20260620_180311.jpg", "IMG20260620180311.jpg", "VID_20260620_180311.mp4", "20260620_180311(0).jpg",
    "WhatsApp Image 2026-06-20 at 18.03.11.jpeg", "WhatsApp Image 2026-06-20 at 6.03.11 PM (2).jpeg",
    "Screenshot_20260620-180311.png", "Screenshot_20260620-180311_Maps.jpg", "Screen Shot 2026-06-20 at 6.03.11\u202fPM.png",
    "Bildschirmfoto 2026-06-20 um 18.03.11.png", "signal-2026-06-20-180311.jpg", "DSC_20260620_180311.jpg",
    "2026-06-20 18.03.11-2.jpg", "2026-06-20T18:03:11.jpg", "photo_2026-06-20_18-03-11.jpg",
    "WP_20260620_18_03_11_Pro.jpg", "DJI_20260620180311_0001_D.JPG", "some\\folder/P_20260620_180311_vHDR.jpg",
]  # fmt: skip


@pytest.mark.parametrize("name", LOCAL)
def test_names_say_the_time_on_the_wall(name):
    assert read_name(name).at == datetime(2026, 6, 20, 18, 3, 11)


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("PXL_20260620_160311123.jpg", at(16, microsecond=123_000)),
        ("PXL_20260620_160311123.PORTRAIT.jpg", at(16, microsecond=123_000)),
        ("FB_IMG_1466443391000.jpg", datetime(2016, 6, 20, 17, 23, 11, tzinfo=UTC)),
        ("1466443391000.jpg", datetime(2016, 6, 20, 17, 23, 11, tzinfo=UTC)),
    ],
)
def test_some_names_are_written_in_utc(name, moment):
    assert read_name(name).at == moment
    assert read_name(name).at.tzinfo is UTC


@pytest.mark.parametrize(
    ("name", "number"), [("IMG-20260620-WA0007.jpg", 7), ("2026-06-20.jpg", 0), ("20260620.jpg", 0)]
)
def test_some_names_say_only_the_day(name, number):
    named = read_name(name)
    assert (named.at, named.is_date_only, named.number) == (datetime(2026, 6, 20, 12), True, number)


@pytest.mark.parametrize(
    "name",
    [
        "IMG_1234.jpg", "DSC01234.JPG", "P1020304.JPG", "DSC_2026.jpg", "Party 2019 (14).jpg", "image00971.jpg", "",
        "IMG_20261350.jpg", "IMG_20260230_180311.jpg", "3f2504e0-4f89-11d3-9a0c-0305e82c3301.jpg",
        "20531026_10155_n.jpg", "10202606201803_n.jpg", "a20260620b.jpg", "received_10153847281934.jpeg",
        "12345678901234567890.jpg", "IMG_20990620_180311.jpg", "0000000000000.jpg", "18991231_235959.jpg",
    ],
)  # fmt: skip
def test_numbers_that_are_no_dates_are_not_taken_for_some(name):
    assert read_name(name) is None


def test_a_name_cannot_be_of_after_the_upload():
    name = "IMG_20260703_180311.jpg"
    assert read_name(name, latest=UPLOADED) is None
    assert read_name(name, latest=UPLOADED + timedelta(days=3)) is not None
