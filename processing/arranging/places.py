"""Names of places from positions, and places for photos that have none from those near in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from albums.batches import id_batches
from albums.models import Photo, Place, Room
from albums.models.photos import PlaceSource, TimeSource
from albums.querysets import PhotoQuerySet
from processing.arranging import times
from processing.clusterers import places as clusterer
from processing.contracts import KnownPhoto
from processing.gazetteer import Gazetteer, Locality, is_position
from processing.towns import ensure

WHOLE_ROOM = 20_000  # up to so many photos, all are looked at again: it takes less than a second
REACH = timedelta(seconds=2 * clusterer.BETWEEN_SECONDS)  # of a new photo, in a larger room
# Their moment is known whatever the place; all others show a wall clock, compared with the wall clocks of the place.
ABSOLUTE = (TimeSource.CAMERA, TimeSource.SATELLITE, TimeSource.PERSON)
UNKNOWN = ("", TimeSource.FILE, TimeSource.UPLOAD)
COLUMNS = (
    "pk", "taken_at", "taken_offset_minutes", "time_source", "latitude", "longitude", "camera", "device", "uploader",
    "sha256", "filename", "place", "place_source", "place__latitude", "place__longitude",
)  # fmt: skip


def arrange(room: Room, new: frozenset[int]) -> None:
    """Name the positions of new photos, then the places of photos around them in time that have no position."""
    locate(room, new)
    changed = infer(room, new)
    times.retime(room, changed)  # the clock of a place that is known now
    drop_unused(room)


def locate(room: Room, photo_ids: Collection[int]) -> None:
    """Give each of these with a position of its own its place, unless somebody said where it was taken."""
    rows: list[tuple[int, float, float, int | None, str]] = []
    for batch in id_batches(photo_ids):
        photos = _machine_placed(room).filter(pk__in=batch).exclude(latitude=None).exclude(longitude=None)
        rows += photos.values_list("pk", "latitude", "longitude", "place", "place_source")
    if not rows:
        return
    gazetteer = Gazetteer(ensure(settings.TOWNS_DIR))
    found = {pk: gazetteer.name(latitude, longitude) for pk, latitude, longitude, _, _ in rows}
    places = places_of(room, {locality.key: locality for locality in found.values() if locality})
    wanted: dict[tuple[int | None, str], list[int]] = defaultdict(list)
    for pk, _, _, place, source in rows:
        locality = found[pk]
        now = (places[locality.key], str(PlaceSource.GPS)) if locality else (None, "")
        if now != (place, source) and (locality or source == PlaceSource.GPS):
            wanted[now].append(pk)
    _write(room, wanted)


def places_of(room: Room, localities: Mapping[str, Locality]) -> dict[str, int]:
    """The room's places of these names by key, made where they are missing; merged ones lead to where they went."""
    rows = {
        row.key: row
        for row in Place.objects.filter(room=room, key__in=localities).select_related("merged_into")
    }
    missing = [
        Place(
            room=room,
            key=key,
            country_code=locality.country_code,
            country=locality.country[:80],
            region=locality.region[:80],
            city=locality.city[:120],
            latitude=locality.latitude,
            longitude=locality.longitude,
            time_zone=locality.time_zone,
        )
        for key, locality in localities.items()
        if key not in rows
    ]
    if missing:
        Place.objects.bulk_create(missing, ignore_conflicts=True)  # somebody may have chosen it meanwhile
        made = Place.objects.filter(room=room, key__in=[place.key for place in missing])
        rows |= {row.key: row for row in made}
    return {key: row.merged_into_id or row.pk for key, row in rows.items()}


@dataclass(frozen=True, slots=True)
class _Row:
    """A photo with what its place is inferred from; `wall` is its wall clock, written as if it were UTC."""

    known: KnownPhoto
    place: int | None
    source: str
    wall: datetime
    is_absolute: bool


def infer(room: Room, new: Collection[int]) -> list[int]:
    """Give photos without a position the place of photos near in time; answers those whose place changed."""
    rows = {row.known.id: row for row in _load(room, new)}
    anchors = [row for row in rows.values() if row.known.latitude is not None and row.place is not None]
    open_rows = [
        row for row in rows.values() if row.known.latitude is None and row.source != PlaceSource.PERSON
    ]
    found: dict[int, int] = {}
    for is_absolute in (True, False):
        asked = [row for row in open_rows if row.is_absolute == is_absolute]
        photos = [
            row.known if is_absolute else replace(row.known, taken_at=row.wall) for row in (*anchors, *asked)
        ]
        for group in clusterer.cluster(photos):
            found |= dict.fromkeys(group.ids, int(group.data["from"]))
    wanted: dict[tuple[int | None, str], list[int]] = defaultdict(list)
    for row in open_rows:
        source = found.get(row.known.id)
        now = (rows[source].place, str(PlaceSource.NEAR)) if source else (None, "")
        if now != (row.place, row.source):
            wanted[now].append(row.known.id)
    _write(room, wanted)
    return [pk for pks in wanted.values() for pk in pks]


def _load(room: Room, new: Collection[int]) -> list[_Row]:
    """The photos whose times are known, in a large room those around the new ones."""
    photos = Photo.objects.filter(room=room, state="ready").present().exclude(time_source__in=UNKNOWN)
    photos = photos.exclude(taken_at=None).order_by()
    if photos.count() > WHOLE_ROOM:
        photos = photos.filter(_around(room, new))
    return [_row(values) for values in photos.values_list(*COLUMNS).iterator(chunk_size=5000)]


def _around(room: Room, new: Collection[int]) -> Q:
    """From the first to the last moment that a new photo can say something about, in at most 20 pieces."""
    moments: list[datetime] = []
    for batch in id_batches(new):
        moments += Photo.objects.filter(room=room, pk__in=batch).values_list("sort_at", flat=True)
    spans: list[list[datetime]] = []
    for moment in sorted(moments):
        if spans and moment - spans[-1][1] <= 2 * REACH:
            spans[-1][1] = moment
        else:
            spans.append([moment, moment])
    while len(spans) > 20:
        closest = min(range(1, len(spans)), key=lambda at: spans[at][0] - spans[at - 1][1])
        spans[closest - 1][1] = spans.pop(closest)[1]
    pieces = Q(pk__in=[])
    for first, last in spans:
        pieces |= Q(sort_at__gte=first - REACH, sort_at__lte=last + REACH)
    return pieces


def _row(values: Sequence[Any]) -> _Row:
    row = dict(zip(COLUMNS, values, strict=True))
    source, latitude, longitude = row["place_source"], row["latitude"], row["longitude"]
    if source == PlaceSource.PERSON:
        latitude, longitude = row["place__latitude"], row["place__longitude"]
    if not is_position(latitude, longitude):
        latitude = longitude = None
    taken_at = row["taken_at"]
    known = KnownPhoto(
        id=row["pk"],
        taken_at=taken_at,
        time_source=row["time_source"],
        latitude=latitude,
        longitude=longitude,
        camera=str(row["device"] or row["camera"]),
        uploader=row["uploader"],
        filename=row["filename"],
        sha256=row["sha256"],
    )
    return _Row(
        known=known,
        place=row["place"],
        source=source,
        wall=taken_at + timedelta(minutes=row["taken_offset_minutes"] or 0),
        is_absolute=row["time_source"] in ABSOLUTE,
    )


def _write(room: Room, wanted: Mapping[tuple[int | None, str], Sequence[int]]) -> None:
    """Note places of photos, in few statements; what a person said meanwhile stays, also that two places are one."""
    for (place, source), photos in wanted.items():
        for batch in id_batches(photos):
            _write_some(room, batch, place, source)


@transaction.atomic
def _write_some(room: Room, photo_ids: Sequence[int], place: int | None, source: str) -> None:
    """A transaction for each batch, so that nobody waits long for the lock."""
    Room.objects.select_for_update(no_key=True).get(pk=room.pk)  # nobody merges places meanwhile
    if place is not None:
        row = Place.objects.filter(room=room, pk=place).first()
        if row is None:  # gone meanwhile: whoever took it has asked for another run
            return
        place = row.merged_into_id or place
    _machine_placed(room).filter(pk__in=photo_ids).update(place=place, place_source=source)


def drop_unused(room: Room) -> None:
    """Forget places that no photo is at and that nobody named, chose or merged."""
    used = Photo.objects.filter(place=OuterRef("pk"))
    others = Place.objects.filter(merged_into=OuterRef("pk"))
    machine_made = Place.objects.filter(room=room, is_own=False, is_chosen=False, merged_into=None)
    machine_made.filter(~Exists(used), ~Exists(others)).delete()


def _machine_placed(room: Room) -> PhotoQuerySet:
    return Photo.objects.filter(room=room).exclude(place_source=PlaceSource.PERSON)
