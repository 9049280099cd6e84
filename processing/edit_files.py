"""Encodes edited photos: the large copy with what the original's metadata says, the smaller ones, the tiny one."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from processing.colors import shrink
from processing.exporting import exif_copy, jpeg_files
from processing.renditions import PROGRESSIVE_PX, SIDES_PX, placeholder, to_jpeg

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

FULL = 0  # the side of the copy that is as large as the recipe says
FULL_QUALITY = 92
WEBP_QUALITY = 82
MOST_JPEG_PX = 65_500  # of a side, as libjpeg has it


@dataclass(frozen=True, slots=True)
class EditedFile:
    """An encoded copy; `side_px` is the size asked for, 0 the full one."""

    side_px: int
    width: int
    height: int
    content_type: str
    suffix: str
    data: bytes


@dataclass(frozen=True, slots=True)
class EditedFiles:
    """All copies of one edited photo, the full one first.

    `placeholder` as in `renditions.placeholder`, empty where parts are transparent; `color` "#rrggbb".
    """

    width: int
    height: int
    files: list[EditedFile]
    placeholder: str
    color: str


def encode_all(
    pixels: NDArray[np.uint8], original: BinaryIO | None = None, file_format: str = ""
) -> EditedFiles:
    """Encode what came of a recipe.

    Args:
        pixels: uint8 of shape (h, w, 3), or (h, w, 4) where parts are transparent.
        original: seekable; date, place and camera are taken over from it.
        file_format: Pillow's name of its format.

    Returns:
        The full copy (JPEG; PNG if transparent or too long for a JPEG) and one for each of `SIDES_PX` (JPEG, WebP if transparent).
    """
    from PIL import Image

    image = Image.fromarray(pixels)
    exif = exif_copy.upright_exif(original, file_format) if original is not None else b""
    files = [_full(image, exif)]
    for side_px in sorted(SIDES_PX, reverse=True):
        image = shrink(image, side_px)
        files.append(_small(image, side_px))
    opaque = _on_white(image)
    # whatever lies under a picture with transparent parts is seen through them for good
    tiny = placeholder(opaque) if not _is_seen_through(image) else ""
    return EditedFiles(files[0].width, files[0].height, files, tiny, _mean(opaque))


def encode_full(
    pixels: NDArray[np.uint8], original: BinaryIO | None = None, file_format: str = ""
) -> EditedFile:
    """Encode only the full copy; arguments as of `encode_all`."""
    from PIL import Image

    exif = exif_copy.upright_exif(original, file_format) if original is not None else b""
    return _full(Image.fromarray(pixels), exif)


def encode_preview(pixels: NDArray[np.uint8], side_px: int) -> EditedFile:
    """Encode what an editor's page shows while somebody is at work: quickly, and no larger than it has asked for."""
    from PIL import Image

    image = shrink(Image.fromarray(pixels), side_px)
    return _small(image, max(image.size), is_quick=True)


def _full(image: Image.Image, exif: bytes) -> EditedFile:
    size = (image.width, image.height)
    stream = io.BytesIO()
    if image.mode == "RGBA" or max(size) > MOST_JPEG_PX:
        image.save(stream, "PNG", compress_level=4, **({"exif": b"Exif\0\0" + exif} if exif else {}))
        return EditedFile(FULL, *size, "image/png", ".png", stream.getvalue())
    data = to_jpeg(image, quality=FULL_QUALITY, is_progressive=False)
    data = data[:2] + jpeg_files.exif_segment(exif) + data[2:] if exif else data
    return EditedFile(FULL, *size, "image/jpeg", ".jpg", data)


def _small(image: Image.Image, side_px: int, *, is_quick: bool = False) -> EditedFile:
    size = (image.width, image.height)
    if image.mode == "RGBA":
        stream = io.BytesIO()
        image.save(stream, "WEBP", quality=WEBP_QUALITY, method=0 if is_quick else 4)
        return EditedFile(side_px, *size, "image/webp", ".webp", stream.getvalue())
    data = to_jpeg(image, is_progressive=not is_quick and side_px <= PROGRESSIVE_PX)
    return EditedFile(side_px, *size, "image/jpeg", ".jpg", data)


def _is_seen_through(image: Image.Image) -> bool:
    return image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255)


def _on_white(image: Image.Image) -> Image.Image:
    from PIL import Image

    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _mean(image: Image.Image) -> str:
    from PIL import Image

    red, green, blue = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    return f"#{red:02x}{green:02x}{blue:02x}"
