"""How long each method takes for one photo of a present-day camera."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from processing import imaging
from processing.errors import UnreadableImage
from processing.measuring.methods import STAGES, Method
from processing.measuring.rooms import Progress

SIZE_PX = (4000, 3000)
FACES = 3
PORTRAIT_HEIGHT = 0.4  # of the photo's: a head of a tenth of its height, as in a group of three
JPEG_QUALITY = 92
Row = dict[str, Any]


def make_photo(portraits: Sequence[Path], path: Path, size_px: tuple[int, int] = SIZE_PX) -> None:
    """Make a photo with three faces: portraits side by side before a background with some texture.

    Args:
        portraits: photos of one person each, three at most are used.
        path: where the JPEG is written.
        size_px: width and height.

    Raises:
        UnreadableImage: a portrait can't be read.
    """
    width, height = size_px
    chance = np.random.default_rng(0)
    coarse = Image.fromarray(chance.integers(60, 200, (24, 32, 3), dtype=np.uint8))
    canvas = np.asarray(coarse.resize(size_px, Image.Resampling.BICUBIC), dtype=np.int16)
    grain = chance.integers(-6, 7, (height, width, 1), dtype=np.int16)
    photo = Image.fromarray(np.clip(canvas + grain, 0, 255).astype(np.uint8))
    side = round(PORTRAIT_HEIGHT * height)
    for at, portrait in enumerate(portraits[:FACES]):
        image = imaging.open_picture(portrait).image
        fitted = ImageOps.contain(image, (width // FACES, side), Image.Resampling.LANCZOS)
        middle = round((at + 0.5) * width / min(FACES, len(portraits)))
        photo.paste(fitted, (middle - fitted.width // 2, (height - fitted.height) // 2))
    photo.save(path, quality=JPEG_QUALITY)


def choose_portraits(candidates: Sequence[tuple[Path, str]], method: Method) -> list[Path]:
    """Choose large portraits of different people, on each of which a method sees one face.

    Args:
        candidates: photos of one person each, and whose.
        method: looks at them.

    Returns:
        Up to three; a person is taken twice only if there are too few people.
    """
    sized = []
    for path, person in candidates:
        try:
            header = imaging.probe(path)
        except UnreadableImage:
            continue
        sized.append((min(header.width, header.height), path, person))
    chosen: list[tuple[Path, str]] = []
    ordered = sorted(sized, key=lambda one: (-one[0], str(one[1])))
    for is_strict in (True, False):
        for _, path, person in ordered:
            is_known = any(path == other or (is_strict and person == name) for other, name in chosen)
            if len(chosen) < FACES and not is_known and len(method.look(path).faces) == 1:
                chosen.append((path, person))
    return [path for path, _ in chosen]


def measure_speed(path: Path, methods: Sequence[Method], repeats: int, progress: Progress) -> list[Row]:
    """Look at one photo several times.

    Args:
        path: the photo.
        methods: the first is compared with each of the others.
        repeats: how often; medians are returned.
        progress: told what was done.

    Returns:
        A row for each method: faces, seconds of each stage, and how many times as long as the first method it took to detect
        and describe, and altogether.
    """
    rows: list[Row] = []
    for method in methods:
        looks = [method.look(path) for _ in range(repeats)]
        seconds = {stage: median(look.seconds[stage] for look in looks) for stage in STAGES}
        last = looks[-1]
        row: Row = {"method": method.name, "megapixels": last.width * last.height / 1e6, "faces": len(last.faces)}
        rows.append(row | {"seconds": seconds})
        progress(f"speed: {method.name} looked at the photo {repeats} times")
    for row in rows:
        row["times_ours"] = _work(row) / _work(rows[0])
        row["times_ours_with_decode"] = sum(row["seconds"].values()) / sum(rows[0]["seconds"].values())
    return rows


def _work(row: Row) -> float:
    return float(row["seconds"]["detect"] + row["seconds"]["describe"])
