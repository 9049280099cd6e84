"""Fills and inspects the database of a site that runs beside the test: `python -m tests.seeding fill|report ...`.

A process of its own, because pytest's database is another one.
"""

import io
import json
import sys
import uuid
from pathlib import Path
from typing import Any

import django


def fill(count: int) -> dict[str, Any]:
    """Make a room with `count` photos, the sample faces among them where they are; they wait to be processed."""
    from django.core.files.base import ContentFile
    from django.core.management import call_command

    from accounts.models import User
    from albums.services.photos import add_photo
    from albums.services.rooms import create_room
    from tests import samples

    call_command("migrate", verbosity=0)
    name = f"owner-{uuid.uuid4().hex}"
    owner = User.objects.create_user(username=name, email=f"{name}@example.org", display_name="Alice")
    room = create_room(owner=owner, name="Party")
    files = {name: small(samples.SAMPLES / "faces" / name) for name in samples.PEOPLE}
    files |= {f"{number}.jpg": samples.jpeg(640, 480, seed=number) for number in range(count - len(files))}
    for filename, content in files.items():
        if content:
            add_photo(room=room, uploader=owner, file=ContentFile(content, filename), filename=filename)
    return {"room": str(room.pk), "photos": room.photos.count()}


def small(path: Path) -> bytes:
    """A sample photo at a size that is processed quickly; nothing where it is missing."""
    from PIL import Image

    if not path.exists():
        return b""
    with Image.open(path) as image:
        image.thumbnail((700, 700))
        buffer = io.BytesIO()
        image.save(buffer, "JPEG")
    return buffer.getvalue()


def report(room_id: str) -> dict[str, Any]:
    """What the room holds, and which files of it lie in the storage."""
    from django.conf import settings

    from albums.models import Face, Job, Photo, Rendition, Room

    room = Room.objects.get(pk=room_id)
    photos = Photo.objects.filter(room=room)
    faces, renditions = Face.objects.filter(room=room), Rendition.objects.filter(photo__room=room)
    known = {photo.original.name for photo in photos} | {row.file.name for row in renditions}
    known |= {face.crop.name for face in faces if face.crop.name}
    media = Path(settings.MEDIA_ROOT)
    return {
        "states": {photo.filename: photo.state for photo in photos},
        "failures": [photo.failure for photo in photos if photo.failure],
        "renditions": {
            photo.filename: sorted(renditions.filter(photo=photo).values_list("side_px", flat=True))
            for photo in photos
        },
        "faces": {photo.filename: faces.filter(photo=photo).count() for photo in photos},
        "jobs": sorted(Job.objects.filter(room=room).values_list("kind", "state").distinct()),
        "attempts": list(Job.objects.filter(room=room, kind="analyze").values_list("attempts", flat=True)),
        "known_files": sorted(name for name in known if name),
        "stored_files": sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()),
        "sides": sorted(set(renditions.values_list("side_px", flat=True))),
    }


if __name__ == "__main__":
    django.setup()
    verb, argument = sys.argv[1:]
    json.dump(fill(int(argument)) if verb == "fill" else report(argument), sys.stdout)
