"""Pictures for invented rooms: a few files of different shapes, shared by all photos, so that a grid has something to show."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F
from django.db.models.functions import Mod

from albums.models import Face, Photo, Rendition, Room

if TYPE_CHECKING:
    from PIL import Image

SHAPES = ((4032, 3024), (4032, 3024), (3024, 4032), (1080, 1920), (3000, 3000), (6000, 2600), (3024, 4032))
SIDES_PX = (320, 640, 1280)
VARIANTS = 35


def give_pictures(room: Room, sources: Sequence[Path] = ()) -> None:
    """Let every photo of a room show one of a few pictures: of these files, or invented ones."""
    Face.objects.filter(room=room).update(crop="")
    for variant in range(VARIANTS):
        image = _open(sources[variant % len(sources)]) if sources else _invent(variant)
        _give(room, variant, image)


def _give(room: Room, variant: int, image: Image.Image) -> None:
    from processing.renditions import placeholder, to_jpeg

    width, height = image.size if image.width > 1000 else SHAPES[variant % len(SHAPES)]
    photos = Photo.objects.filter(room=room).annotate(variant=Mod(F("pk"), VARIANTS)).filter(variant=variant)
    photos.update(width=width, height=height, color=_color(image), placeholder=placeholder(image))
    rows = Rendition.objects.filter(photo__room=room).annotate(variant=Mod(F("photo_id"), VARIANTS))
    for side in SIDES_PX:
        copy = image.copy()
        copy.thumbnail((side, side))
        name = default_storage.save(f"invented/{variant}-{side}.jpg", ContentFile(to_jpeg(copy)))
        same = rows.filter(variant=variant, side_px=side)
        same.update(file=name, width=copy.width, height=copy.height, size_bytes=default_storage.size(name))


def _open(path: Path) -> Image.Image:
    from PIL import Image, ImageOps

    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((1280, 1280))
    return upright


def _invent(variant: int) -> Image.Image:
    """Spots of color, different for each variant and always the same."""
    from PIL import Image

    chance = random.Random(variant)  # noqa: S311 (always the same)
    width, height = SHAPES[variant % len(SHAPES)]
    scale = 1280 / max(width, height)
    spots = Image.new("RGB", (6, 6))
    spots.putdata([tuple(chance.randrange(40, 230) for _ in range(3)) for _ in range(36)])
    return spots.resize((round(width * scale), round(height * scale)), Image.Resampling.BICUBIC)


def _color(image: Image.Image) -> str:
    red, green, blue = image.resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    return f"#{red:02x}{green:02x}{blue:02x}"
