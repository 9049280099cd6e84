"""What a copy of other pixels takes over from the EXIF part of its original."""

from __future__ import annotations

import io

import pytest
from PIL import Image, TiffImagePlugin

from processing.exporting.exif_copy import upright_exif
from processing.exporting.png_files import chunks


def tags_of(data: bytes) -> tuple[dict[int, object], dict[int, object]]:
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + data)
    return dict(exif), dict(exif.get_ifd(0x8769))


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_where_the_subject_was_and_how_its_colors_were_kept_stay_behind(file_format):
    exif = Image.Exif()
    exif[0x010F], exif[0x013E], exif[0x013F] = "Camera", (0.313, 0.329), (0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
    exif.get_ifd(0x8769).update(
        {0x9003: "2020:01:01 10:00:00", 0x9214: (30, 20, 8, 8), 0xA214: (30, 20), 0xA500: 2.2}
    )
    original = io.BytesIO()
    Image.new("RGB", (64, 48)).save(original, file_format, exif=exif)
    main, camera = tags_of(upright_exif(original, file_format))
    assert main.keys() - {0x8769} == {0x010F}
    assert camera == {0x9003: "2020:01:01 10:00:00"}


def test_layers_and_places_in_the_old_file_stay_behind():
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[0x010F] = "Camera"
    for tag in (0x935C, 0xC634, 0x8649):
        tags[tag] = b"Adobe Photoshop Document Data Block" + bytes(70_000)
        tags.tagtype[tag] = 7
    tags[0x0201], tags[0x0202], tags[0x014A] = 77, 88, 1234
    original = io.BytesIO()
    Image.new("RGB", (64, 48)).save(original, "TIFF", tiffinfo=tags)
    made = upright_exif(original, "TIFF")
    assert tags_of(made)[0] == {0x010F: "Camera"}
    assert b"Photoshop" not in made


def test_what_a_png_says_behind_its_pixels_is_taken_over():
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8769)[0x9003] = "2020:01:01 10:00:00"
    original = io.BytesIO()
    Image.new("RGB", (64, 48)).save(original, "PNG", exif=exif)
    data = original.getvalue()
    found = {chunk.kind: data[chunk.start : chunk.stop] for chunk in chunks(original, len(data))}
    late = data[:8] + b"".join(found[kind] for kind in (b"IHDR", b"IDAT", b"eXIf", b"IEND"))
    assert Image.open(io.BytesIO(late)).info == {}
    main, camera = tags_of(upright_exif(io.BytesIO(late), "PNG"))
    assert (main[0x010F], camera) == ("Camera", {0x9003: "2020:01:01 10:00:00"})
    assert upright_exif(io.BytesIO(late[:-16]), "PNG") == b""
