"""Smaller copies of a decoded picture: renditions, face crops, the color of a placeholder."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processing import colors
from processing.contracts import Picture, Region

if TYPE_CHECKING:
    from PIL import Image

SIDES_PX = (320, 640, 1280, 2048)
QUALITY = 82
PROGRESSIVE_PX = 1280  # above, encoding so takes three times as long and saves 1.5 % of the bytes
CROP_QUALITY = 85
PLACEHOLDER_PX, PLACEHOLDER_QUALITY = 16, 40  # about 150 letters; enough to recognize light, sky and people
LONGEST_PLACEHOLDER = 400


@dataclass(frozen=True, slots=True)
class Rendition:
    """A JPEG copy: `side_px` is the size asked for, `width` and `height` are what it has."""

    side_px: int
    width: int
    height: int
    data: bytes


def make_copies(picture: Picture, sides: Sequence[int] = SIDES_PX) -> dict[int, Image.Image]:
    """Make smaller copies, each from the next larger one.

    Args:
        picture: decoded at the largest of `sides` or more.
        sides: longest sides in pixels.

    Returns:
        Image by side, largest first; never larger than the picture.
    """
    made: dict[int, Image.Image] = {}
    image = picture.image
    for side_px in sorted(set(sides), reverse=True):
        image = made[side_px] = colors.shrink(image, side_px)
    return made


def encode(copies: Mapping[int, Image.Image]) -> list[Rendition]:
    """Encode copies as renditions, in ascending order of their sides: JPEG, sRGB, no metadata."""
    return [
        Rendition(
            side_px, image.width, image.height, to_jpeg(image, is_progressive=side_px <= PROGRESSIVE_PX)
        )
        for side_px, image in sorted(copies.items())
    ]


def make_renditions(picture: Picture, sides: Sequence[int] = SIDES_PX) -> list[Rendition]:
    """Make smaller copies as files.

    Args:
        picture: decoded at the largest of `sides` or more.
        sides: longest sides in pixels.

    Returns:
        One rendition for each side, in ascending order; never larger than the picture.
    """
    return encode(make_copies(picture, sides))


def crop_face(picture: Picture, region: Region, side_px: int = 160, margin: float = 0.35) -> bytes:
    """Cut a square around a face.

    Args:
        picture: the photo, decoded at any size.
        region: the face, in pixels of the full size.
        side_px: side of the result.
        margin: share of the face's longer side that is added on each side; less at the photo's edge.

    Returns:
        JPEG, square, `side_px` wide.
    """
    from PIL import Image

    full_side = max(region.width, region.height) * (1 + 2 * margin)
    side = min(full_side, picture.width, picture.height) / picture.scale
    left = _inside((region.x + region.width / 2) / picture.scale - side / 2, side, picture.image.width)
    top = _inside((region.y + region.height / 2) / picture.scale - side / 2, side, picture.image.height)
    box = (left, top, min(left + side, picture.image.width), min(top + side, picture.image.height))
    crop = picture.image.resize((side_px, side_px), Image.Resampling.LANCZOS, box=box, reducing_gap=2.0)
    return to_jpeg(crop, quality=CROP_QUALITY)


def average_color(picture: Picture) -> str:
    """Name the picture's mean color as "#rrggbb", for the placeholder while it loads."""
    from PIL import Image

    red, green, blue = picture.image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    return f"#{red:02x}{green:02x}{blue:02x}"


def placeholder(image: Image.Image) -> str:
    """Make a picture so tiny that it travels with the page and is there before the photo.

    Args:
        image: mode RGB, of any size.

    Returns:
        WebP in base64, at most 400 letters; empty where it would be longer.
    """
    from PIL import Image

    scale = PLACEHOLDER_PX / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    tiny = image.convert("RGB").resize(size, Image.Resampling.BOX)
    stream = io.BytesIO()
    tiny.save(stream, "WEBP", quality=PLACEHOLDER_QUALITY, method=4)
    text = base64.b64encode(stream.getvalue()).decode("ascii")
    return text if len(text) <= LONGEST_PLACEHOLDER else ""


def to_jpeg(image: Image.Image, *, quality: int = QUALITY, is_progressive: bool = True) -> bytes:
    """Encode as a JPEG without metadata.

    Args:
        image: mode RGB or L.
        quality: 1 to 95.
        is_progressive: whether it is seen as a whole before it has come as a whole.

    Returns:
        The file's bytes.
    """
    stream = io.BytesIO()
    try:
        image.save(stream, "JPEG", quality=quality, progressive=is_progressive, optimize=True)
    except OSError:  # Pillow gives what is optimized a byte for each pixel; noise may need more
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def _inside(start: float, length: float, full: int) -> float:
    return max(0.0, min(start, full - length))
