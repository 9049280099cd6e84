"""Opening pictures: right pixels for good files, one sentence for bad ones."""

import io
import random
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile

from processing import imaging
from processing.errors import ImageTooLarge, UnreadableImage
from tests.samples import encoded, jpeg, picture

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
SENTENCE_END = "."


def opened(data: bytes, side_px: int | None = None, **limits: int):
    return imaging.open_picture(io.BytesIO(data), side_px, limits=imaging.Limits(**limits))


def is_near(
    image: Image.Image, place: tuple[int, int], color: tuple[int, int, int], tolerance: int = 12
) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(image.getpixel(place), color, strict=True))


def quarters() -> Image.Image:
    """Red and green above, blue and white below, 64 x 48: every turn of it is different."""
    image = Image.new("RGB", (64, 48), WHITE)
    image.paste(RED, (0, 0, 32, 24))
    image.paste(GREEN, (32, 0, 64, 24))
    image.paste(BLUE, (0, 24, 32, 48))
    return image


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF", "HEIF", "MPO"])
def test_every_allowed_format_is_opened_and_probed(file_format):
    if file_format == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    data = encoded(quarters(), file_format)
    made = opened(data)
    assert (made.width, made.height, made.image.mode) == (64, 48, "RGB")
    assert is_near(made.image, (8, 8), RED, 40)
    assert is_near(made.image, (56, 40), WHITE, 40)
    probe = imaging.probe(io.BytesIO(data))
    assert (probe.width, probe.height, probe.kind) == (64, 48, "photo")
    assert probe.format in (file_format, "JPEG")


TURNS = {  # orientation: colors at the top left, top right, bottom left as displayed
    1: (RED, GREEN, BLUE),
    2: (GREEN, RED, WHITE),
    3: (WHITE, BLUE, GREEN),
    4: (BLUE, WHITE, RED),
    5: (RED, BLUE, GREEN),
    6: (BLUE, RED, WHITE),
    7: (WHITE, GREEN, BLUE),
    8: (GREEN, WHITE, RED),
}


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", sorted(TURNS))
def test_exif_orientation_is_applied_to_pixels_and_size(file_format, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(quarters(), file_format, exif=exif)
    made = opened(data)
    width, height = (48, 64) if orientation >= 5 else (64, 48)
    assert (made.width, made.height) == made.image.size == (width, height)
    assert imaging.probe(io.BytesIO(data))[1:3] == (width, height)
    corners = [(6, 6), (width - 7, 6), (6, height - 7)]
    assert [
        is_near(made.image, corner, color, 60)
        for corner, color in zip(corners, TURNS[orientation], strict=True)
    ] == [True] * 3


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_means_nothing_is_ignored(value):
    exif = Image.Exif()
    exif[0x0112] = value
    assert opened(encoded(quarters(), exif=exif)).image.size == (64, 48)


def test_a_large_jpeg_is_decoded_small_and_remembers_its_full_size():
    made = opened(encoded(picture(4000, 3000)), 800)
    assert made.image.size == (800, 600)
    assert (made.width, made.height, made.scale) == (4000, 3000, 5.0)


def test_a_small_picture_is_never_enlarged():
    assert opened(jpeg(64, 48), 2048).image.size == (64, 48)


def test_reduced_keeps_the_full_size():
    made = imaging.reduced(opened(encoded(picture(400, 300))), 100)
    assert (made.image.size, made.width, made.scale) == ((100, 75), 400, 4.0)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_parts_are_white(mode):
    image = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    image.putpixel((4, 4), (0, 0, 0, 255))
    data = encoded(image.convert(mode), "PNG")
    made = opened(data).image
    assert made.getpixel((0, 0)) == WHITE
    assert made.getpixel((4, 4)) == (0, 0, 0)


def test_transparency_survives_scaling():
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 200, 400))
    made = opened(encoded(image, "PNG"), 40).image
    assert made.size == (40, 40)
    assert made.getpixel((5, 20)) == RED
    assert made.getpixel((35, 20)) == WHITE


def test_black_and_white_is_scaled_to_gray():
    dots = Image.effect_noise((200, 200), 200).convert("1")
    assert len(opened(encoded(dots, "PNG"), 20).image.getcolors(400)) > 10


def test_16_bit_gray_keeps_its_middle_gray():
    values = np.full((8, 8), 32768, np.uint16)
    made = opened(encoded(Image.fromarray(values), "PNG")).image
    assert made.getpixel((3, 3)) == (127, 127, 127)


def test_cmyk_becomes_rgb():
    made = opened(encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)))).image
    assert made.mode == "RGB"
    assert is_near(made, (8, 8), RED, 40)


def test_an_animation_shows_its_first_frame():
    frames = [Image.new("RGB", (16, 16), color) for color in (RED, BLUE)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    assert is_near(opened(stream.getvalue()).image, (8, 8), RED)


def test_a_color_profile_is_converted_to_srgb_and_a_broken_one_ignored():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert opened(encoded(quarters(), icc_profile=lab)).image.info == {}
    assert is_near(opened(encoded(quarters(), "PNG", icc_profile=b"no profile")).image, (8, 8), RED)


def test_the_shared_limit_of_pillow_stays_as_it_was():
    before = Image.MAX_IMAGE_PIXELS
    opened(jpeg())
    assert before == Image.MAX_IMAGE_PIXELS
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


def test_probing_decodes_nothing_and_opening_finds_damaged_pixels():
    whole = encoded(Image.effect_noise((64, 64), 90), "PNG")
    at = whole.index(b"IDAT")
    (length,) = struct.unpack(">I", whole[at - 4 : at])
    content = whole[at : at + 40] + b"\xff" * (length - 36)
    damaged = whole[:at] + content + struct.pack(">I", zlib.crc32(content)) + whole[at + 4 + length + 4 :]
    assert imaging.probe(io.BytesIO(damaged))[:3] == ("PNG", 64, 64)
    with pytest.raises(UnreadableImage, match="damaged"):
        opened(damaged)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and brings almost no data."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )


def gif_header(width: int, height: int) -> bytes:
    return (
        b"GIF89a"
        + struct.pack("<HH", width, height)
        + b"\x80\0\0"
        + b"\0\0\0\xff\xff\xff"
        + (b"," + struct.pack("<HHHHB", 0, 0, 8, 8, 0) + b"\x02\x02\x8c\x01\0;")
    )


def tiff_header(width: int, height: int) -> bytes:
    tags = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (279, 4, 1),
    ]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0)


@pytest.mark.parametrize(
    "data",
    [png_header(100_000, 100_000), gif_header(31_623, 31_623), tiff_header(60_000, 60_000)],
    ids=["png", "gif", "tiff"],
)
def test_a_decompression_bomb_is_refused_from_its_header(data):
    for refuse in (imaging.probe, imaging.open_picture):
        with pytest.raises(ImageTooLarge, match="million are allowed") as caught:
            refuse(io.BytesIO(data))
        assert str(caught.value).endswith(SENTENCE_END)


def test_limits_are_those_of_the_call():
    data = encoded(picture(100, 100))
    assert opened(data, pixels=10_000).width == 100
    with pytest.raises(ImageTooLarge, match="100 x 100"):
        opened(data, pixels=9_999)
    with pytest.raises(ImageTooLarge, match="MB are allowed"):
        opened(data, bytes=len(data) - 1)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_file_is_an_error_and_no_gray_bar(file_format, share):
    rng = np.random.default_rng(1)
    whole = encoded(Image.fromarray(rng.integers(0, 256, (120, 160, 3), np.uint8)), file_format)
    with pytest.raises(UnreadableImage):
        opened(whole[: int(len(whole) * share)])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"Dear diary, today I did nothing.", "no picture"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 100, "damaged"),
        (b"BM" + b"\0" * 100, "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 64, "damaged"),
        (b"\0\0\0\x18ftypqt  " + b"\0" * 64, "no index"),
    ],
)
def test_what_is_no_picture_gets_a_sentence(data, words):
    with pytest.raises(UnreadableImage, match=words) as caught:
        imaging.probe(io.BytesIO(data))
    assert str(caught.value).endswith(SENTENCE_END)


def test_a_missing_file_gets_a_sentence(tmp_path):
    with pytest.raises(UnreadableImage, match="can't be opened"):
        imaging.open_picture(tmp_path / "gone.jpg")


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF"])
def test_damaged_bytes_never_raise_anything_but_our_errors(file_format):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Maker", 6
    options = {} if file_format == "GIF" else {"exif": exif}
    whole = encoded(picture(80, 60), file_format, **options)
    chance = random.Random(7)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(min(len(data), 400))] = chance.randrange(256)
        for read in (imaging.probe, imaging.open_picture):
            try:
                read(io.BytesIO(bytes(data)))
            except UnreadableImage as error:
                assert str(error).endswith(SENTENCE_END)  # noqa: PT017 (most of these files are still readable)
