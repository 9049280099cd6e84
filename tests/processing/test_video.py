"""Videos: what the header says, and a poster."""

import io
import struct
from datetime import UTC, datetime

import pytest

from processing import containers, imaging, pipeline, video
from processing.errors import UnreadableImage
from tests.samples import jpeg


def box(name: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">I4s", 8 + len(content), name) + content


def header(
    width: int = 640, height: int = 360, *, is_turned: bool = False, created: int = 0, place: bytes = b""
) -> bytes:
    """An MP4 that has a header and nothing else."""
    mvhd = box(b"mvhd", struct.pack(">IIIII", 0, created, 0, 1000, 12_500), b"\0" * 80)
    one = 1 << 16
    matrix = (0, one, 0, -one, 0, 0, 0, 0, 1 << 30) if is_turned else (one, 0, 0, 0, one, 0, 0, 0, 1 << 30)
    tkhd = box(
        b"tkhd", b"\0" * 40, struct.pack(">9i", *matrix), struct.pack(">II", width << 16, height << 16)
    )
    user = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7), place)) if place else b""
    return (
        box(b"ftyp", b"isom\0\0\2\0isomavc1")
        + box(b"moov", mvhd, box(b"trak", tkhd), user)
        + box(b"mdat", b"\0" * 16)
    )


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Two seconds: blue at first, red after half a second."""
    cv2 = pytest.importorskip("cv2")
    import numpy as np

    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 10, (160, 96))
    if not writer.isOpened():
        pytest.skip("this build of OpenCV writes no videos")
    for number in range(20):
        writer.write(np.full((96, 160, 3), (255, 0, 0) if number < 5 else (0, 0, 255), np.uint8))
    writer.release()
    return path


def test_the_header_says_size_length_time_and_place():
    created = int((datetime(2026, 6, 20, 16, 3, 11, tzinfo=UTC) - containers.EPOCH).total_seconds())
    movie = containers.read_movie(io.BytesIO(header(created=created, place=b"+41.9028+012.4964/")))
    assert movie == containers.Movie(
        "MP4", 640, 360, 12.5, datetime(2026, 6, 20, 16, 3, 11, tzinfo=UTC), 41.9028, 12.4964
    )


def test_a_video_held_upright_has_its_sides_swapped():
    movie = containers.read_movie(io.BytesIO(header(is_turned=True)))
    assert (movie.width, movie.height) == (360, 640)


def test_a_movie_of_quicktime_is_called_mov(tmp_path):
    path = tmp_path / "clip.mov"
    path.write_bytes(header().replace(b"isom\0\0\2\0isomavc1", b"qt  \0\0\2\0qt  qt  "))
    assert imaging.probe(path) == ("MOV", 640, 360, "video")
    assert video.probe_video(path).format == "MOV"


def test_a_camera_without_a_clock_gives_no_time():
    assert containers.read_movie(io.BytesIO(header(created=0))).taken_at is None


def test_probe_tells_a_video_from_a_photo():
    assert imaging.probe(io.BytesIO(header())) == ("MP4", 640, 360, "video")
    assert imaging.probe(io.BytesIO(jpeg())).kind == "photo"


@pytest.mark.parametrize("length", [8, 20, 40, 100, 180])
def test_a_header_that_is_cut_off_never_raises_anything_else(length):
    data = header()[:length]
    try:
        imaging.probe(io.BytesIO(data))
    except UnreadableImage as error:
        assert str(error).endswith(".")  # noqa: PT017 (a longer header is still enough to say something)


def test_boxes_that_claim_to_be_endless_do_not_hang():
    data = box(b"ftyp", b"isom\0\0\0\0isom") + struct.pack(">I4s", 7, b"free") * 1000
    assert containers.read_movie(io.BytesIO(data)) is None


def test_the_poster_is_a_frame_after_the_first_second(clip):
    poster = video.poster(clip)
    assert (poster.width, poster.height) == (160, 96)
    red, _, blue = poster.image.getpixel((80, 48))
    assert red > 180 > 80 > blue


def test_a_video_goes_through_the_pipeline(clip):
    analyzed = pipeline.analyze_file(clip, only=("exif",))
    assert (analyzed.kind, analyzed.format, analyzed.width, analyzed.height) == ("video", "MP4", 160, 96)
    assert analyzed.seconds == pytest.approx(2.0, abs=0.2)
    assert [one.side_px for one in analyzed.renditions] == [320, 640, 1280, 2048]


def test_a_damaged_video_has_no_poster_and_says_so(tmp_path):
    path = tmp_path / "broken.mp4"
    path.write_bytes(header())
    with pytest.raises(UnreadableImage, match="no poster"):
        video.poster(path)
    with pytest.raises(UnreadableImage, match="can't be opened"):
        video.probe_video(tmp_path / "gone.mp4")


def test_a_header_that_claims_to_be_huge_is_not_read_into_memory():
    class Counting(io.BytesIO):
        most = 0

        def read(self, size: int | None = -1, /) -> bytes:
            found = super().read(size)
            self.most = max(self.most, len(found))
            return found

    track = box(b"trak", box(b"tkhd", bytes(3_000_000)))
    stream = Counting(box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", box(b"mvhd", bytes(3_000_000)), track))
    assert containers.read_movie(stream) is not None
    assert stream.most <= 64 * 1024


def test_a_phone_says_its_own_clock_its_model_and_its_place():
    said = {
        b"com.apple.quicktime.creationdate": b"2026-06-20T18:03:11+0200",
        b"com.apple.quicktime.make": b"Apple",
        b"com.apple.quicktime.model": b"iPhone 15",
        b"com.apple.quicktime.location.ISO6709": b"+41.9028+012.4964+020.1/",
    }
    keys = b"".join(struct.pack(">I4s", 8 + len(name), b"mdta") + name for name in said)
    values = [
        struct.pack(">I4s", 24 + len(value), number.to_bytes(4, "big"))
        + box(b"data", struct.pack(">II", 1, 0), value)
        for number, value in enumerate(said.values(), start=1)
    ]
    meta = box(
        b"meta",
        box(b"hdlr", b"\0" * 24),
        box(b"keys", struct.pack(">II", 0, len(said)), keys),
        box(b"ilst", *values),
    )
    film = box(b"ftyp", b"qt  \0\0\2\0qt  ") + box(b"moov", meta)
    movie = containers.read_movie(io.BytesIO(film))
    assert movie.taken_at.isoformat() == "2026-06-20T18:03:11+02:00"
    assert (movie.camera, movie.latitude, movie.longitude) == ("Apple iPhone 15", 41.9028, 12.4964)
    for cut in range(len(film)):
        containers.read_movie(io.BytesIO(film[:cut]))  # a damaged one raises nothing
