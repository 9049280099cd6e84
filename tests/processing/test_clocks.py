"""Cameras whose clock is off, found by the moments that two of them saw. Features are made: a scene is a random direction."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from processing.clusterers import clocks
from processing.contracts import FaceShot, KnownPhoto

START = datetime(2026, 6, 20, 18, tzinfo=UTC)
LENGTH = 200


class Party:
    """Photos of several cameras; each scene is photographed by some of them within half a minute."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.common = self.numbers.normal(size=LENGTH)  # what all photos of a party share
        self.photos: list[KnownPhoto] = []

    def scene(self):
        return self.numbers.normal(size=LENGTH)

    def take(self, camera: str, scene, minute: float, *, off_seconds: int = 0, source: str = "room") -> None:
        features = 2 * self.common + scene + 0.6 * self.numbers.normal(size=LENGTH)
        moment = START + timedelta(minutes=minute, seconds=off_seconds + self.random.uniform(-20, 20))
        self.photos.append(
            KnownPhoto(
                len(self.photos), moment, time_source=source, camera=camera,
                arrays={"embedding": (features / np.linalg.norm(features)).astype(np.float16)},
            )
        )  # fmt: skip

    def fill(
        self,
        cameras: dict[str, int],
        *,
        moments: int = 12,
        own: int = 20,
        sources: dict[str, str] | None = None,
    ):
        """Moments that all cameras see, and scenes of each one's own; `cameras` says how far each clock is off, in seconds."""
        for number in range(moments):
            scene = self.scene()
            for camera, off in cameras.items():
                source = (sources or {}).get(camera, "room")
                self.take(camera, scene, 11 * number + 3, off_seconds=off, source=source)
        for camera, off in cameras.items():
            for _ in range(own):
                source = (sources or {}).get(camera, "room")
                self.take(camera, self.scene(), self.random.uniform(0, 150), off_seconds=off, source=source)
        return self.photos


@pytest.mark.parametrize("off", [-3600, 3600, 7200, -32400, 1800, 420, -660])
def test_a_clock_that_is_off_is_found(off):
    photos = Party().fill({"a": 0, "b": 0, "c": off})
    (found,) = clocks.cluster(photos)
    assert (found.data["camera"], found.data["shift_seconds"]) == ("c", -off)
    by_id = {photo.id: photo for photo in photos}
    assert all(by_id[mine].camera == "c" != by_id[theirs].camera for mine, theirs in found.data["pairs"])
    assert set(found.ids) == {mine for mine, _ in found.data["pairs"]}


@pytest.mark.parametrize("seed", range(8))
def test_clocks_that_are_right_are_left_alone(seed):
    assert clocks.cluster(Party(seed).fill({"a": 0, "b": 25, "c": -40})) == []


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_proposed_from_nothing(seed):
    assert clocks.cluster(Party(seed).fill({"a": 0, "b": 3600, "c": 0}, moments=0, own=60)) == []


def test_two_moments_are_not_enough():
    assert clocks.cluster(Party().fill({"a": 0, "b": 3600}, moments=2)) == []


def test_a_phone_that_knows_its_zone_is_never_the_one_that_is_off():
    photos = Party().fill({"phone": 0, "old": 3600}, own=5, sources={"phone": "camera"})
    assert [found.data["camera"] for found in clocks.cluster(photos)] == ["old"]
    photos = Party().fill({"phone": 0, "other": 3600}, sources={"phone": "camera", "other": "camera"})
    assert clocks.cluster(photos) == []


def test_a_burst_is_one_moment():
    party = Party()
    scene = party.scene()
    for _ in range(8):
        party.take("a", scene, 30)
        party.take("b", scene, 30, off_seconds=3600)
    assert clocks.cluster(party.fill({"a": 0, "b": 3600}, moments=0)) == []


def test_the_order_of_the_photos_does_not_matter():
    photos = Party().fill({"a": 0, "b": 0, "c": 3600})
    expected = clocks.cluster(photos)
    random.Random(3).shuffle(photos)
    assert clocks.cluster(photos) == expected


def test_photos_without_features_camera_or_time_are_left_out():
    bare = [KnownPhoto(number, START, camera="a", time_source="room") for number in range(20)]
    assert clocks.cluster(bare) == []
    photos = [
        KnownPhoto(photo.id, photo.taken_at, time_source="upload", camera=photo.camera, arrays=photo.arrays)
        for photo in Party().fill({"a": 0, "b": 3600})
    ]
    assert clocks.cluster(photos) == []


def test_people_tell_scenes_apart():
    party = Party()
    faces = (FaceShot(100, 1.0, 0, 1.0, person=1), FaceShot(100, 1.0, 0, 1.0, person=2))
    photos = [
        KnownPhoto(
            photo.id,
            photo.taken_at,
            time_source="room",
            camera=photo.camera,
            arrays=photo.arrays,
            faces=faces,
        )
        for photo in party.fill({"a": 0, "b": 0, "c": 3600})
    ]
    assert [found.data["shift_seconds"] for found in clocks.cluster(photos)] == [-3600]
