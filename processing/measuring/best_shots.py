"""How often the best of look-alikes is the photo that people would take: originals beside blurred and badly exposed versions.

Also how well photos of one moment are put together: bursts made of real photos, with other photos a few seconds away.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing import best_shots, pipeline, quality
from processing.clusterers import similar
from processing.contracts import FaceShot, KnownPhoto, Picture
from processing.measuring import blurring, order_report, truths
from processing.measuring.order_tables import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_PHOTOS = 60
LEAST_PHOTOS = 4
BLURS = ("defocus 2", "defocus 3", "defocus 5", "motion 7", "motion 17", "gaussian 1.5")
EXPOSURES = (-2.5, -1.5, 1.5, 2.5)  # in stops
ANALYZERS = ("faces", "sharpness", "exposure", "phash")
EVENING = datetime(2026, 6, 20, 20, tzinfo=UTC)
# A burst: how far the camera moves, zooms (shares of the side) and tilts (degrees) from frame to frame.
HANDS = {"steady": (0.015, 0.02, 0.7), "usual": (0.05, 0.07, 2.5), "moving": (0.12, 0.18, 5.0)}
FRAMES = 4
PAUSES = (3, 8, 20, 60, 300, 1200)  # seconds from one scene to the next


def measure(folder: Path | None, seed: int) -> list[Table]:
    """Compare originals with spoiled versions of themselves, and put bursts together.

    Args:
        folder: folder of folders of photos (as in blurring.FOLDERS); None for the packaged samples. Photos that the sharpness
            was fitted to are left out.
        seed: of noise, directions, movements and pauses.

    Raises:
        DataError: there are too few photos.
    """
    photos = order_report.sample_photos()
    if folder:
        photos = [path for path in blurring.photos_of(folder) if not blurring.is_tuned_on(path)]
    photos = different(photos)
    if len(photos) < LEAST_PHOTOS:
        raise truths.DataError("There are too few photos of at least 480 px to measure best shots with.")
    chosen = photos[:: max(1, len(photos) // MOST_PHOTOS)][:MOST_PHOTOS]
    return [choices(chosen, seed), moments(photos, seed)]


def different(paths: Sequence[Path]) -> list[Path]:
    """One path for each content."""
    by_content = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in reversed(paths)}
    return sorted(by_content.values())


def choices(paths: Sequence[Path], seed: int) -> Table:
    """How often the original comes before each version of it, and before all of them at once."""
    wins: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    count = 0
    for path in paths:
        shots = dict(spoiled(path, seed))
        original = shots.pop("sharp", None)
        if original is None or not is_good(original):
            continue
        count += 1
        has_face = bool(original.faces)
        for kind, shot in shots.items():
            wins[kind].append((has_face, is_first(original, [shot])))
        for name, kinds in (
            ("blurred", BLURS),
            ("badly exposed", [f"{stops:+} stops" for stops in EXPOSURES]),
        ):
            those = [shots[kind] for kind in kinds if kind in shots]
            wins[f"every {name} one"].append((has_face, is_first(original, those)))
    table = Table(
        f"Best shot: originals before spoiled versions of themselves, {count} photos",
        ("version", "original first", "with faces", "without"),
        note="Share of photos whose original is ranked before this version; photos that are spoiled themselves are left out.",
    )
    for kind, won in wins.items():
        with_faces, without = ([first for has, first in won if has == wanted] for wanted in (True, False))
        table.rows.append((kind, share([first for _, first in won]), share(with_faces), share(without)))
    return table


def is_good(original: KnownPhoto) -> bool:
    """Whether a photo is not itself called blurred, dark or bright: then a version of it may well be better."""
    return original.exposure == "good" and (original.sharpness or 0) >= quality.BLURRED


def share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def is_first(original: KnownPhoto, others: Sequence[KnownPhoto]) -> bool:
    return best_shots.rank([original, *others])[0].id == original.id


def spoiled(path: Path, seed: int) -> Iterator[tuple[str, KnownPhoto]]:
    """The photo and its versions, looked at. The original has the highest id: a tie is no win."""
    key = 1000
    sharp = None
    for version in blurring.versions(path, seed):
        if version.kind == "sharp":
            sharp = version.pixels
        if version.kind in ("sharp", *BLURS):
            yield version.kind, looked_at(version.pixels, key)
            key -= 1
    if sharp is not None:
        for stops in EXPOSURES:
            yield f"{stops:+} stops", looked_at(exposed(sharp, stops), key)
            key -= 1


def exposed(pixels: NDArray[np.uint8], stops: float) -> NDArray[np.uint8]:
    """The photo with so much more or less light, as a camera would have clipped it."""
    import numpy as np

    light = (pixels / 255.0) ** 2.2 * 2.0**stops
    return np.asarray(np.rint(np.minimum(light, 1) ** (1 / 2.2) * 255), dtype=np.uint8)


def looked_at(pixels: NDArray[np.uint8], key: int) -> KnownPhoto:
    """What the analyzers see, as the ranking gets it."""
    from PIL import Image

    image = Image.fromarray(pixels)
    picture = Picture(None, image, image.width, image.height, "JPEG")
    found = pipeline.Analyzed("photo", "JPEG", image.width, image.height, None, "#000000")
    pipeline.analyze_picture(picture, found, only=ANALYZERS, has_crops=False)
    pipeline.add_faces_to_quality(found)
    faces = tuple(
        FaceShot(
            max(one.region.width, one.region.height),
            one.sharpness,
            one.pose,
            one.score,
            None,
            one.eyes,
            one.smile,
        )
        for one in (face.finding for face in found.faces or [])
    )
    return KnownPhoto(
        id=key,
        taken_at=EVENING,
        width=image.width,
        height=image.height,
        sharpness=found.facts.get("sharpness"),
        exposure=found.facts.get("exposure", ""),
        faces=faces,
        arrays={"gray": found.findings["phash"].arrays["gray"].ravel()} if "phash" in found.findings else {},
    )


def moments(paths: Sequence[Path], seed: int) -> Table:
    """Pairs of photos that are rightly of one moment, in rooms made of bursts."""
    table = Table(
        f"Look-alikes: rooms of bursts made of {len(paths)} photos",
        ("hands", "times", "precision", "recall", "F"),
        note=f"Of pairs. 1 to {FRAMES} frames a scene, {PAUSES[0]} to {PAUSES[-1]} s between scenes, three cameras.",
    )
    for name, hands in HANDS.items():
        photos, truth = burst_room(paths, hands, seed)
        for is_known in (True, False):
            found = similar.cluster(photos if is_known else [timeless(photo) for photo in photos])
            table.rows.append((name, "known" if is_known else "unknown", *pairs(found, truth)))
    return table


def timeless(photo: KnownPhoto) -> KnownPhoto:
    from dataclasses import replace

    return replace(photo, is_time_known=False)


def burst_room(
    paths: Sequence[Path], hands: tuple[float, float, float], seed: int
) -> tuple[list[KnownPhoto], dict[int, int]]:
    """Photos of a room, and which scene each is of."""
    import numpy as np

    from processing import imaging, weights

    chance = np.random.default_rng(seed)
    network = weights.image_network()
    photos: list[KnownPhoto] = []
    truth: dict[int, int] = {}
    moment = EVENING
    for scene in chance.permutation(len(paths)).tolist():
        image = imaging.open_picture(paths[scene], 512).image
        camera = f"camera {chance.integers(3)}"
        for number in range(int(chance.integers(1, FRAMES + 1))):
            frame = moved(image, hands, chance) if number else image
            embedding = network.look(frame).embedding.astype(np.float16)
            key = len(photos)
            photos.append(KnownPhoto(id=key, taken_at=moment, camera=camera, arrays={"embedding": embedding}))
            truth[key] = scene
            moment += timedelta(seconds=float(chance.choice([0.4, 1, 2, 5])))
        moment += timedelta(seconds=float(chance.choice(PAUSES)))
    return photos, truth


def moved(image: Any, hands: tuple[float, float, float], chance: np.random.Generator) -> Any:
    """The next frame: the camera has moved, zoomed and tilted, the light has changed, sometimes it shook."""
    from PIL import ImageEnhance, ImageFilter
    from PIL.Image import Resampling

    shift, zoom, tilt = hands
    width, height = image.size
    turned = image.rotate(chance.uniform(-tilt, tilt), Resampling.BILINEAR)
    side = 1 - 0.02 - tilt / 60 - chance.uniform(0, zoom)
    left = min(max(0.0, (1 - side) / 2 + chance.uniform(-shift, shift)), 1 - side) * width
    top = min(max(0.0, (1 - side) / 2 + chance.uniform(-shift, shift)), 1 - side) * height
    frame = turned.resize(
        image.size, Resampling.BILINEAR, box=(left, top, left + side * width, top + side * height)
    )
    frame = ImageEnhance.Brightness(frame).enhance(1 + chance.uniform(-0.08, 0.08))
    return (
        frame.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 2.5))) if chance.random() < 0.3 else frame
    )


def pairs(found: Sequence[Any], truth: dict[int, int]) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean over pairs of photos."""
    made = {pair for one in found for pair in together(one.ids)}
    by_scene: dict[int, list[int]] = defaultdict(list)
    for key, scene in truth.items():
        by_scene[scene].append(key)
    true = {pair for keys in by_scene.values() for pair in together(keys)}
    right = len(made & true)
    precision, recall = right / max(1, len(made)), right / max(1, len(true))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def together(keys: Sequence[int]) -> Iterator[tuple[int, int]]:
    ordered = sorted(keys)
    return ((one, other) for at, one in enumerate(ordered) for other in ordered[at + 1 :])
