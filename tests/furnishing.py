"""Real pictures for a room of a test that only looks at pages: files and renditions, without a model or a worker."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.utils import timezone

from tests import samples
from tests.seeding import small

if TYPE_CHECKING:
    from albums.models import Photo, Room

SIDES_PX = (320, 640)


def pictures() -> list[Path]:
    """The sample pictures, faces first. Skips the test where they are missing."""
    return [path for path, _ in samples.face_photos()] + samples.any_photos()


def hang(room: Room, count: int) -> list[Photo]:
    """Put `count` photos into a room, as if they had been looked at: the samples again and again, each time another file."""
    from albums.services.photos import add_photo
    from processing import imaging, renditions, store

    owner = room.memberships.get(role="owner").user
    files = [small(path) for path in pictures()]
    opened = [imaging.open_picture(BytesIO(content), side_px=SIDES_PX[-1]) for content in files]
    sizes = [renditions.encode(renditions.make_copies(picture, SIDES_PX)) for picture in opened]
    made = []
    for number in range(count):
        at = number % len(files)
        content = files[at] + number.to_bytes(4, "big")  # after the end of the picture: another file
        photo, _ = add_photo(
            room=room, uploader=owner, file=ContentFile(content), filename=f"IMG_{1000 + number}.jpg"
        )
        store.save_renditions(photo, [store.write_rendition(photo, one) for one in sizes[at]])
        photo.width, photo.height = opened[at].width, opened[at].height
        photo.state, photo.color = "ready", "#8a7f70"
        photo.taken_at = photo.sort_at = timezone.now() - timedelta(minutes=20 * number)
        photo.save()
        made.append(photo)
    return made
