"""Proposes a shift for cameras whose clock differs from those that saw the same moments. Only people decide."""

from __future__ import annotations

from typing import Any

from albums.batches import id_batches
from albums.models import Device, Photo, Room
from processing import photo_store, registry
from processing.arranging import devices
from processing.contracts import KnownPhoto

MOST_PHOTOS = 300  # of one camera: a party has enough moments in them
MOST_DEVICES = 16
LEAST_PHOTOS = 4
SAME_SECONDS = 300  # so near to what somebody refused, it is the same proposal


def arrange(room: Room, new: frozenset[int]) -> None:
    """Look for clocks that are off, if a camera has new photos."""
    devices.drop_unused(room)
    if not has_cameras(room, new):
        return
    keys = sample(room)
    found = (
        propose(photo_store.load_photos(room.pk, ids=keys, arrays=("embedding",), has_faces=True))
        if keys
        else {}
    )
    save(room, found)


def has_cameras(room: Room, new: frozenset[int]) -> bool:
    known = Photo.objects.filter(room=room, device__isnull=False)
    return any(known.filter(pk__in=batch).exists() for batch in id_batches(new))


def sample(room: Room) -> list[int]:
    """Photos of the cameras with most photos, evenly over time; nothing if there are fewer than two cameras."""
    by_device: dict[int, list[int]] = {}
    rows = Photo.objects.filter(
        room=room, state="ready", device__isnull=False, taken_at__isnull=False
    ).present()
    for pk, device in rows.in_order().values_list("pk", "device").iterator(chunk_size=2000):
        by_device.setdefault(device, []).append(pk)
    groups = sorted(
        (pks for pks in by_device.values() if len(pks) >= LEAST_PHOTOS), key=lambda pks: (-len(pks), pks[0])
    )
    if len(groups) < 2:
        return []
    return [pk for pks in groups[:MOST_DEVICES] for pk in evenly(pks, MOST_PHOTOS)]


def evenly(items: list[int], count: int) -> list[int]:
    if len(items) <= count:
        return items
    return [items[int(number * len(items) / count)] for number in range(count)]


def propose(photos: list[KnownPhoto]) -> dict[int, dict[str, Any]]:
    """What the clusterer says, by device."""
    found = registry.photo_clusterers()["clocks"].cluster(photos)
    return {int(one.data["camera"]): one.data for one in found if str(one.data["camera"]).isdigit()}


def save(room: Room, found: dict[int, dict[str, Any]]) -> None:
    """Note the proposals; what somebody has declined or changed meanwhile stays as it is."""
    for device in Device.objects.filter(room=room):
        said = found.get(device.pk)
        proposed = device.shift_seconds + said["shift_seconds"] if said else None
        declined = device.declined_seconds
        if proposed is not None and declined is not None and abs(proposed - declined) <= SAME_SECONDS:
            proposed = None
        evidence = said["pairs"] if said and proposed is not None else []
        if (device.proposed_seconds, device.evidence) != (proposed, evidence):
            unchanged = Device.objects.filter(
                pk=device.pk, shift_seconds=device.shift_seconds, declined_seconds=declined
            )
            unchanged.update(proposed_seconds=proposed, evidence=evidence)
