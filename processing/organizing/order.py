"""Puts the photos of a folder in order, with the same clusterers as a room: times, places, events, copies, look-alikes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from processing import best_shots, registry
from processing.categories import PEOPLE_WORDS, merged, name_people
from processing.contracts import FaceShot, KnownPhoto, PhotoSet, TagFinding
from processing.event_names import EventFacts, name_events
from processing.gazetteer import Locality
from processing.pipeline import Analyzed
from processing.times import TimeClues, TimeFound, resolve, zone_of

UNKNOWN_SOURCES = ("file", "upload")
CERTAIN_SOURCES = ("camera", "satellite")  # the moment is known, whatever the place
NameOf = Callable[[float, float], Locality | None]


@dataclass(slots=True)
class Place:
    """Where one photo stands among the others of the folder; None where nothing can be said.

    Attributes:
        time: when it was taken, and how that is known.
        locality: its place; `is_inferred` if it is that of photos near in time.
        event: number of the event, from 1 in order of time.
        duplicates: number of the group of photos that are the same shot; `is_copy` if another one of it is better.
        similar: number of the group of look-alikes.
        is_best: of its look-alikes, or it has none; copies never are.
        tags: what it shows, most certain first.
    """

    time: TimeFound
    locality: Locality | None = None
    is_inferred: bool = False
    event: int | None = None
    duplicates: int | None = None
    is_copy: bool = False
    similar: int | None = None
    is_best: bool = True
    tags: list[TagFinding] = field(default_factory=list)

    @property
    def local_time(self) -> datetime | None:
        """On the clock of the place: with its offset if somebody knows it, else naive; None if nobody knows the time."""
        taken_at = self.time.taken_at
        if taken_at is None or self.time.offset_minutes is None:
            return taken_at
        local = taken_at.astimezone(timezone(timedelta(minutes=self.time.offset_minutes)))
        return local.replace(tzinfo=None) if self.time.source in ("room", "filename") else local

    @property
    def categories(self) -> list[str]:
        """Names of the categories that are certain enough to be shown."""
        return [tag.name for tag in self.tags if tag.kind == "category" and tag.is_sure]


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of the folder: its number, its name, and its span on the clock of the place."""

    id: int
    name: str
    starts_at: datetime
    ends_at: datetime
    photos: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One file as it comes to be put in order.

    Attributes:
        file: its name in the report.
        content: equal for files with the same bytes.
        size_bytes: of the file.
        modified_at: aware; its last change.
        analyzed: what was found on it.
        persons: for each face whose it is, or None.
    """

    file: str
    content: str
    size_bytes: int
    modified_at: datetime
    analyzed: Analyzed
    persons: tuple[int | None, ...] = ()


def put_in_order(
    photos: Sequence[Seen], *, name_of: NameOf = lambda latitude, longitude: None, zone: str = "UTC"
) -> tuple[list[Place], list[Happening]]:
    """Put photos in order.

    Args:
        photos: of one folder.
        name_of: names a position in degrees.
        zone: the time zone of cameras that noted none.

    Returns:
        A place for each photo, in the same order, and the events in order of time.
    """
    places = [Place(_time(photo, zone), tags=tags_of(photo.analyzed)) for photo in photos]
    known = [_known(number, photo, places[number]) for number, photo in enumerate(photos)]
    _locate(known, places, name_of)
    for number in _infer(known, places):
        _retime(number, photos[number], known, places[number], zone)
    happenings = _find_events(known, places)
    _find_copies(known, places)
    _find_look_alikes(known, places)
    return places, happenings


def _time(photo: Seen, zone: str, place_zone: str | None = None) -> TimeFound:
    """When it was taken; `place_zone` is that of its place where the photo itself does not say it."""
    facts = photo.analyzed.facts
    latitude, longitude = facts.get("latitude"), facts.get("longitude")
    clues = TimeClues(
        uploaded_at=datetime.now(UTC),
        clock_at=facts.get("clock_at"),
        clock_offset_minutes=facts.get("clock_offset_minutes"),
        satellite_at=facts.get("satellite_at"),
        is_video=photo.analyzed.kind == "video",
        filename=photo.file.rsplit("/", 1)[-1],
        modified_at=photo.modified_at,
    )

    def its_zone() -> str | None:
        return zone_of(latitude, longitude) if latitude is not None and longitude is not None else place_zone

    return resolve(clues, room_zone=zone, place_zone=its_zone)


def tags_of(analyzed: Analyzed) -> list[TagFinding]:
    """What the analyzers see, and portrait, couple or group by the faces; most certain first."""
    tags = merged(tag for finding in analyzed.findings.values() for tag in finding.tags or ())
    regions = [face.finding.region for face in analyzed.faces or ()]
    tags = [tag for tag in tags if tag.name not in PEOPLE_WORDS]
    tags += name_people(regions, analyzed.width, analyzed.height)
    return sorted(tags, key=lambda tag: (-tag.score, tag.name))


def _known(number: int, photo: Seen, place: Place) -> KnownPhoto:
    """The photo as the clusterers see it; its number is its id."""
    analyzed = photo.analyzed
    facts = analyzed.facts
    camera = facts.get("camera") or ""
    return KnownPhoto(
        id=number,
        taken_at=_on_its_clock(place.time),
        is_time_known=place.time.source not in UNKNOWN_SOURCES,
        time_source=place.time.source,
        clock_at=facts.get("clock_at"),
        latitude=facts.get("latitude"),
        longitude=facts.get("longitude"),
        camera=f"{camera}/{facts.get('serial') or ''}" if camera else "",
        width=analyzed.width,
        height=analyzed.height,
        size_bytes=photo.size_bytes,
        format=analyzed.format,
        filename=photo.file.rsplit("/", 1)[-1],
        sha256=photo.content,
        has_metadata=facts.get("clock_at") is not None,
        sharpness=facts.get("sharpness"),
        exposure=facts.get("exposure") or "",
        faces=tuple(_shot(photo, at) for at in range(len(analyzed.faces or ()))),
        arrays={
            name: array.ravel()
            for finding in analyzed.findings.values()
            for name, array in finding.arrays.items()
        },
    )


def _on_its_clock(time: TimeFound) -> datetime:
    return time.at.astimezone(timezone(timedelta(minutes=time.offset_minutes or 0)))


def _shot(photo: Seen, at: int) -> FaceShot:
    face = (photo.analyzed.faces or [])[at].finding
    person = photo.persons[at] if at < len(photo.persons) else None
    side = max(face.region.width, face.region.height)
    return FaceShot(side, face.sharpness, face.pose, face.score, person, face.eyes, face.smile)


def _sets(name: str, photos: Sequence[KnownPhoto]) -> list[PhotoSet]:
    return registry.photo_clusterers()[name].cluster(photos)


def _locate(known: Sequence[KnownPhoto], places: Sequence[Place], name_of: NameOf) -> None:
    """Name the positions of photos."""
    for photo in known:
        if photo.latitude is not None and photo.longitude is not None:
            places[photo.id].locality = name_of(photo.latitude, photo.longitude)


def _infer(known: list[KnownPhoto], places: Sequence[Place]) -> list[int]:
    """Give photos without a position the place of photos near in time; answers which.

    Whose moment is not known for certain shows a wall clock: it is compared with the wall clocks of the others.
    """
    anchors = [photo for photo in known if photo.latitude is not None]
    asked = [photo for photo in known if photo.latitude is None]
    certain = [photo for photo in asked if places[photo.id].time.source in CERTAIN_SOURCES]
    others = [photo for photo in asked if places[photo.id].time.source not in CERTAIN_SOURCES]
    found = [
        *_sets("places", [*anchors, *certain]),
        *_sets("places", [_by_wall(photo) for photo in (*anchors, *others)]),
    ]
    inferred = []
    for group in found:
        source = places[int(group.data["from"])]
        for number in group.ids:
            if known[number].latitude is None:
                places[number].locality, places[number].is_inferred = source.locality, True
                inferred.append((number, group.data["latitude"], group.data["longitude"]))
    for number, latitude, longitude in inferred:
        known[number] = replace(known[number], latitude=latitude, longitude=longitude)
    return [number for number, _, _ in inferred]


def _by_wall(photo: KnownPhoto) -> KnownPhoto:
    return replace(photo, taken_at=photo.taken_at.replace(tzinfo=UTC))


def _retime(number: int, photo: Seen, known: list[KnownPhoto], place: Place, zone: str) -> None:
    """Read the clock again, now that its place is known."""
    if place.time.source == "room" and place.locality and place.locality.time_zone:
        place.time = _time(photo, zone, place.locality.time_zone)
        known[number] = replace(known[number], taken_at=_on_its_clock(place.time))


def _find_events(known: Sequence[KnownPhoto], places: Sequence[Place]) -> list[Happening]:
    sets = _sets("events", known)
    facts = [_facts([known[number] for number in found.ids], places) for found in sets]
    names = name_events(facts)
    made = []
    for number, (found, fact, name) in enumerate(zip(sets, facts, names, strict=True), start=1):
        for photo in found.ids:
            places[photo].event = number
        made.append(Happening(number, name, fact.starts_at, fact.ends_at, len(found.ids)))
    return made


def _facts(photos: Sequence[KnownPhoto], places: Sequence[Place]) -> EventFacts:
    times = [photo.taken_at.replace(tzinfo=None) for photo in photos]
    return EventFacts(min(times), max(times), _common_town([places[photo.id] for photo in photos]))


def _common_town(places: Sequence[Place]) -> str:
    """The town of most of the photos that have one."""
    towns: dict[str, int] = {}
    for place in places:
        if place.locality and place.locality.city:
            towns[place.locality.city] = towns.get(place.locality.city, 0) + 1
    return max(sorted(towns), key=lambda town: towns[town]) if towns else ""


def _find_copies(known: Sequence[KnownPhoto], places: Sequence[Place]) -> None:
    """Number the groups of the same shot by their first photo; all but the best one of each are copies."""
    sets = sorted(_sets("duplicates", known), key=lambda found: min(found.ids))
    for number, found in enumerate(sets, start=1):
        for at, photo in enumerate(found.ids):
            places[photo].duplicates, places[photo].is_copy = number, at > 0
            places[photo].is_best = at == 0


def _find_look_alikes(known: Sequence[KnownPhoto], places: Sequence[Place]) -> None:
    """Number the groups of look-alikes and choose the best of each; a copy is in the group of what it is a copy of."""
    originals = [photo for photo in known if not places[photo.id].is_copy]
    sets = sorted(_sets("similar", originals), key=lambda found: min(found.ids))
    of_group: dict[int, int] = {}
    for number, found in enumerate(sets, start=1):
        ranked = best_shots.rank([known[photo] for photo in found.ids])
        for at, one in enumerate(ranked):
            places[one.id].similar, places[one.id].is_best = number, at == 0
            if places[one.id].duplicates:
                of_group[places[one.id].duplicates or 0] = number
    for place in places:
        if place.is_copy and place.duplicates:
            place.similar = of_group.get(place.duplicates)


def as_json(place: Place, analyzed: Analyzed) -> dict[str, Any]:
    """What the report says of it; the keys are public: docs/organize.md."""
    facts: Mapping[str, Any] = analyzed.facts
    sharpness = facts.get("sharpness")
    locality = place.locality
    hashed = analyzed.findings.get("phash")
    return {
        "time_source": place.time.source,
        "sharpness": None if sharpness is None else round(float(sharpness), 4),
        "quality": facts.get("quality") or None,
        "exposure": facts.get("exposure") or None,
        "place": {"country": locality.country, "region": locality.region, "city": locality.city}
        if locality
        else None,
        "place_inferred": place.is_inferred if locality else None,
        "event": place.event,
        "duplicate_group": place.duplicates,
        "similar_group": place.similar,
        "best": place.is_best,
        "tags": [{"name": tag.name, "score": round(tag.score, 4)} for tag in place.tags],
        "categories": place.categories,
        "phash": hashed.data.get("phash") if hashed else None,
    }


NOTHING: dict[str, Any] = {
    "time_source": None, "sharpness": None, "quality": None, "exposure": None, "place": None, "place_inferred": None,
    "event": None, "duplicate_group": None, "similar_group": None, "best": None, "tags": [], "categories": [],
    "phash": None,
}  # fmt: skip


def changed_at(seconds: float) -> datetime:
    """A file's time as the system says it, within what a date can hold."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)
