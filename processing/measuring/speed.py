"""How long each method takes for one photo of a present-day camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

from processing import imaging
from processing.contracts import Region
from processing.errors import UnreadableImage
from processing.measuring.methods import STAGES, Look, Method, SeenFace
from processing.measuring.rooms import Progress

SIZE_PX = (4000, 3000)
FACES = 3
FACE_SHARE = 0.08  # of the photo's width: three people two or three metres away
AROUND = 1.5  # how much of the portrait is shown on each side of the face, in widths of the face
JPEG_QUALITY = 92
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A photo of one person, and where the face is, in full-size pixels."""

    path: Path
    face: Region


def make_photo(portraits: Sequence[Portrait], path: Path, size_px: tuple[int, int] = SIZE_PX) -> None:
    """Make a photo with three faces of the same size: people side by side before a background with some texture.

    Args:
        portraits: three at most are used.
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
    for at, portrait in enumerate(portraits[:FACES]):
        head = _head(portrait, round(FACE_SHARE * width))
        middle = round((at + 0.5) * width / min(FACES, len(portraits)))
        photo.paste(head, (middle - head.width // 2, (height - head.height) // 2))
    photo.save(path, quality=JPEG_QUALITY)


def choose_portraits(candidates: Sequence[tuple[Path, str]], method: Method) -> list[Portrait]:
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
        sized.append((-min(header.width, header.height), str(path), path, person))
    chosen: dict[Path, tuple[Portrait, str]] = {}
    for is_strict in (True, False):
        for _, _, path, person in sorted(sized):
            if len(chosen) == FACES:
                break
            if path not in chosen and not (is_strict and person in {name for _, name in chosen.values()}):
                faces = _faces(path, method)
                if len(faces) == 1:
                    chosen[path] = Portrait(path, faces[0].region), person
    return [portrait for portrait, _ in chosen.values()]


def _faces(path: Path, method: Method) -> Sequence[SeenFace]:
    try:
        return method.look(path).faces
    except UnreadableImage:
        return ()


def _head(portrait: Portrait, face_px: int) -> Image.Image:
    """Cut head and shoulders out, scaled so that the face is so wide."""
    image, face = imaging.open_picture(portrait.path).image, portrait.face
    margin = round(AROUND * face.width)
    box = (
        max(0, face.x - margin),
        max(0, face.y - margin),
        min(image.width, face.x + face.width + margin),
        min(image.height, face.y + face.height + margin),
    )
    cut, scale = image.crop(box), face_px / face.width
    size = (max(1, round(cut.width * scale)), max(1, round(cut.height * scale)))
    return cut.resize(size, Image.Resampling.LANCZOS)


def measure_speed(path: Path, methods: Sequence[Method], repeats: int, progress: Progress) -> list[Row]:
    """Look at one photo several times, the methods by turns, so that a busy moment troubles all of them.

    Args:
        path: the photo.
        methods: the first is compared with each of the others.
        repeats: how often; medians are returned.
        progress: told what was done.

    Returns:
        A row for each method: faces, seconds of each stage, and how many times as long as the first method it took to detect
        and describe, and altogether.
    """
    looks: dict[str, list[Look]] = {method.name: [] for method in methods}
    for repeat in range(repeats):
        for method in methods:
            looks[method.name].append(method.look(path))
        progress(f"speed: {repeat + 1} of {repeats} times looked at the photo")
    rows = [_row(name, made) for name, made in looks.items()]
    for row in rows:
        row["times_ours"] = _work(row) / _work(rows[0])
        row["times_ours_with_decode"] = sum(row["seconds"].values()) / sum(rows[0]["seconds"].values())
    return rows


def _row(name: str, looks: Sequence[Look]) -> Row:
    seconds = {stage: median(look.seconds[stage] for look in looks) for stage in STAGES}
    megapixels = looks[-1].width * looks[-1].height / 1e6
    return {"method": name, "megapixels": megapixels, "faces": len(looks[-1].faces), "seconds": seconds}


def _work(row: Row) -> float:
    return float(row["seconds"]["detect"] + row["seconds"]["describe"])
