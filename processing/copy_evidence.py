"""What the metadata of two photos says about whether they are one shot, and which of several copies is the best one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from processing.contracts import KnownPhoto

ZONE_SECONDS = (
    900  # clocks of copies may differ by time zones, whose offsets are multiples of a quarter of an hour
)
AS_LARGE = 0.95  # of the pixels of the largest
SENT_SIDE_PX = 2600  # messengers send nothing larger by default
NUMBERED = re.compile(r"^(.*?)(\d{3,})\D*$")
CAMERA_NAMES = re.compile(
    r"^(IMG|DSC|DSCN|DSCF|PXL|MVI|P\d|SAM|GOPR|_MG|CIMG|IMGP|DJI)[_-]?\d{3,}", re.IGNORECASE
)
SENT_NAMES = re.compile(
    r"-WA\d{4}|^signal-\d{4}|^photo_\d{4}-\d\d-\d\d|^received_\d+|^FB_IMG_|^telegram|^whatsapp|^viber|^line_\d+",
    re.IGNORECASE,
)
COPY_NAMES = re.compile(
    r"\(\d+\)|copy|kopie|copie|edited|bearbeitet|screenshot|thumb|small|resized", re.IGNORECASE
)
VIDEO_FORMATS = frozenset({"MP4", "MOV", "M4V", "3GP", "WEBM", "MKV", "AVI"})


def is_video(photo: KnownPhoto) -> bool:
    return photo.format.upper() in VIDEO_FORMATS


def speaks_against(one: KnownPhoto, other: KnownPhoto) -> bool:
    """Whether the clocks of two photos, or their numbers, say that they are two shots.

    A copy keeps its original's clock, or loses it; only another time zone may have been applied. So two clocks that
    show different times are two shots. Where the clocks count seconds only, so are two numbers of one camera within one
    second.
    """
    if one.clock_at is None or other.clock_at is None or not (one.has_metadata and other.has_metadata):
        return False
    if speaks_for(one, other):
        return False
    apart = abs((one.clock_at - other.clock_at).total_seconds())
    has_fractions = bool(one.clock_at.microsecond and other.clock_at.microsecond)
    if not has_fractions:
        apart = abs(
            (one.clock_at.replace(microsecond=0) - other.clock_at.replace(microsecond=0)).total_seconds()
        )
    if apart % ZONE_SECONDS:
        return True
    return apart == 0 and _are_numbered_apart(one, other)


def speaks_for(one: KnownPhoto, other: KnownPhoto) -> bool:
    """Whether both clocks show the same fraction of the same second: no camera takes two shots then."""
    if one.clock_at is None or other.clock_at is None or not (one.has_metadata and other.has_metadata):
        return False
    return bool(one.clock_at.microsecond) and one.clock_at == other.clock_at


def _are_numbered_apart(one: KnownPhoto, other: KnownPhoto) -> bool:
    if not one.camera or (one.width, one.height, one.format) != (other.width, other.height, other.format):
        return False
    names = [NUMBERED.match(photo.filename.rsplit(".", 1)[0]) for photo in (one, other)]
    if names[0] is None or names[1] is None or names[0][1].lower() != names[1][1].lower():
        return False
    return names[0][2] != names[1][2]


def best_first(photos: Sequence[KnownPhoto], shown: dict[int, float]) -> list[KnownPhoto]:
    """Order copies: the most pixels, then metadata, then the larger file (it was not saved again), then the original name.

    Args:
        photos: copies of one shot.
        shown: pixels of the picture itself, without its border, by id.
    """
    rest = sorted(photos, key=lambda photo: (-shown[photo.id], photo.id))
    ordered: list[KnownPhoto] = []
    while rest:
        largest = shown[rest[0].id]
        alike = [photo for photo in rest if shown[photo.id] >= AS_LARGE * largest]
        best = min(
            alike,
            key=lambda photo: (not photo.has_metadata, -photo.size_bytes, _strangeness(photo), photo.id),
        )
        ordered.append(best)
        rest.remove(best)
    return ordered


def _strangeness(photo: KnownPhoto) -> int:
    """0 for a name as cameras give it, 2 for that of a copy, 1 for any other."""
    if SENT_NAMES.search(photo.filename) or COPY_NAMES.search(photo.filename):
        return 2
    return 0 if CAMERA_NAMES.match(photo.filename) else 1


def is_sent(photo: KnownPhoto, best: KnownPhoto) -> bool:
    """Whether it looks as if a messenger had sent it: smaller, saved again, without its metadata."""
    if SENT_NAMES.search(photo.filename):
        return True
    is_smaller = max(photo.width, photo.height) <= min(SENT_SIDE_PX, 0.95 * max(best.width, best.height))
    return (
        is_smaller
        and best.has_metadata
        and not photo.has_metadata
        and photo.format.upper() in ("JPEG", "WEBP")
    )
