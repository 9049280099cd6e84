"""Videos: a poster to look at, and what the header says. Only the poster needs OpenCV."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from processing import colors, containers
from processing.contracts import Picture
from processing.errors import ModelUnavailable, UnreadableImage

POSTER_AT_SECONDS = 1.0  # the first frames are often black or blurred
DAMAGED = (
    "The video is damaged or in a format that can't be shown, so it has no poster. "
    "It is kept as it is; save it as MP4 (H.264) to see a preview."
)


class VideoFacts(NamedTuple):
    """Size as displayed, length, when (aware) and where it was taken, as far as the header says; "MP4" or "MOV"; camera."""

    width: int
    height: int
    seconds: float
    taken_at: datetime | None
    latitude: float | None = None
    longitude: float | None = None
    format: str = "MP4"
    camera: str = ""


def probe_video(path: Path) -> VideoFacts:
    """Read what a video's header says, without decoding it.

    Args:
        path: an MP4 or MOV file.

    Returns:
        Size, length, time and place; zeros or None for what the header does not say.

    Raises:
        UnreadableImage: there is no such header.
    """
    try:
        with path.open("rb") as stream:
            movie = containers.read_movie(stream)
    except OSError as error:
        raise UnreadableImage("The video can't be opened. Check that it is there and may be read.") from error
    if movie is None:
        raise UnreadableImage(DAMAGED)
    return VideoFacts(
        movie.width,
        movie.height,
        movie.seconds,
        movie.taken_at,
        movie.latitude,
        movie.longitude,
        movie.format,
        movie.camera,
    )


def poster(path: Path, side_px: int | None = None) -> Picture:
    """Take a frame near the start.

    Args:
        path: an MP4 or MOV file.
        side_px: the longest side wanted, or None for full size.

    Returns:
        The frame as displayed (turned as the header says).

    Raises:
        UnreadableImage: no frame can be decoded.
        ModelUnavailable: OpenCV is not installed.
    """
    from PIL import Image

    facts = probe_video(path)
    pixels = _frame(path, min(POSTER_AT_SECONDS, facts.seconds / 2))
    image = Image.fromarray(pixels[:, :, ::-1].copy())
    width, height = image.size
    image = colors.shrink(image, side_px) if side_px else image
    return Picture(path, image, width, height, facts.format)


def _frame(path: Path, at_seconds: float) -> Any:
    """Decode the frame at a time, or the first one if that can't be reached: uint8 (height, width, 3), BGR."""
    try:
        import cv2
    except ImportError as error:
        raise ModelUnavailable(
            "Videos get no preview, because OpenCV is missing. Install requirements.txt again."
        ) from error
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        if not capture.isOpened():
            raise UnreadableImage(DAMAGED)
        capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
        capture.set(cv2.CAP_PROP_POS_MSEC, at_seconds * 1000)
        is_read, frame = capture.read()
        if not is_read:
            capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            is_read, frame = capture.read()
    except cv2.error as error:
        raise UnreadableImage(DAMAGED) from error
    finally:
        capture.release()
    if not is_read or frame is None:
        raise UnreadableImage(DAMAGED)
    return frame
