"""Smaller copies: sizes, colors, crops."""

import base64
import io

import pytest
from PIL import Image

from processing import imaging, renditions
from processing.contracts import Picture, Region
from tests.samples import encoded, jpeg, picture


def as_picture(image: Image.Image, width: int = 0, height: int = 0) -> Picture:
    return Picture(None, image, width or image.width, height or image.height, "JPEG")


def read(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_renditions_have_the_sides_asked_for_and_what_they_say():
    made = renditions.make_renditions(as_picture(picture(3000, 1500)))
    assert [(one.side_px, one.width, one.height) for one in made] == [
        (320, 320, 160),
        (640, 640, 320),
        (1280, 1280, 640),
        (2048, 2048, 1024),
    ]
    assert [read(one.data).size for one in made] == [(320, 160), (640, 320), (1280, 640), (2048, 1024)]


def test_a_small_picture_is_not_enlarged():
    made = renditions.make_renditions(as_picture(picture(400, 300)))
    assert [(one.side_px, one.width, one.height) for one in made] == [
        (320, 320, 240),
        (640, 400, 300),
        (1280, 400, 300),
        (2048, 400, 300),
    ]


def test_renditions_are_progressive_and_carry_no_metadata():
    source = imaging.open_picture(io.BytesIO(jpeg(400, 300, taken_at="2026:06:20 18:03:11", orientation=6)))
    for one in renditions.make_renditions(source, sides=(320,)):
        image = read(one.data)
        assert image.info.get("progressive")
        assert not image.getexif()
        assert "icc_profile" not in image.info


def test_average_color_is_that_of_the_pixels():
    image = Image.new("RGB", (100, 100), (255, 0, 0))
    image.paste((0, 0, 255), (0, 0, 100, 50))
    assert renditions.average_color(as_picture(image)) in ("#800080", "#7f007f", "#80007f", "#7f0080")


@pytest.mark.parametrize("place", [(0, 0), (380, 280), (200, 150)])
def test_a_face_crop_is_square_and_holds_the_face(place):
    image = Image.new("RGB", (400, 300), "white")
    image.paste((255, 0, 0), (*place, place[0] + 20, place[1] + 20))
    crop = read(renditions.crop_face(as_picture(image), Region(*place, 20, 20)))
    assert crop.size == (160, 160)
    reds = sum(count for count, (red, green, _) in crop.getcolors(160 * 160) if red > 200 and green < 80)
    assert 0.2 < reds / (160 * 160) < 0.4  # (1 / 1.7) squared is 0.35


def test_a_crop_uses_full_size_pixels_of_a_reduced_picture():
    image = Image.new("RGB", (400, 300), "white")
    image.paste((255, 0, 0), (100, 100, 120, 120))
    crop = read(renditions.crop_face(as_picture(image, 4000, 3000), Region(1000, 1000, 200, 200)))
    assert crop.getpixel((80, 80))[1] < 40
    assert crop.getpixel((4, 4))[1] > 200


def test_a_face_as_large_as_the_photo_can_be_cropped():
    assert read(renditions.crop_face(as_picture(picture(50, 40)), Region(0, 0, 50, 40))).size == (160, 160)


def test_the_color_of_a_decoded_file_is_near_the_original():
    made = imaging.open_picture(io.BytesIO(encoded(Image.new("RGB", (64, 64), (10, 200, 30)))))
    assert renditions.average_color(made)[1:3] in {f"{value:02x}" for value in range(6, 15)}


def test_a_placeholder_is_tiny_and_keeps_the_shape():
    image = as_picture(picture(3000, 1500)).image
    text = renditions.placeholder(image)
    tiny = read(base64.b64decode(text))
    assert (tiny.format, tiny.size) == ("WEBP", (16, 8))
    assert 0 < len(text) <= renditions.LONGEST_PLACEHOLDER
    assert renditions.placeholder(image.resize((1, 1000)))  # the narrowest strip has at least a pixel
