"""Places of photos that have no position (clusterers/places.py), by hand on few photos."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from processing.clusterers.places import cluster
from processing.contracts import KnownPhoto

NOON = datetime(2026, 6, 20, 12, tzinfo=UTC)
ROME, VATICAN, NAPLES = (41.8902, 12.4922), (41.9022, 12.4572), (40.8359, 14.2488)


def photo(
    key: int,
    minutes: float,
    at: tuple[float, float] | None = None,
    *,
    camera: str = "Phone",
    uploader: int = 1,
    is_time_known: bool = True,
) -> KnownPhoto:
    return KnownPhoto(
        id=key,
        taken_at=NOON + timedelta(minutes=minutes),
        is_time_known=is_time_known,
        latitude=at[0] if at else None,
        longitude=at[1] if at else None,
        camera=camera,
        uploader=uploader,
        sha256=f"{key:064}",
    )


def sources(photos: list[KnownPhoto]) -> dict[int, int]:
    return {key: group.data["from"] for group in cluster(photos) for key in group.ids}


def test_one_photo_within_minutes_is_enough():
    assert sources([photo(1, 0, ROME), photo(2, 8, camera="Camera", uploader=2)]) == {2: 1}


def test_the_noon_of_a_photo_of_which_only_the_day_is_known_says_nothing():
    sent = replace(photo(2, 0, camera=""), filename="IMG-20260620-WA0001.jpg", time_source="filename")
    assert sources([photo(1, 0, ROME), sent]) == {}
    said = replace(sent, time_source="person")
    assert sources([photo(1, 0, ROME), said]) == {2: 1}


def test_one_photo_half_an_hour_away_is_not():
    assert sources([photo(1, 0, ROME), photo(2, 30, camera="Camera", uploader=2)]) == {}


def test_before_and_after_at_the_same_place_say_where_it_was_between():
    found = sources([photo(1, 0, ROME), photo(2, 80), photo(3, 120, ROME)])
    assert found == {2: 3}  # the nearer one


def test_before_and_after_too_long_ago_say_nothing():
    assert sources([photo(1, 0, ROME), photo(2, 200), photo(3, 400, ROME)]) == {}


def test_somebody_on_the_way_says_nothing_of_the_hours_between():
    assert sources([photo(1, 0, ROME), photo(2, 60), photo(3, 120, NAPLES)]) == {}


def test_somebody_on_the_way_still_says_where_they_were_at_that_moment():
    assert sources([photo(1, 0, ROME), photo(2, 1), photo(3, 120, NAPLES)]) == {2: 1}


def test_cameras_that_disagree_say_nothing():
    other = photo(2, 1, NAPLES, camera="Other", uploader=2)
    assert sources([photo(1, 0, ROME), other, photo(3, 2, uploader=3, camera="")]) == {}


def test_the_own_camera_counts_before_those_of_others():
    crowd = [photo(key, 4, NAPLES, camera=f"Other {key}", uploader=key) for key in range(10, 14)]
    assert sources([photo(1, 0, ROME), photo(2, 4), *crowd])[2] == 1


def test_the_uploaders_other_camera_counts_before_those_of_others():
    crowd = [photo(key, 4, NAPLES, camera=f"Other {key}", uploader=key) for key in range(10, 14)]
    assert sources([photo(1, 0, ROME), photo(2, 4, camera="Camera"), *crowd])[2] == 1


def test_a_minority_elsewhere_does_not_matter():
    photos = [
        photo(1, 0, ROME, camera="A", uploader=1),
        photo(2, 1, VATICAN, camera="B", uploader=2),
        photo(3, 1, ROME, camera="C", uploader=3),
        photo(4, 3, NAPLES, camera="D", uploader=4),
        photo(5, 0.4, camera="E", uploader=5),
    ]
    assert sources(photos)[5] == 1


def test_photos_whose_time_nobody_knows_neither_give_nor_take():
    assert sources([photo(1, 0, ROME), photo(2, 1, is_time_known=False)]) == {}
    assert sources([photo(1, 0, ROME, is_time_known=False), photo(2, 1)]) == {}


def test_inferred_places_are_not_passed_on():
    assert sources([photo(1, 0, ROME), *(photo(key, 9 * (key - 1)) for key in range(2, 6))]) == {2: 1}


def test_the_set_says_where_its_place_comes_from():
    (group,) = cluster([photo(1, 0, ROME), photo(2, 1), photo(3, 2)])
    assert group.ids == (2, 3)
    assert group.data == {"from": 1, "latitude": ROME[0], "longitude": ROME[1]}


def test_nothing_comes_of_nothing():
    assert cluster([]) == []
    assert cluster([photo(1, 0), photo(2, 1)]) == []
    assert cluster([photo(1, 0, ROME)]) == []


def test_the_order_of_photos_does_not_matter():
    rng = random.Random(3)
    stops = (ROME, VATICAN, NAPLES, None, None)
    photos = [
        photo(
            key, rng.uniform(0, 600), rng.choice(stops), camera=rng.choice("AB"), uploader=rng.randint(1, 3)
        )
        for key in range(60)
    ]
    expected = sources(photos)
    assert expected
    for _ in range(3):
        rng.shuffle(photos)
        assert sources(photos) == expected
