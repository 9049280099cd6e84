"""Events: cut by gaps of time and place, named by day and place."""

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest

from processing.clusterers import events
from processing.contracts import KnownPhoto
from processing.event_names import EventFacts, name_events

ROME = timezone(timedelta(hours=2))
TRASTEVERE, OSTIA = (41.889, 12.470), (41.732, 12.278)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=ROME)


def photos(
    start: datetime, count: int, *, minutes: float = 60, first: int = 0, place=(None, None), **values
) -> list[KnownPhoto]:
    step = timedelta(minutes=minutes / max(1, count - 1))
    return [
        KnownPhoto(first + number, start + number * step, latitude=place[0], longitude=place[1], **values)
        for number in range(count)
    ]


def sizes(found) -> list[int]:
    return [len(one.ids) for one in found]


def test_a_long_break_cuts_and_a_short_one_does_not():
    dinner = photos(at(20, 19), 30, minutes=90)
    dance = photos(at(20, 21), 30, minutes=60, first=100)  # 30 minutes later
    assert sizes(events.cluster(dinner + dance)) == [60]
    breakfast = photos(at(21, 9), 10, minutes=40, first=200)
    assert sizes(events.cluster(dinner + dance + breakfast)) == [60, 10]


def test_what_is_long_depends_on_how_often_people_photograph():
    """Two hours are a break at a party, and nothing on a hike."""
    party = photos(at(20, 15), 60, minutes=60) + photos(at(20, 18), 60, minutes=60, first=100)
    hike = photos(at(20, 9), 6, minutes=300) + photos(at(20, 16), 5, minutes=240, first=100)
    assert sizes(events.cluster(party)) == [60, 60]
    assert sizes(events.cluster(hike)) == [11]


def test_a_night_is_one_event_across_midnight():
    assert sizes(events.cluster(photos(at(20, 21), 60, minutes=300))) == [60]


def test_sleep_ends_an_event_also_where_few_photos_are_taken():
    evening = photos(at(20, 18), 5, minutes=480)  # until 2 at night, every two hours
    morning = photos(at(21, 7), 4, minutes=120, first=100)
    assert sizes(events.cluster(evening + morning)) == [5, 4]


def test_going_elsewhere_cuts_and_one_wrong_position_does_not():
    lunch = photos(at(20, 12), 20, minutes=60, place=TRASTEVERE)
    beach = photos(at(20, 13, 40), 20, minutes=60, first=100, place=OSTIA)
    assert sizes(events.cluster(lunch + beach)) == [20, 20]
    strange = [KnownPhoto(50, at(20, 13, 20), latitude=-33.9, longitude=151.2)]
    stay = photos(at(20, 13, 40), 20, minutes=60, first=100, place=TRASTEVERE)
    assert sizes(events.cluster(lunch + strange + stay)) == [41]


def test_a_photo_or_two_belong_to_the_event_beside_them():
    dinner = photos(at(20, 19), 30, minutes=60)
    before = photos(at(20, 17), 2, minutes=5, first=100)
    assert sizes(events.cluster(dinner + before)) == [32]


def test_photos_of_unknown_time_are_in_no_event_unless_there_is_nothing_else():
    dinner = photos(at(20, 19), 30)
    uploads = photos(at(25, 10), 5, minutes=4, first=100, is_time_known=False)
    assert sizes(events.cluster(dinner + uploads)) == [30]
    assert sizes(events.cluster(uploads)) == [5]


def test_photos_of_which_only_the_day_is_known_join_the_largest_event_of_that_day():
    lunch, dinner = photos(at(20, 13), 10), photos(at(20, 19), 30, first=100)
    sent = [KnownPhoto(200, at(20, 12), filename="IMG-20260620-WA0001.jpg")]
    alone = [KnownPhoto(201, at(24, 12), filename="IMG-20260624-WA0001.jpg")]
    found = events.cluster(lunch + dinner + sent + alone)
    assert sizes(found) == [10, 31, 1]
    assert 200 in found[1].ids


def test_the_order_of_the_photos_does_not_matter():
    everything = photos(at(20, 13), 10) + photos(at(20, 19), 30, first=100) + photos(at(21, 11), 9, first=200)
    expected = events.cluster(everything)
    random.Random(1).shuffle(everything)
    assert events.cluster(everything) == expected
    assert events.cluster([]) == []


def fact(
    day: int, hour: int, hours: float = 2, place: str = "", *, month: int = 6, year: int = 2026
) -> EventFacts:
    start = datetime(year, month, day, hour)
    return EventFacts(start, start + timedelta(hours=hours), place)


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (fact(20, 19, place="Trastevere"), "Saturday evening, Trastevere"),
        (fact(20, 9), "Saturday morning"),
        (fact(20, 12), "Saturday midday"),
        (fact(20, 15), "Saturday afternoon"),
        (fact(20, 19, hours=7), "Saturday evening"),
        (fact(21, 1), "Saturday night"),
        (fact(20, 9, hours=10), "Saturday"),
        (fact(20, 9, hours=34), "Saturday to Sunday"),
    ],
)
def test_a_name_says_day_and_part_of_the_day(event, name):
    assert name_events([event]) == [name]


def test_names_are_only_as_long_as_keeps_them_apart():
    assert name_events([fact(20, 18), fact(20, 21, hours=1)]) == [
        "Saturday 20 June 2026, 18:00", "Saturday 20 June 2026, 21:00",
    ]  # fmt: skip
    assert name_events([fact(20, 19), fact(27, 19)]) == [
        "Saturday 20 June, evening",
        "Saturday 27 June, evening",
    ]
    assert name_events([fact(20, 19), fact(20, 19, year=2025)]) == [
        "Saturday 20 June 2026, evening", "Friday 20 June 2025, evening",
    ]  # fmt: skip
    assert name_events([fact(20, 19, place="Rome"), fact(20, 19, place="Ostia")]) == [
        "Saturday evening, Rome", "Saturday evening, Ostia",
    ]  # fmt: skip


def test_no_name_is_there_twice():
    assert len(set(name_events([fact(20, 19)] * 3))) == 3
    assert name_events([fact(20, 19)], taken=["saturday evening"]) == ["Saturday 20 June, evening"]
    assert name_events([]) == []


def test_days_of_one_trip_are_named_by_their_dates():
    assert name_events([fact(20, 9, hours=60), fact(1, 9, month=5)])[0] == "20 to 22 June"


def test_utc_is_as_good_as_any_clock():
    found = events.cluster([KnownPhoto(1, datetime(2026, 6, 20, 18, tzinfo=UTC))])
    assert sizes(found) == [1]
