"""Opens pictures safely: known formats only, limits before any decoding, right colors, the right way up.

Pillow's own limit (`Image.MAX_IMAGE_PIXELS`) belongs to the whole process and `Image.open` applies it; here the format's
reader is called directly, so that the limit is this call's and nobody else's setting changes.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from processing import colors, containers, metadata
from processing.contracts import Picture
from processing.errors import ImageTooLarge, UnreadableImage

if TYPE_CHECKING:
    from PIL import Image

HEAD_BYTES = 64
LARGE_PX = 1920  # from here on a sixteenth less is as good: 12 megapixels are decoded at half the size, three times as fast
# What the readers raise on damaged data, besides OSError: every one of them seen with files of Pillow's own tests.
READER_ERRORS = (
    OSError, SyntaxError, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, RuntimeError, EOFError,
    AssertionError, ZeroDivisionError, struct.error,
)  # fmt: skip
DAMAGED = (
    "The picture is damaged or was not copied completely: it can't be decoded to its end. "
    "Copy it once more from the camera or phone and add it again."
)
UNKNOWN = (
    "This file is no picture in a format that can be read. "
    "Save it as JPEG, PNG, WebP, HEIC, AVIF, TIFF or GIF and add it again."
)
EMPTY = "The file is empty. Copy it once more from the camera or phone and add it again."


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a picture may be: `pixels` before decoding, `bytes` of the file."""

    pixels: int = 200_000_000
    bytes: int = 1_000_000_000


class Probe(NamedTuple):
    """What a file's header says. Sizes are as displayed; a video may not say its own (0)."""

    format: str
    width: int
    height: int
    kind: str = "photo"


def open_picture(
    source: Path | BinaryIO, side_px: int | None = None, *, limits: Limits | None = None
) -> Picture:
    """Decode a picture once, scaled down while decoding where the format can.

    Args:
        source: the file, or a seekable binary stream (left open).
        side_px: the longest side wanted; None for full size. Never enlarged.
        limits: `Limits()` by default.

    Returns:
        The picture: RGB in the sRGB color space, turned as its EXIF says, transparent parts on white, the first frame of an
        animation.

    Raises:
        ImageTooLarge: more pixels or bytes than allowed; nothing was decoded.
        UnreadableImage: unknown format, empty, truncated or damaged.
    """
    with _stream(source) as stream:
        image = _open(stream, limits or Limits())
        size, tags = image.size, metadata.read_metadata(image)
        with _reading():
            if side_px:
                _draft(image, side_px)
            image.load()
            if (
                image.format == "PNG"
            ):  # its EXIF may come after its pixels; a TIFF lets go of it while loading
                tags = metadata.read_metadata(image)
            width, height = _displayed_size(image, size)
            displayed = colors.to_display(image, side_px)
    path = source if isinstance(source, Path) else None
    return Picture(path, displayed, width, height, image.format or "", tags)


def probe(source: Path | BinaryIO, *, limits: Limits | None = None) -> Probe:
    """Say what a file is from its header, without decoding it: cheap enough for a web request.

    Args:
        source: the file, or a seekable binary stream (left open).
        limits: `Limits()` by default.

    Returns:
        Format, width and height as displayed, and "photo" or "video".

    Raises:
        ImageTooLarge: more pixels or bytes than allowed.
        UnreadableImage: unknown format, empty, or a header that makes no sense.
    """
    with _stream(source) as stream:
        head = stream.read(HEAD_BYTES)
        if containers.is_video(head):
            movie = containers.read_movie(stream)
            if movie is None:
                raise UnreadableImage(
                    "The video is damaged or was not copied completely: it has no index. "
                    "Copy it once more from the camera or phone and add it again."
                )
            return Probe(movie.format, movie.width, movie.height, "video")
        image = _open(stream, limits or Limits())
        return Probe(image.format or "", *_displayed_size(image, image.size))


def reduced(
    picture: Picture, side_px: int, copies: Mapping[int, Image.Image] = MappingProxyType({})
) -> Picture:
    """Make a smaller copy of a decoded picture; the same object if it is small enough.

    Args:
        picture: any picture.
        side_px: the longest side wanted; 0 leaves it as it is.
        copies: smaller images of it by their longest side: one at least twice as large is taken instead of the picture.

    Returns:
        A picture whose longer side is at most `side_px`.
    """
    if not side_px or max(picture.image.size) <= side_px:
        return picture
    source = min((side for side in copies if side >= 2 * side_px), default=0)
    return replace(picture, image=colors.shrink(copies[source] if source else picture.image, side_px))


def _open(stream: BinaryIO, limits: Limits) -> Image.Image:
    """Read the header and hold it to the limits."""
    length = stream.seek(0, io.SEEK_END)
    if length == 0:
        raise UnreadableImage(EMPTY)
    if length > limits.bytes:
        raise ImageTooLarge(
            f"The file has {length / 1e6:,.0f} MB; at most {limits.bytes / 1e6:,.0f} MB are allowed. Add a smaller copy of it."
        )
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    factory = _factory(head)
    if factory is None:
        raise UnreadableImage(UNKNOWN)
    stream.seek(0)
    with _reading():
        image = factory(stream, "")
        width, height = image.size
    if width < 1 or height < 1:
        raise UnreadableImage(DAMAGED)
    if width * height > limits.pixels:
        raise ImageTooLarge(
            f"The picture has {width} x {height} pixels, {width * height / 1e6:,.0f} million; "
            f"at most {limits.pixels / 1e6:,.0f} million are allowed. Add a smaller copy of it."
        )
    return image


def _displayed_size(image: Image.Image, stored: tuple[int, int]) -> tuple[int, int]:
    """Swap the sides if the picture lies on its side. The reader of TIFF has done it already."""
    is_turned = image.format != "TIFF" and metadata.orientation(image) >= 5
    return (stored[1], stored[0]) if is_turned else stored


def _factory(head: bytes) -> Any:
    """Choose the reader by the first bytes; None if the format is not one of those allowed."""
    if head[:3] == b"\xff\xd8\xff":
        from PIL.JpegImagePlugin import jpeg_factory

        return jpeg_factory
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        from PIL.PngImagePlugin import PngImageFile as Reader
    elif head[:6] in (b"GIF87a", b"GIF89a"):
        from PIL.GifImagePlugin import GifImageFile as Reader  # type: ignore[assignment]
    elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        from PIL.WebPImagePlugin import WebPImageFile as Reader  # type: ignore[assignment]
    elif head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        from PIL.TiffImagePlugin import TiffImageFile as Reader  # type: ignore[assignment]
    else:
        major, compatible = containers.brands(head)
        if b"avif" in (major, *compatible) or major == b"avis":
            from PIL.AvifImagePlugin import AvifImageFile as Reader  # type: ignore[assignment]
        elif major in containers.PICTURE_BRANDS:
            from pillow_heif.as_plugin import HeifImageFile as Reader  # type: ignore[assignment]
        else:
            return None
    return Reader


def _draft(image: Image.Image, side_px: int) -> None:
    """Ask a JPEG for a decode at 1/2, 1/4 or 1/8, still at least `side_px` long, or nearly: 4,000 px are halved for 2,048."""
    if image.format in ("JPEG", "MPO"):
        longest = max(image.size)
        if side_px >= LARGE_PX:
            side_px = side_px * 15 // 16
        image.draft(
            None, (max(1, image.width * side_px // longest), max(1, image.height * side_px // longest))
        )


@contextmanager
def _stream(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(source, Path):
        source.seek(0)
        yield source
        return
    try:
        stream = source.open("rb")
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise UnreadableImage(
            f"The file can't be opened ({reason}). Check that it is there and may be read."
        ) from error
    with stream:
        yield stream


@contextmanager
def _reading() -> Iterator[None]:
    """Turn whatever a reader raises on bad data into one sentence."""
    from PIL import Image

    try:
        yield
    except (Image.DecompressionBombError, MemoryError) as error:
        raise ImageTooLarge(
            "The picture needs more memory than is allowed. Add a smaller copy of it."
        ) from error
    except READER_ERRORS as error:
        raise UnreadableImage(DAMAGED) from error
