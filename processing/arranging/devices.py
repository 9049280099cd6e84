"""Which camera of whom took each photo: a body by its serial number, else a model by who brought the photo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from albums.batches import id_batches
from albums.models import Device, Photo, Room

Key = tuple[str, str, int | None]


def assign(room: Room, photo_ids: Collection[int]) -> None:
    """Note the device of each of these photos; devices that are not known yet are made."""
    wanted: dict[int, Key | None] = {}
    present: dict[int, int | None] = {}
    for batch in id_batches(photo_ids):
        rows = Photo.objects.filter(room=room, pk__in=batch)
        for pk, camera, serial, uploader, device in rows.values_list(
            "pk", "camera", "serial", "uploader", "device"
        ):
            wanted[pk], present[pk] = key_of(camera, serial, uploader), device
    devices = _devices(room, {key for key in wanted.values() if key})
    by_device: dict[int | None, list[int]] = defaultdict(list)
    for pk, key in wanted.items():
        device = devices[key] if key else None
        if device != present[pk]:
            by_device[device].append(pk)
    for device, pks in by_device.items():
        for batch in id_batches(pks):
            Photo.objects.filter(pk__in=batch).update(device=device)


def key_of(camera: str, serial: str, uploader: int | None) -> Key | None:
    """What tells a camera from the others of the room; None for a photo that names no camera."""
    if not camera and not serial:
        return None
    return camera or "A camera", serial, None if serial else uploader


def _devices(room: Room, keys: Collection[Key]) -> dict[Key, int]:
    if not keys:
        return {}
    known = _known(room)
    missing = sorted(set(keys) - set(known), key=str)
    if missing:
        Device.objects.bulk_create(
            (
                Device(room=room, camera=camera, serial=serial, uploader_id=uploader)
                for camera, serial, uploader in missing
            ),
            ignore_conflicts=True,
        )
        known = _known(room)
    return known


def _known(room: Room) -> dict[Key, int]:
    rows = Device.objects.filter(room=room).values_list("camera", "serial", "uploader", "pk")
    return {(camera, serial, uploader): pk for camera, serial, uploader, pk in rows}


def drop_unused(room: Room) -> None:
    """Forget cameras that took none of the room's photos, unless somebody has set their clock."""
    unused = Device.objects.filter(room=room, photos=None, shift_seconds=0)
    unused.filter(Q(declined_seconds=None)).delete()
