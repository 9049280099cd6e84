"""The photos of the demonstration: from Python packages, dated and put together so that a room has something to show."""

import importlib.util
import io
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from PIL import Image

SAMPLES = Path(settings.BASE_DIR) / ".cache/samples"
DATE_TIME_ORIGINAL = 0x9003
EXIF_FOLDER = 0x8769
BEGAN_AT = datetime(2026, 6, 20, 17, 40)  # noqa: DTZ001 (a camera's clock, as EXIF has it)
PAUSE = timedelta(minutes=23)
GROUP_SIDE_PX = 1200
GPS_FOLDER = 0x8825
# Where the party went: from noon to night through three towns, every few photos.
TOWNS = ((43.7696, 11.2558), (43.3188, 11.3308), (41.9028, 12.4964))
PHOTOS_PER_TOWN = 6
# Parts of a picture, as fractions of its width and height, that are photos of their own: a second, nearer shot.
NEARER = {
    "astronaut": (0.1, 0, 0.85, 0.75),
    "chelsea": (0.2, 0.05, 0.95, 0.95),
    "coffee": (0.1, 0.1, 0.9, 1),
    "china": (0, 0.1, 0.75, 1),
    "flower": (0.15, 0, 1, 0.85),
}


def sample_photos() -> list[tuple[str, bytes]]:
    """Name and content of each photo: single people first, then a group, then the rest of the day."""
    faces = sorted((SAMPLES / "faces").glob("*.jpg"))
    pictures = [*sorted((SAMPLES / "pictures").iterdir()), *bundled()] if faces else bundled()
    photos = [(path.stem, opened(path)) for path in faces]
    halves = {path.stem: path for path in faces}
    if {"obama3", "biden"} <= halves.keys():  # two halves of one photo
        photos.append(("together", side_by_side(opened(halves["obama3"]), opened(halves["biden"]))))
    for path in pictures:
        picture = opened(path)
        photos.append((path.stem, picture))
        if path.stem in NEARER:
            photos.append((f"{path.stem}-nearer", part(picture, NEARER[path.stem])))
    return [
        (f"{name}.jpg", dated(image, BEGAN_AT + n * PAUSE, TOWNS[n // PHOTOS_PER_TOWN % len(TOWNS)]))
        for n, (name, image) in enumerate(photos)
    ]


def part(image: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    """A part of a picture, given by fractions of its sides: left, top, right, bottom."""
    left, top, right, bottom = box
    width, height = image.size
    return image.crop((int(left * width), int(top * height), int(right * width), int(bottom * height)))


def bundled() -> list[Path]:
    """The two photos that scikit-learn brings; found without importing it, which would take a second."""
    spec = importlib.util.find_spec("sklearn")
    folders = spec.submodule_search_locations if spec else None
    return sorted(path for folder in folders or [] for path in Path(folder).glob("datasets/images/*.jpg"))


def opened(path: Path) -> Image.Image:
    """A photo, decoded."""
    with Image.open(path) as image:
        return image.convert("RGB")


def side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    """Two photos as one, at the same height."""
    parts = [
        part.resize((part.width * GROUP_SIDE_PX // part.height, GROUP_SIDE_PX)) for part in (left, right)
    ]
    both = Image.new("RGB", (sum(part.width for part in parts), GROUP_SIDE_PX))
    both.paste(parts[0], (0, 0))
    both.paste(parts[1], (parts[0].width, 0))
    return both


def dated(image: Image.Image, moment: datetime, position: tuple[float, float] | None = None) -> bytes:
    """The bytes of a JPEG that says when, and perhaps where (latitude and longitude), it was taken."""
    exif = Image.Exif()
    exif.get_ifd(EXIF_FOLDER)[DATE_TIME_ORIGINAL] = moment.strftime("%Y:%m:%d %H:%M:%S")
    if position:
        latitude, longitude = position
        exif.get_ifd(GPS_FOLDER).update(
            {
                1: "N" if latitude > 0 else "S",
                2: degrees(latitude),
                3: "E" if longitude > 0 else "W",
                4: degrees(longitude),
            }
        )
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90, exif=exif)
    return buffer.getvalue()


def degrees(angle: float) -> tuple[float, float, float]:
    """Degrees, minutes and seconds, as EXIF has them."""
    minutes, seconds = divmod(round(abs(angle) * 3600, 2), 60)
    whole, minutes = divmod(minutes, 60)
    return whole, minutes, seconds
