"""Place and time taken out: nothing left by exiftool, the picture as before."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from processing.exporting import strip
from processing.exporting.parts import CannotSplice, write_parts
from processing.exporting.png_files import chunks
from tests.processing.test_video import box
from tests.samples import encoded, picture

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
TELLING = ("Date", "GPS", "Model", "Make", "Serial", "Comment", "Keywords", "XMP", "IPTC", "Maker")


def full_exif(orientation: int = 1) -> Image.Exif:
    """Camera, time and place."""
    exif = Image.Exif()
    exif[0x0110], exif[0x0132], exif[0x0112] = "Camera X", "2026:06:20 18:03:11", orientation
    exif.get_ifd(0x8769).update({0x9003: "2026:06:20 18:03:11", 0x927C: b"secret notes", 0xA431: "S-123"})
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 54.0, 10.0), 3: "E", 4: (12.0, 29.0, 47.0)})
    return exif


def file_of(file_format: str, orientation: int = 1) -> bytes:
    image = picture(64, 48, seed=4)
    exif = full_exif(orientation)
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">Rome 2026</x:xmpmeta>'
    if file_format == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_text("Comment", "Rome 2026")
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        return encoded(image, "PNG", exif=exif, pnginfo=info, icc_profile=PROFILE)
    if file_format == "WEBP":
        return encoded(image, "WEBP", exif=exif, xmp=xmp, icc_profile=PROFILE)
    iptc = b"\x1c\x02\x37\x00\x0820260620"
    segment = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">L", len(iptc)) + iptc + b"\0"
    data = encoded(
        image, exif=exif, xmp=xmp, icc_profile=PROFILE, comment=b"Rome 2026", progressive=orientation > 4
    )
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + data[2:]


def stripped(data: bytes, file_format: str) -> bytes:
    stream = io.BytesIO(data)
    return write_parts(strip.stripped(stream, file_format)[0], stream)


def told(path: Path) -> dict[str, object]:
    exiftool = shutil.which("exiftool")
    if exiftool is None:
        pytest.skip("exiftool is not installed on this machine")
    done = subprocess.run([exiftool, "-j", "-G1", "-a", "-u", "-ee", path], capture_output=True, check=True)
    found: dict[str, object] = json.loads(done.stdout)[0]
    groups = ("System", "File", "ICC", "Composite", "ExifTool", "Source")
    return {key: value for key, value in found.items() if not key.startswith(groups)}


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_exiftool_finds_nothing_that_tells(tmp_path: Path, file_format: str, orientation: int) -> None:
    data = file_of(file_format, orientation)
    (tmp_path / "before").write_bytes(data)
    assert any("GPS" in key for key in told(tmp_path / "before"))
    (tmp_path / "after").write_bytes(stripped(data, file_format))
    left = told(tmp_path / "after")
    assert [key for key in left if any(word in key for word in TELLING)] == []
    assert ("IFD0:Orientation" in left) == (orientation != 1)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_picture_its_turn_and_its_colors_stay(file_format: str, orientation: int) -> None:
    data = file_of(file_format, orientation)
    made = stripped(data, file_format)
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(made)) as after:
        assert before.tobytes() == after.tobytes()
        assert after.info["icc_profile"] == PROFILE
        assert after.getexif().get(0x0112, 1) == orientation
    for secret in (b"2026", b"Rome", b"Camera X", b"S-123", b"secret"):
        assert secret not in made


def test_a_png_that_says_its_turn_behind_its_pixels_keeps_it() -> None:
    data = encoded(picture(64, 48, seed=4), "PNG", exif=full_exif(6))
    parts = {chunk.kind: data[chunk.start : chunk.stop] for chunk in chunks(io.BytesIO(data), len(data))}
    late = data[:8] + b"".join(parts[kind] for kind in (b"IHDR", b"IDAT", b"eXIf", b"IEND"))
    with Image.open(io.BytesIO(stripped(late, "PNG"))) as image:
        assert dict(image.getexif()) == {0x0112: 6}


def test_what_lies_behind_a_picture_goes() -> None:
    """Second pictures and the video of a moving photo have metadata of their own."""
    data = file_of("JPEG") + b"\0\0\0\x18ftypmp42 2026 Rome"
    assert stripped(data, "JPEG").endswith(b"\xff\xd9")


@pytest.mark.parametrize("file_format", ["TIFF", "AVIF", "GIF"])
def test_other_formats_become_a_jpeg_of_full_size(file_format: str) -> None:
    data = encoded(picture(64, 48, seed=4), file_format)
    parts, suffix = strip.stripped(io.BytesIO(data), file_format)
    assert suffix == ".jpg"
    with Image.open(io.BytesIO(write_parts(parts, io.BytesIO(data)))) as image:
        assert (image.format, image.size, len(image.getexif())) == ("JPEG", (64, 48), 0)


def test_a_damaged_jpeg_is_decoded_as_far_as_it_goes_or_left_out() -> None:
    data = file_of("JPEG")
    with pytest.raises(CannotSplice, match="can't be taken out"):
        strip.stripped(io.BytesIO(data[: len(data) // 2]), "JPEG")


CREATED = 3_865_000_000


def track(handler: bytes, data_at: int, samples: list[int]) -> bytes:
    """A track whose samples lie in one chunk."""
    tables = box(
        b"stbl",
        box(b"stsd", bytes(8)),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, len(samples), 1)),
        box(b"stsz", struct.pack(f">III{len(samples)}I", 0, 0, len(samples), *samples)),
        box(b"stco", struct.pack(">III", 0, 1, data_at)),
    )
    times = struct.pack(">III", 0, CREATED, CREATED)
    return box(
        b"trak",
        box(b"tkhd", times, bytes(72)),
        box(
            b"mdia",
            box(b"mdhd", times, bytes(12)),
            box(b"hdlr", bytes(8), handler, bytes(12)),
            box(b"minf", tables),
        ),
        box(b"udta", b"Rome 2026"),
    )


def movie(*, with_places: bool = True, top: bytes = b"") -> bytes:
    """An MP4 with pictures, and positions in a track of their own."""
    head = box(b"ftyp", b"isom\0\0\2\0isomavc1")
    data = box(b"mdat", b"PICTURES", b"POSITION")
    at = len(head) + 8
    tracks = [track(b"vide", at, [4, 4])] + ([track(b"meta", at + 8, [3, 5])] if with_places else [])
    mvhd = box(b"mvhd", struct.pack(">IIIII", 0, CREATED, CREATED, 1000, 12_500), bytes(80))
    place = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+41.9028+012.4964/"))
    return head + data + box(b"moov", mvhd, *tracks, place, box(b"meta", b"Rome")) + top


def test_a_video_keeps_its_length_and_pictures_and_tells_nothing() -> None:
    from processing import containers

    data = movie(top=box(b"uuid", b"Rome 2026"))
    made = stripped(data, "MP4")
    assert len(made) == len(data)
    for secret in (b"Rome", b"2026", b"41.90", b"POSITION", struct.pack(">I", CREATED)):
        assert secret not in made
    assert b"PICTURES" in made
    found = containers.read_movie(io.BytesIO(made))
    assert found is not None
    assert (found.seconds, found.taken_at, found.latitude) == (12.5, None, None)


@pytest.mark.parametrize(
    "data",
    [
        movie()[:-40],
        box(b"ftyp", b"isom\0\0\2\0isomavc1"),
        movie().replace(b"stco", b"stxx"),
        movie() + box(b"moof", box(b"mfhd", bytes(8))),
        b"",
    ],
    ids=["cut", "without a movie", "without offsets", "in fragments with a track of places", "empty"],
)
def test_a_video_that_can_not_be_cleaned_surely_is_left_out(data: bytes) -> None:
    with pytest.raises(CannotSplice):
        strip.stripped(io.BytesIO(data), "MP4")


def test_a_real_video_still_plays(tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    import numpy as np

    path = tmp_path / "clip.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 10, (160, 96))
    if not writer.isOpened():
        pytest.skip("this build of OpenCV writes no videos")
    for number in range(10):
        writer.write(np.full((96, 160, 3), number * 20, np.uint8))
    writer.release()
    (tmp_path / "new.mp4").write_bytes(stripped(path.read_bytes(), "MP4"))
    before, after = cv2.VideoCapture(str(path)), cv2.VideoCapture(str(tmp_path / "new.mp4"))
    for _ in range(10):
        (is_before, frame), (is_after, other) = before.read(), after.read()
        assert is_before
        assert is_after
        assert (frame == other).all()
