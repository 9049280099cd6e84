"""Variations of photos with masks, for training: cut, turned, mirrored, recolored, with people of other photos put into them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST_PX = 720  # photos are kept at this size while training
PASTED_SHARE, LOOSE_SHARE = 0.3, 0.35
PERSON = 1  # its category in COCO
Photo = NDArray[np.uint8]
Mask = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sample:
    """A photo, uint8 RGB, and its mask, float32 0 to 1, both of one size."""

    stem: str
    photo: Photo
    mask: Mask


def load_samples(folder: Path, longest_px: int = LONGEST_PX) -> list[Sample]:
    """Read pairs of photo and mask, ordered by name; a mask of another size is scaled to its photo."""
    import cv2

    found = []
    for path in sorted((folder / "photos").iterdir()):
        mask_path = folder / "masks" / f"{path.stem}.png"
        if not mask_path.exists():
            continue
        read: Any = cv2.imread(str(path))
        photo: Any = cv2.cvtColor(read, cv2.COLOR_BGR2RGB)
        mask: Any = cv2.imread(str(mask_path), cv2.IMREAD_GRAYSCALE)
        found.append(_sample(path.stem, photo, mask, longest_px))
    return found


def load_coco(folder: Path, longest_px: int = LONGEST_PX) -> list[Sample]:
    """Read photos with COCO's marks (`instances_*.json`), ordered by name; what marks no person shows nobody."""
    import cv2

    found = []
    for listing in sorted(folder.glob("instances_*.json")):
        data = json.loads(listing.read_text(encoding="utf-8"))
        for image in data["images"]:
            path = folder / image["file_name"]
            if not path.exists():
                continue
            mask = np.zeros((image["height"], image["width"]), np.uint8)
            for mark in data["annotations"]:
                if mark["image_id"] == image["id"] and mark["category_id"] == PERSON:
                    _draw(mask, mark["segmentation"])
            read: Any = cv2.imread(str(path))
            found.append(_sample(path.stem, cv2.cvtColor(read, cv2.COLOR_BGR2RGB), 255 * mask, longest_px))
    return sorted(found, key=lambda one: one.stem)


def _sample(stem: str, photo: Any, mask: Any, longest_px: int) -> Sample:
    import cv2

    scale = min(1.0, longest_px / max(photo.shape[:2]))
    size = (round(photo.shape[1] * scale), round(photo.shape[0] * scale))
    photo = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    mask = cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR)
    return Sample(stem, photo, (mask > 127).astype(np.float32))


def _draw(canvas: NDArray[np.uint8], segmentation: Any) -> None:
    """Draw polygons, or runs of a crowd (column by column, beginning with what is not)."""
    import cv2

    if isinstance(segmentation, dict):
        runs = np.array(segmentation["counts"])
        flat = np.repeat(np.arange(len(runs)) % 2, runs).astype(bool)
        canvas[flat.reshape(canvas.shape[::-1]).T] = 1
        return
    for polygon in segmentation:
        cv2.fillPoly(canvas, [np.rint(np.array(polygon).reshape(-1, 1, 2)).astype(np.int32)], 1)


def varied(samples: Sequence[Sample], number: int, seed: int, side_px: int) -> tuple[Photo, Mask]:
    """Make one variation of a sample; the same seed gives the same.

    Returns:
        uint8 of shape (side_px, side_px, 3) and float32 of shape (side_px, side_px).
    """
    rng = np.random.default_rng(seed)
    photo, mask = samples[number].photo, samples[number].mask
    if rng.random() < PASTED_SHARE:
        photo, mask = _pasted(photo, mask, samples[int(rng.integers(len(samples)))], rng)
    photo, mask = _cut(photo, mask, rng, side_px)
    if rng.random() < 0.5:
        photo, mask = photo[:, ::-1], mask[:, ::-1]
    return _recolored(np.ascontiguousarray(photo), rng), np.ascontiguousarray(mask)


def _pasted(photo: Photo, mask: Mask, other: Sample, rng: Any) -> tuple[Photo, Mask]:
    """Put the person of another photo into this one."""
    import cv2

    rows, columns = np.flatnonzero(other.mask.any(1)), np.flatnonzero(other.mask.any(0))
    if not len(rows):
        return photo, mask
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    person: Any = other.photo[box]
    alpha: Any = other.mask[box]
    scale = rng.uniform(0.3, 1.0) * photo.shape[0] / person.shape[0]
    size = (max(2, round(person.shape[1] * scale)), max(2, round(person.shape[0] * scale)))
    person = cv2.resize(person, size, interpolation=cv2.INTER_AREA)
    alpha = cv2.GaussianBlur(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), (0, 0), 0.8)
    height, width = mask.shape
    left = int(rng.uniform(-0.3, 1 - 0.3 * min(1, size[0] / width)) * width)
    top = int(rng.uniform(0, max(0.2, 1 - 0.6 * size[1] / height)) * height)
    layer, cover = np.zeros_like(photo), np.zeros_like(mask)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + size[0]), min(height, top + size[1])
    if x1 <= x0 or y1 <= y0:
        return photo, mask
    layer[y0:y1, x0:x1] = person[y0 - top : y1 - top, x0 - left : x1 - left]
    cover[y0:y1, x0:x1] = alpha[y0 - top : y1 - top, x0 - left : x1 - left]
    mixed = photo * (1 - cover[:, :, None]) + layer * cover[:, :, None]
    return mixed.astype(np.uint8), np.maximum(mask, (cover > 0.5).astype(np.float32))


def _cut(photo: Photo, mask: Mask, rng: Any, side_px: int) -> tuple[Photo, Mask]:
    """Cut a square of any scale, turned a little, around the person or anywhere, and scale it."""
    import cv2

    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if len(rows) and rng.random() > LOOSE_SHARE:
        tall, wide = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
        side = max(tall, wide) * np.exp(rng.uniform(np.log(0.8), np.log(2.6)))
        middle = np.array([columns.mean(), (rows[0] + rows[-1]) / 2])
        middle += rng.uniform(-0.25, 0.25, 2) * side
    else:
        side = max(height, width) * rng.uniform(0.5, 1.1)
        middle = np.array([rng.uniform(0.35, 0.65) * width, rng.uniform(0.35, 0.65) * height])
    side = float(np.clip(side, 48, 1.25 * max(height, width)))
    aspect = np.exp(rng.uniform(-0.22, 0.22))
    turn = np.deg2rad(rng.normal(0, 6))
    scale = np.array([side_px / side * aspect**0.5, side_px / side / aspect**0.5])
    across = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * scale[:, None]
    matrix = np.hstack([across, (side_px / 2 - across @ middle)[:, None]])
    if scale.min() < 0.7:  # average first, or fine patterns flicker
        photo = np.asarray(cv2.GaussianBlur(photo, (0, 0), 0.4 / scale.min()), np.uint8)
    border = cv2.BORDER_REPLICATE if rng.random() < 0.5 else cv2.BORDER_CONSTANT
    made: Any = cv2.warpAffine(photo, matrix, (side_px, side_px), flags=cv2.INTER_LINEAR, borderMode=border)
    moved: Any = cv2.warpAffine(mask, matrix, (side_px, side_px), flags=cv2.INTER_LINEAR, borderMode=border)
    return made, moved


def _recolored(photo: Photo, rng: Any) -> Photo:
    import cv2

    values = photo.astype(np.float32) / 255
    values **= np.exp(rng.normal(0, 0.25))
    values *= np.exp(rng.normal(0, 0.08, 3)).astype(np.float32) * np.exp(rng.normal(0, 0.12))
    gray = values.mean(2, keepdims=True)
    values = gray + (values - gray) * (0.0 if rng.random() < 0.07 else rng.uniform(0.5, 1.4))
    values = values.mean() + (values - values.mean()) * rng.uniform(0.75, 1.25)
    if rng.random() < 0.2:
        values = cv2.GaussianBlur(values, (0, 0), rng.uniform(0.4, 1.5))
    if rng.random() < 0.3:
        values += rng.normal(0, rng.uniform(0.005, 0.04), values.shape).astype(np.float32)
    made: Photo = np.clip(values * 255, 0, 255).astype(np.uint8)
    return made
