"""Puts photos into events: a dinner, a walk, a night. Cut where time stands still for long, or where everybody went elsewhere.

A gap is long compared with those around it, not by the clock: at a party with nine phones half an hour without a photo says
more than three hours on a hike.

Source: Platt, Czerwinski and Field, "PhotoTOC", 2002: a gap begins an event if log(gap) >= K + mean(log(gaps around it)),
window 10, K = log 17. The bounds beside it are ours: below LEAST_GAP nothing is cut by time alone, above MOST_GAP always.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

from processing.contracts import KnownPhoto, PhotoSet
from processing.name_times import is_date_only
from processing.towns import distance_km

version = 1
arrays: tuple[str, ...] = ()

LEAST_GAP = timedelta(minutes=50)
MOST_GAP = timedelta(hours=7)
NIGHT_GAP = timedelta(hours=3)  # cuts where people sleep meanwhile
ASLEEP_HOUR = 5.5  # on the clock of the place: whoever is awake now has not gone to bed
WINDOW = 10
TIMES_TYPICAL = 17
LEAST_TYPICAL_SECONDS = 5.0  # bursts are no measure of how often people photograph
JUMP_KM, FAR_KM = 3.0, 60.0
JUMP_GAP = timedelta(minutes=12)
LONELY = timedelta(hours=4)  # a photo or two so near to an event belong to it
LONELY_PHOTOS = 2
NEIGHBORS_PLACED = 3


def cluster(photos: Sequence[KnownPhoto]) -> list[PhotoSet]:
    """Put photos into events.

    Args:
        photos: their `taken_at` should carry the offset of the place's clock: people sleep by it. Photos whose time nobody
            knows are in no event, unless no time is known of any.

    Returns:
        One set for each event, in order of time; ids in order of time. Photos of which only the day is known join the
        largest event of that day, at its end.
    """
    known = [photo for photo in photos if photo.is_time_known]
    if not known:
        known = list(photos)
    dated = [
        photo for photo in known if photo.clock_at is None and photo.filename and is_date_only(photo.filename)
    ]
    days = {photo.id: photo.taken_at.date() for photo in dated}
    timed = sorted(
        (photo for photo in known if photo.id not in days), key=lambda photo: (photo.taken_at, photo.id)
    )
    events = _join_lonely(_cut(timed))
    _add_dated(events, dated, days)
    return [PhotoSet(tuple(photo.id for photo in event)) for event in sorted(events, key=_key)]


def _cut(photos: Sequence[KnownPhoto]) -> list[list[KnownPhoto]]:
    if not photos:
        return []
    gaps = [later.taken_at - earlier.taken_at for earlier, later in pairwise(photos)]
    typical = _typical(gaps)
    placed = _Placed(photos)
    events = [[photos[0]]]
    for at in range(len(gaps)):
        if _is_cut(photos[at], photos[at + 1], typical[at], placed, at):
            events.append([])
        events[-1].append(photos[at + 1])
    return events


def _is_cut(before: KnownPhoto, after: KnownPhoto, typical_seconds: float, placed: _Placed, at: int) -> bool:
    gap = after.taken_at - before.taken_at
    if gap < JUMP_GAP:
        return False
    if gap >= MOST_GAP:
        return True
    if gap >= NIGHT_GAP and _sleeps(before.taken_at, after.taken_at):
        return True
    if gap >= LEAST_GAP and gap.total_seconds() >= TIMES_TYPICAL * typical_seconds:
        return True
    jump = placed.jump_km(at)
    return bool(
        jump >= FAR_KM or (jump >= JUMP_KM and gap.total_seconds() >= TIMES_TYPICAL / 3 * typical_seconds)
    )


def _typical(gaps: Sequence[timedelta]) -> list[float]:
    """The geometric mean of the gaps around each one, in seconds, without itself."""
    logs = [math.log(max(gap.total_seconds(), LEAST_TYPICAL_SECONDS)) for gap in gaps]
    sums = [0.0]
    for value in logs:
        sums.append(sums[-1] + value)
    typical = []
    for at, value in enumerate(logs):
        low, high = max(0, at - WINDOW), min(len(logs), at + WINDOW + 1)
        others = high - low - 1
        typical.append(
            math.exp((sums[high] - sums[low] - value) / others) if others else LEAST_TYPICAL_SECONDS
        )
    return typical


def _sleeps(before: datetime, after: datetime) -> bool:
    """Whether somebody who photographed at both ends slept between them: 5:30 in the morning lies between."""
    local = before.replace(tzinfo=None)
    morning = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=ASLEEP_HOUR)
    if morning <= local:
        morning += timedelta(days=1)
    return after.astimezone(before.tzinfo).replace(tzinfo=None) >= morning


class _Placed:
    """The photos that know where they are, to say how far people went in a gap."""

    def __init__(self, photos: Sequence[KnownPhoto]) -> None:
        self.index: list[int] = []
        self.places: list[tuple[float, float]] = []
        self.before: list[int] = []  # how many placed photos there are up to each photo
        for at, photo in enumerate(photos):
            if photo.latitude is not None and photo.longitude is not None:
                self.index.append(at)
                self.places.append((photo.latitude, photo.longitude))
            self.before.append(len(self.places))

    def jump_km(self, at: int) -> float:
        """From where the last photos before a gap were taken to where the next were; 0 where that is not known.

        Medians of three, so that one wrong position is no journey.
        """
        split = self.before[at]
        earlier, later = (
            self.places[max(0, split - NEIGHBORS_PLACED) : split],
            self.places[split : split + NEIGHBORS_PLACED],
        )
        if not earlier or not later:
            return 0.0
        return distance_km(*_middle(earlier), *_middle(later))


def _middle(places: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return median(place[0] for place in places), median(place[1] for place in places)


def _join_lonely(events: list[list[KnownPhoto]]) -> list[list[KnownPhoto]]:
    """A photo or two are no event where a larger one is near in time and place."""
    kept = [number for number, event in enumerate(events) if len(event) > LONELY_PHOTOS]
    joined = {number: list(events[number]) for number in kept}
    for number, event in enumerate(events):
        if number in joined and len(event) > LONELY_PHOTOS:
            continue
        at = bisect(kept, number)
        near = [home for home in kept[max(0, at - 1) : at + 1] if not _is_elsewhere(event, events[home])]
        home = min(near, key=lambda home: (_apart(event, events[home]), home), default=None)
        if home is not None and _apart(event, events[home]) <= LONELY:
            joined[home] += event
        else:
            joined[number] = list(event)
    return [sorted(event, key=lambda photo: (photo.taken_at, photo.id)) for event in joined.values()]


def _apart(event: Sequence[KnownPhoto], other: Sequence[KnownPhoto]) -> timedelta:
    return max(event[0].taken_at - other[-1].taken_at, other[0].taken_at - event[-1].taken_at, timedelta(0))


def _is_elsewhere(event: Sequence[KnownPhoto], other: Sequence[KnownPhoto]) -> bool:
    places = [
        [(p.latitude, p.longitude) for p in side if p.latitude is not None and p.longitude is not None]
        for side in (event, other)
    ]
    return bool(places[0] and places[1] and distance_km(*_middle(places[0]), *_middle(places[1])) > JUMP_KM)


def _add_dated(events: list[list[KnownPhoto]], dated: Sequence[KnownPhoto], days: dict[int, date]) -> None:
    """Photos of which only the day is known join the largest event of that day; else they are one of their own."""
    sizes: dict[date, Counter[int]] = defaultdict(Counter)
    for number, event in enumerate(events):
        for photo in event:
            sizes[photo.taken_at.date()][number] += 1
    own: dict[date, list[KnownPhoto]] = defaultdict(list)
    for photo in sorted(dated, key=lambda photo: (photo.taken_at, photo.id)):
        here = sizes.get(days[photo.id])
        if here:
            events[max(here, key=lambda number: (here[number], -number))].append(photo)
        else:
            own[days[photo.id]].append(photo)
    events += own.values()


def _key(event: Sequence[KnownPhoto]) -> tuple[datetime, int]:
    return event[0].taken_at, event[0].id
