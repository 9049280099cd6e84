"""Photos of one moment: what belongs together, and what does not although it looks alike."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from processing.clusterers import similar
from processing.contracts import KnownPhoto

EVENING = datetime(2026, 6, 20, 20, tzinfo=UTC)


def features(cosine=1.0, axis=1, scene=0, length=64):
    """A vector of one scene: its cosine with that scene's first photo, moved along another axis."""
    values = np.zeros(length)
    values[scene * 10], values[scene * 10 + axis] = cosine, np.sqrt(1 - cosine**2)
    return values.astype(np.float16)


def photo(key, seconds=0.0, embedding=None, camera="A", **more):
    arrays = {} if embedding is None else {"embedding": embedding}
    moment = EVENING + timedelta(seconds=seconds)
    return KnownPhoto(id=key, taken_at=moment, camera=camera, arrays=arrays, **more)


def ids(photos):
    return [found.ids for found in similar.cluster(photos)]


def test_a_burst_is_one_moment():
    assert ids([photo(1, 0, features()), photo(2, 1, features(0.8)), photo(3, 2, features(0.8, 2))]) == [
        (1, 2, 3)
    ]


def test_the_longer_between_two_photos_the_more_alike_they_must_be():
    assert ids([photo(1, 0, features()), photo(2, 2, features(0.75))]) == [(1, 2)]
    assert ids([photo(1, 0, features()), photo(2, 60, features(0.75))]) == []
    assert ids([photo(1, 0, features()), photo(2, 60, features(0.9))]) == [(1, 2)]


def test_after_ten_minutes_it_is_another_moment():
    assert ids([photo(1, 0, features()), photo(2, 601, features())]) == []


def test_two_cameras_must_agree_more_than_one():
    assert ids([photo(1, 0, features()), photo(2, 1, features(0.67))]) == [(1, 2)]
    assert ids([photo(1, 0, features()), photo(2, 1, features(0.67), camera="B")]) == []
    assert ids([photo(1, 0, features()), photo(2, 1, features(0.8), camera="B")]) == [(1, 2)]


def test_where_nobody_knows_the_time_only_the_looks_count_and_more_strictly():
    def timeless(key, days, embedding):
        return photo(key, days * 86400, embedding, is_time_known=False)

    assert ids([timeless(1, 0, features()), timeless(2, 9, features(0.9))]) == [(1, 2)]
    assert ids([timeless(1, 0, features()), timeless(2, 0, features(0.8))]) == []
    assert ids([photo(1, 0, features()), timeless(2, 9, features(0.95))]) == [(1, 2)]


def test_photos_of_which_only_the_day_is_known_are_not_seconds_apart():
    """A messenger numbers the photos of a day; their noon is no time."""

    def sent(key, embedding):
        name = f"IMG-20260620-WA{key:04}.jpg"
        return photo(key, key, embedding, camera="", filename=name, time_source="filename")

    assert ids([sent(1, features()), sent(2, features(0.8))]) == []
    assert ids([sent(1, features()), sent(2, features(0.9))]) == [(1, 2)]


def test_a_slow_pan_is_not_one_moment():
    """Every photo is like the one before it, the last is nothing like the first."""
    angles = np.radians(np.arange(0, 200, 20))
    pan = []
    for key, angle in enumerate(angles):
        values = np.zeros(16)
        values[0], values[1] = np.cos(angle), np.sin(angle)
        pan.append(photo(key, key * 2.0, values.astype(np.float16)))
    groups = ids(pan)
    assert len(groups) >= 2
    for group in groups:
        assert abs(group[0] - group[-1]) * 20 <= 80


def test_the_same_file_twice_is_one_photo():
    first, copy = photo(1, 0, features(), sha256="aa"), photo(2, 0, features(), sha256="aa")
    assert ids([first, copy]) == []
    assert ids([first, copy, photo(3, 1, features(0.9), sha256="bb")]) == [(1, 2, 3)]


def test_photos_without_features_and_of_two_networks_stand_alone():
    other = photo(3, 0, features(length=128))
    assert ids([photo(1, 0, features()), photo(2, 0), other]) == []
    assert ids([photo(4, 0, np.zeros(64, np.float16)), photo(5, 0, np.zeros(64, np.float16))]) == []


def test_the_answer_does_not_depend_on_the_order():
    photos = [
        photo(10 * scene + number, 40 * scene + number, features(0.9, number + 1, scene))
        for scene in range(5)
        for number in range(3)
    ]
    expected = ids(photos)
    assert expected == [(0, 1, 2), (10, 11, 12), (20, 21, 22), (30, 31, 32), (40, 41, 42)]
    for seed in range(5):
        assert ids(random.Random(seed).sample(photos, len(photos))) == expected


@pytest.mark.parametrize("photos", [[], [photo(1, 0, features())], [photo(1), photo(2)]])
def test_nothing_to_compare(photos):
    assert similar.cluster(photos) == []
