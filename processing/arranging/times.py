"""When each photo was taken, from what its file says, its place and the room; a camera's shift is added."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from albums.batches import in_batches
from albums.models import Photo, Room
from albums.models.photos import PhotoKind, PlaceSource, TimeSource
from processing.arranging import devices
from processing.times import TimeClues, TimeFound, resolve, zone_of

CLUES = (
    "kind", "clock_at", "clock_offset_minutes", "satellite_at", "filename", "modified_at", "uploaded_at", "latitude",
    "longitude", "place_source",
)  # fmt: skip
RESULTS = ("taken_at", "taken_offset_minutes", "sort_at", "time_source")


def arrange(room: Room, new: frozenset[int]) -> None:
    """Note which camera took the photos, and when."""
    devices.assign(room, new)
    retime(room, new)


def retime(room: Room, photo_ids: Collection[int]) -> int:
    """Find out again when these were taken; those whose time somebody set stay. Answers how many changed."""
    ordered, changed = sorted(photo_ids), 0
    for batch in in_batches(ordered):
        changed += _retime(room, batch)
    return changed


def _retime(room: Room, photo_ids: Collection[int]) -> int:
    machine_timed = Photo.objects.filter(room=room).exclude(time_source=TimeSource.PERSON)
    rows = machine_timed.filter(pk__in=photo_ids).values(
        "pk", *CLUES, *RESULTS, "device__shift_seconds", "place__time_zone"
    )
    changed = []
    for row in rows:
        found = found_for(
            row,
            room.time_zone,
            shift_seconds=row["device__shift_seconds"] or 0,
            place_zone=row["place__time_zone"],
        )
        values = columns_of(found)
        if any(row[name] != value for name, value in values.items()):
            changed.append(Photo(pk=row["pk"], **values))
    if changed:
        machine_timed.bulk_update(changed, RESULTS)
    return len(changed)


def found_for(
    row: Mapping[str, Any], room_zone: str, *, shift_seconds: int = 0, place_zone: str | None = None
) -> TimeFound:
    """When a photo of these columns (CLUES) was taken.

    Args:
        place_zone: the time zone of the place that is known for it, if any.
    """
    clock_at = row["clock_at"]
    clues = TimeClues(
        uploaded_at=row["uploaded_at"],
        clock_at=clock_at.replace(tzinfo=None) if clock_at else None,
        clock_offset_minutes=row["clock_offset_minutes"],
        satellite_at=row["satellite_at"],
        shift_seconds=shift_seconds,
        is_video=row["kind"] == PhotoKind.VIDEO,
        filename=row["filename"],
        modified_at=row["modified_at"],
    )
    return resolve(clues, room_zone=room_zone, place_zone=_zone_of_place(row, place_zone))


def columns_of(found: TimeFound) -> dict[str, Any]:
    """The columns of a photo that say when it was taken."""
    return {
        "taken_at": found.taken_at,
        "taken_offset_minutes": found.offset_minutes,
        "sort_at": found.at,
        "time_source": found.source,
    }


def as_if_utc(clock: datetime | None) -> datetime | None:
    """A wall clock as the column keeps it."""
    return clock.replace(tzinfo=UTC) if clock else None


def _zone_of_place(row: Mapping[str, Any], place_zone: str | None) -> Callable[[], str | None]:
    """A place that somebody chose, or that near photos gave, counts before the file's own position."""
    if place_zone and row["place_source"] in (PlaceSource.PERSON, PlaceSource.NEAR):
        return lambda: place_zone
    return lambda: zone_of(row["latitude"], row["longitude"]) or place_zone or None
