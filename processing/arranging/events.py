"""A room's photos put into events. Events keep their rows, so that addresses stay; what people moved or named stays."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from datetime import timezone as fixed_zone
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from albums.batches import id_batches
from albums.models import Event, Photo, Place, Room
from processing import registry
from processing.arranging import times
from processing.contracts import KnownPhoto
from processing.event_names import EventFacts, name_events
from processing.name_times import is_date_only

COLUMNS = (
    "pk", "sort_at", "taken_at", "taken_offset_minutes", "time_source", "clock_at", "latitude", "longitude", "filename",
    "event", "is_event_fixed", "place", "left_out",
)  # fmt: skip
UNKNOWN_TIMES = ("", "file", "upload")


@dataclass(slots=True)
class Row:
    """A photo as the clusterer sees it, with the event that it is in now."""

    known: KnownPhoto
    event: int | None
    is_fixed: bool
    place: int | None
    is_left_out: bool
    is_exact: bool  # False if only the day is known


def arrange(room: Room, new: frozenset[int]) -> None:
    """Put the photos of a room into events."""
    times.retime(room, new)  # the places that this run found may have other time zones
    rows = load(room)
    clusterer = registry.photo_clusterers()["events"]
    sets = [list(found.ids) for found in clusterer.cluster([row.known for row in rows.values()])]
    with transaction.atomic():
        Room.objects.select_for_update(no_key=True).get(pk=room.pk)  # people move photos in turn with this
        named = set(Event.objects.filter(room=room, is_named=True).values_list("pk", flat=True))
        refresh_decisions(room, rows)
        parts = [part for one in sets for part in keep_named_apart(one, rows, named)]
        homes = match(parts, rows)
        save(room, parts, homes, rows)
        describe(room, rows)


def load(room: Room) -> dict[int, Row]:
    """Every photo of a room that is ready, in order of time."""
    zone = ZoneInfo(room.time_zone)
    photos = Photo.objects.filter(room=room, state="ready").present().in_order().values_list(*COLUMNS)
    rows = {}
    for (
        pk,
        sort_at,
        taken_at,
        offset,
        source,
        clock_at,
        lat,
        lon,
        filename,
        event,
        is_fixed,
        place,
        left_out,
    ) in photos.iterator(chunk_size=2000):
        local = (taken_at or sort_at).astimezone(zone if offset is None else _fixed(offset))
        known = KnownPhoto(
            id=pk,
            taken_at=local,
            is_time_known=taken_at is not None and source not in UNKNOWN_TIMES,
            clock_at=clock_at if source != "filename" else None,
            latitude=lat,
            longitude=lon,
            filename=filename if source == "filename" else "",
        )
        is_exact = known.is_time_known and not (known.filename and is_date_only(known.filename))
        rows[pk] = Row(known, event, is_fixed, place, bool(left_out), is_exact)
    return rows


@cache
def _fixed(minutes: int) -> fixed_zone:
    return fixed_zone(timedelta(minutes=minutes))


def refresh_decisions(room: Room, rows: dict[int, Row]) -> None:
    """What somebody moved while the clusterer was thinking."""
    fixed = dict(Photo.objects.filter(room=room, is_event_fixed=True).values_list("pk", "event"))
    for pk, row in rows.items():
        row.is_fixed = pk in fixed
        if row.is_fixed:
            row.event = fixed[pk]


def keep_named_apart(ids: Sequence[int], rows: dict[int, Row], named: set[int]) -> list[list[int]]:
    """Cut a set where photos of two events lie in it that people have named: each photo goes to the nearer one in time."""
    anchors = [(rows[pk].known.taken_at, rows[pk].event) for pk in ids if rows[pk].event in named]
    if len({event for _, event in anchors}) < 2:
        return [list(ids)]
    parts: dict[int | None, list[int]] = defaultdict(list)
    ordered = sorted(ids, key=lambda pk: (rows[pk].known.taken_at, pk))
    at = 0
    for pk in ordered:
        moment = rows[pk].known.taken_at
        while at + 1 < len(anchors) and abs(anchors[at + 1][0] - moment) <= abs(anchors[at][0] - moment):
            at += 1
        own = rows[pk].event
        parts[own if own in named else anchors[at][1]].append(pk)
    return list(parts.values())


def match(parts: Sequence[Sequence[int]], rows: dict[int, Row]) -> list[int | None]:
    """The event of each set: the one with which it shares most photos, each event once; None for a new one.

    Sets whose photos people put into one event belong there all of them: that is how events stay merged.
    """
    homes: list[int | None] = [None] * len(parts)
    shared: list[tuple[int, int, int]] = []
    for number, ids in enumerate(parts):
        counts = Counter(event for pk in ids if (event := rows[pk].event))
        fixed = Counter(event for pk in ids if rows[pk].is_fixed and (event := rows[pk].event))
        if not counts:
            continue
        event, _ = max(counts.items(), key=lambda item: (item[1], -item[0]))
        if fixed[event] * 2 > sum(counts.values()):
            homes[number] = event
            continue
        shared += [(-count, event, number) for event, count in counts.items()]
    used = {home for home in homes if home is not None}
    for _, event, number in sorted(shared):
        if homes[number] is None and event not in used:
            homes[number] = event
            used.add(event)
    return homes


def save(
    room: Room, parts: Sequence[Sequence[int]], homes: Sequence[int | None], rows: dict[int, Row]
) -> None:
    """Write to which event each photo belongs; what people moved stays."""
    made = [
        number
        for number, home in enumerate(homes)
        if home is None and any(not rows[pk].is_fixed for pk in parts[number])
    ]
    new = Event.objects.bulk_create(
        Event(
            room=room,
            starts_at=rows[parts[number][0]].known.taken_at,
            ends_at=rows[parts[number][-1]].known.taken_at,
        )
        for number in made
    )
    targets = dict(enumerate(homes)) | {number: event.pk for number, event in zip(made, new, strict=True)}
    moves: dict[int | None, list[int]] = defaultdict(list)
    seen: set[int] = set()
    for number, ids in enumerate(parts):
        for pk in ids:
            seen.add(pk)
            if not rows[pk].is_fixed and rows[pk].event != targets[number]:
                moves[targets[number]].append(pk)
    moves[None] += [pk for pk, row in rows.items() if pk not in seen and row.event and not row.is_fixed]
    for event, pks in moves.items():
        for batch in id_batches(pks):
            Photo.objects.filter(pk__in=batch, is_event_fixed=False).update(event=event)
        for pk in pks:
            rows[pk].event = event


def describe(room: Room, rows: dict[int, Row]) -> None:
    """Set time, number, place and name of each event; remove those that nothing is in and nobody named."""
    Event.objects.filter(room=room, is_named=False, photos=None).delete()
    members: dict[int, list[Row]] = defaultdict(list)
    for row in rows.values():
        if row.event:
            members[row.event].append(row)
    events = list(Event.objects.filter(room=room))
    labels = {place.pk: str(place) for place in Place.objects.filter(room=room)}
    now = {event.pk: _columns(event, members[event.pk]) for event in events}
    unnamed = [event for event in events if not event.is_named and members[event.pk]]
    facts = [_facts(members[event.pk], labels.get(now[event.pk]["place_id"], "")) for event in unnamed]
    taken = [event.name for event in events if event.is_named]
    for event, name in zip(unnamed, name_events(facts, taken=taken), strict=True):
        now[event.pk]["name"] = name[:120]
    changed = []
    for event in events:
        if any(getattr(event, column) != value for column, value in now[event.pk].items()):
            for column, value in now[event.pk].items():
                setattr(event, column, value)
            changed.append(event)
    columns = ["name", "place", "photo_count", "starts_at", "ends_at"]
    # Whoever gives a name meanwhile waits for the room's lock, which this run holds.
    Event.objects.bulk_update(changed, columns, batch_size=100)


def _columns(event: Event, members: Sequence[Row]) -> dict[str, Any]:
    moments = [row.known.taken_at for row in _natural(members)]
    return {
        "name": event.name,
        "place_id": _place_of(members),
        "photo_count": sum(not row.is_left_out for row in members),
        "starts_at": min(moments, default=event.starts_at),
        "ends_at": max(moments, default=event.ends_at),
    }


def _natural(members: Sequence[Row]) -> Sequence[Row]:
    """Those that are here by their own time: a photo from elsewhere, or of noon on that day, makes no event longer."""
    own = [row for row in members if not row.is_fixed]
    return [row for row in own if row.is_exact] or own or members


def _facts(members: Sequence[Row], place: str) -> EventFacts:
    moments = sorted(row.known.taken_at for row in _natural(members))
    first, last = moments[0], moments[-1].astimezone(moments[0].tzinfo)
    return EventFacts(first.replace(tzinfo=None), last.replace(tzinfo=None), place)


def _place_of(members: Sequence[Row]) -> int | None:
    """The place of most of its photos that have one."""
    counts = Counter(row.place for row in members if row.place)
    if not counts:
        return None
    place, count = max(counts.items(), key=lambda item: (item[1], -item[0]))
    return place if count * 2 > sum(counts.values()) else None
