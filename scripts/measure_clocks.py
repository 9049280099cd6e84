"""How well a camera's wrong clock is found: made parties over real photos, python scripts/measure_clocks.py FOLDER ... [--trials 20]

Each moment is one photo in two views (perspective, crop, light) a few seconds apart, by two cameras; beside them each camera
has scenes of its own, half of them again at another time. The last camera's clock is off. Real pairs of two people differ
more than two views of one picture, so in a real room more shared moments are needed.
"""

from __future__ import annotations

import argparse
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from processing import imaging, weights
from processing.clusterers import clocks
from processing.contracts import KnownPhoto
from processing.errors import ProcessingError

START = datetime(2026, 6, 20, 16, tzinfo=UTC)
SHIFTS = (3600, -3600, 7200, 420, -660, 32400, 5400)
SIDE_PX = 640
HOURS = 6
OWN_SCENES = 60


def view(image: Any, strength: float, rng: random.Random) -> Any:
    """The same scene from elsewhere."""
    from PIL import Image, ImageEnhance

    def edge() -> float:
        return rng.uniform(0.03, 0.17) * strength

    width, height = image.size
    corners = (
        width * edge(), height * edge(), width * edge(), height * (1 - edge()), width * (1 - edge()),
        height * (1 - edge()), width * (1 - edge()), height * edge(),
    )  # fmt: skip
    size = (int(width * 0.9), int(height * 0.9))
    turned = image.transform(size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    return ImageEnhance.Brightness(turned).enhance(rng.uniform(0.75, 1.3))


def features(folders: list[Path]) -> list[tuple[Any, Any]]:
    """Two views of every picture, as features."""
    network, rng, found = weights.image_network(), random.Random(1), []  # noqa: S311 (made parties)
    for path in sorted(path for folder in folders for path in folder.iterdir()):
        try:
            image = imaging.open_picture(path, SIDE_PX).image
        except ProcessingError:
            continue
        near, far = (network.look(view(image, strength, rng)).embedding for strength in (1.0, 1.8))
        found.append((near, far))
    return found


class Party:
    """Photos of some cameras of one evening."""

    def __init__(
        self, scenes: list[tuple[Any, Any]], seed: int, off: dict[int, int], *, is_phone: bool
    ) -> None:
        self.rng, self.off, self.is_phone = random.Random(seed), off, is_phone  # noqa: S311
        self.scenes = self.rng.sample(scenes, len(scenes))
        self.photos: list[KnownPhoto] = []

    def take(self, camera: int, look: Any, seconds: float) -> None:
        source = "camera" if self.is_phone and camera == 0 else "room"
        moment = START + timedelta(seconds=seconds + self.off[camera])
        self.photos.append(
            KnownPhoto(
                len(self.photos), moment, time_source=source, camera=str(camera), arrays={"embedding": look}
            )
        )

    def fill(self, shared: int) -> list[KnownPhoto]:
        last, rng = len(self.off) - 1, self.rng
        for scene in self.scenes[:shared]:
            at = rng.uniform(0, HOURS * 3600)
            others = rng.sample(range(last), min(last, 1 + (rng.random() < 0.6)))
            for camera, look in (
                *((other, scene[number]) for number, other in enumerate(others)),
                (last, scene[1]),
            ):
                for _ in range(rng.choice((1, 1, 2, 3))):
                    self.take(camera, look, at + rng.gauss(0, 25))
        for number in range(OWN_SCENES):
            scene = self.scenes[(shared + number) % len(self.scenes)]
            for _ in range(rng.choice((1, 2))):
                self.take(rng.randrange(last + 1), rng.choice(scene), rng.uniform(0, HOURS * 3600))
        return self.photos


def measure(scenes: list[tuple[Any, Any]], shared: int, cameras: int, trials: int, *, is_phone: bool) -> str:
    found = wrong = false = 0
    for trial in range(trials):
        shift = SHIFTS[trial % len(SHIFTS)]
        off = dict.fromkeys(range(cameras - 1), 0) | {cameras - 1: -shift}
        sets = clocks.cluster(Party(scenes, trial, off, is_phone=is_phone).fill(shared))
        right = {(str(cameras - 1), shift)} | ({("0", -shift)} if cameras == 2 and not is_phone else set())
        good = [
            one
            for one in sets
            if any(
                one.data["camera"] == key and abs(one.data["shift_seconds"] - by) <= 120 for key, by in right
            )
        ]
        found, wrong = found + bool(good), wrong + len(sets) - len(good)
        still = dict.fromkeys(range(cameras), 0)
        false += len(clocks.cluster(Party(scenes, trial + 1000, still, is_phone=is_phone).fill(shared)))
    return f"found {found} of {trials}, wrong {wrong}; not shifted: {false} false proposals"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--trials", type=int, default=20)
    options = parser.parse_args()
    scenes = features(options.folders)
    print(f"{len(scenes)} scenes")
    for cameras in (2, 4):
        for is_phone in (False, True):
            for shared in (4, 6, 10, 20):
                result = measure(scenes, shared, cameras, options.trials, is_phone=is_phone)
                print(
                    f"{cameras} cameras{', one a phone' if is_phone else ''}, {shared} shared moments: {result}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
