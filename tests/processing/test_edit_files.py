"""Files of edited photos: what can be encoded at all, and what is taken over from the original."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from processing.edit_files import encode_all, encode_full, encode_preview
from processing.renditions import SIDES_PX


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_a_photo_of_noise_is_encoded_though_it_needs_more_than_a_byte_for_a_pixel():
    pixels = (np.random.default_rng(0).integers(0, 2, (500, 700, 3)) * 255).astype(np.uint8)
    file = encode_full(pixels)
    assert len(file.data) > 500 * 700
    assert (file.content_type, opened(file.data).size) == ("image/jpeg", (700, 500))


@pytest.mark.parametrize("size", [(66_000, 4), (4, 66_000)])
def test_a_photo_that_is_too_long_for_a_jpeg_is_a_png(size):
    made = encode_all(np.full((size[1], size[0], 3), (9, 120, 200), np.uint8))
    full = made.files[0]
    assert (full.content_type, full.suffix, (full.width, full.height)) == ("image/png", ".png", size)
    image = opened(full.data)
    assert (image.size, image.mode, image.getpixel((2, 2))) == (size, "RGB", (9, 120, 200))
    assert {file.content_type for file in made.files[1:]} == {"image/jpeg"}
    assert [file.side_px for file in made.files[1:]] == sorted(SIDES_PX, reverse=True)


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1)])
@pytest.mark.parametrize("channels", [3, 4])
def test_the_smallest_photos_have_all_copies(size, channels):
    made = encode_all(np.full((size[1], size[0], channels), 128, np.uint8))
    assert (made.width, made.height) == size
    assert len(made.files) == 1 + len(SIDES_PX)
    assert made.color.startswith("#")


def test_nothing_lies_under_a_picture_with_transparent_parts():
    pixels = np.full((60, 80, 4), 255, np.uint8)
    pixels[:, :, 0] = np.arange(80)
    assert encode_all(pixels).placeholder == encode_all(pixels[:, :, :3]).placeholder != ""
    pixels[:30, :, 3] = 0
    assert encode_all(pixels).placeholder == ""


def test_no_picture_of_the_original_is_taken_over():
    inner = io.BytesIO()
    Image.new("RGB", (16, 12), "red").save(inner, "JPEG")
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif[0x0112] = 6
    exif.get_ifd(0x8769).update({0x9003: "2020:01:01 10:00:00", 0x927C: b"maker" + inner.getvalue()})
    original = io.BytesIO()
    Image.new("RGB", (80, 60)).save(original, "JPEG", exif=exif)
    taken = opened(encode_full(np.zeros((30, 40, 3), np.uint8), original, "JPEG").data)
    assert inner.getvalue()[20:60] not in taken.info["exif"]
    assert taken.getexif()[0x010F] == "Camera"
    assert dict(taken.getexif().get_ifd(0x8769)) == {0x9003: "2020:01:01 10:00:00"}
    assert 0x0112 not in taken.getexif()


@pytest.mark.parametrize(("channels", "kind"), [(3, "image/jpeg"), (4, "image/webp")])
def test_a_preview_is_no_larger_than_asked_for(channels, kind):
    """A small photo may be made 16,384 pixels wide, which is more than WebP has room for."""
    file = encode_preview(np.full((16, 16_384, channels), 120, np.uint8), 2048)
    assert (file.content_type, file.width, file.height) == (kind, 2048, 2)
    assert opened(file.data).size == (2048, 2)
