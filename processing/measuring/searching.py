"""How well "Find me" finds the photos of one person: by a photo that is not in the room, and by people who are not in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from processing import face_search, registry
from processing.contracts import KnownFace, Matches
from processing.measuring.labelling import MIN_PHOTOS, STRANGERS, Sample, on_photos

Search = Callable[[NDArray[np.float32], Sequence[KnownFace]], Matches]
OUTSIDE_FRIENDS, OUTSIDE_SINGLES = 30, 60


@dataclass(frozen=True, slots=True)
class Searches:
    """A room, sorted into people, the samples to search with, and who is on each face.

    Attributes:
        faces: of the room; the id is the place of the sample.
        inside: samples of people of whom the room has other photos.
        outside: samples of people who are not in the room.
    """

    faces: list[KnownFace]
    inside: list[int]
    outside: list[int]


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """Precision and recall over all faces of all searches; the rates are per search."""

    sure_precision: float
    sure_recall: float
    all_precision: float
    all_recall: float
    wrong_maybes: float
    outside_sure: float
    outside_maybes: float
    inside: int
    outside: int


def draw_searches(samples: Sequence[Sample], people: int, seed: int) -> Searches:
    """Draw a room and keep one photo of each person out of it to search with.

    Args:
        samples: faces of people with 4 or more, and of people with one.
        people: how many with 4 or more are in the room.
        seed: another one gives another room.

    Returns:
        The room, sorted by the clusterer; photos hold 1 to 8 different people, 30 % of the faces are strangers'.
    """
    chance = np.random.default_rng(1000 * people + seed)
    of: defaultdict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(samples):
        of[one.person].append(at)
    many = [
        str(one) for one in chance.permutation(sorted(name for name in of if len(of[name]) >= MIN_PHOTOS))
    ]
    singles = [
        of[str(one)][0] for one in chance.permutation(sorted(name for name in of if len(of[name]) == 1))
    ]
    inside, drawn = [], []
    for name in many[:people]:
        asked, *rest = map(int, chance.permutation(of[name]))
        inside.append(asked)
        drawn += rest
    strangers = int(len(drawn) * STRANGERS)
    drawn += singles[:strangers]
    outside = [of[name][0] for name in many[people : people + OUTSIDE_FRIENDS]]
    outside += singles[strangers : strangers + OUTSIDE_SINGLES]
    faces = [
        KnownFace(at, photo, samples[at].descriptor, samples[at].quality)
        for at, photo in on_photos(samples, drawn, chance)
    ]
    return Searches(_sorted(faces), inside, outside)


def _sorted(faces: list[KnownFace]) -> list[KnownFace]:
    groups = registry.people_clusterer().cluster(faces)
    return [replace(face, person=groups[face.id]) for face in faces]


def search_nearest(descriptor: NDArray[np.float32], faces: Sequence[KnownFace]) -> Matches:
    """Search face by face: sure within 0.5, maybe within 0.6, as face_recognition's documentation suggests."""
    apart = np.linalg.norm(np.array([face.descriptor for face in faces]) - descriptor, axis=1)
    order = [int(at) for at in np.argsort(apart, kind="stable")]
    return Matches(
        tuple(faces[at].id for at in order if apart[at] <= 0.5),
        tuple(faces[at].id for at in order if 0.5 < apart[at] <= 0.6),
    )


def measure_search(
    samples: Sequence[Sample], *, people: int, rooms: int = 8, search: Search = face_search.search
) -> SearchOutcome:
    """Search in some rooms.

    Args:
        samples: see `draw_searches`.
        people: of each room.
        rooms: how many rooms.
        search: what is measured.

    Returns:
        All searches together.
    """
    drawn = [draw_searches(samples, people, seed) for seed in range(rooms)]
    return measure_searches(samples, drawn, search)


def measure_each(samples: Sequence[Sample], search: Search = face_search.search) -> SearchOutcome:
    """Search with each face in a room of all others, for folders that are too small to draw rooms from."""
    rooms = []
    for at in range(len(samples)):
        faces = [
            KnownFace(other, other, one.descriptor, one.quality)
            for other, one in enumerate(samples)
            if other != at
        ]
        is_inside = sum(one.person == samples[at].person for one in samples) > 1
        rooms.append(Searches(_sorted(faces), [at] if is_inside else [], [] if is_inside else [at]))
    return measure_searches(samples, rooms, search)


def measure_searches(samples: Sequence[Sample], rooms: Sequence[Searches], search: Search) -> SearchOutcome:
    """Search in rooms that were drawn."""
    sums: Counter[str] = Counter()
    for room in rooms:
        usable = [face for face in room.faces if face.quality != "C"]
        there = Counter(samples[face.id].person for face in usable)
        for at in room.inside:
            found, person = search(samples[at].descriptor, usable), samples[at].person
            sums["inside"] += 1
            sums["wanted"] += there[person]
            sums["sure"] += len(found.sure)
            sums["maybe"] += len(found.maybe)
            sums["sure right"] += sum(samples[face].person == person for face in found.sure)
            sums["maybe right"] += sum(samples[face].person == person for face in found.maybe)
        for at in room.outside:
            found = search(samples[at].descriptor, usable)
            sums["outside"] += 1
            sums["outside sure"] += bool(found.sure)
            sums["outside maybe"] += len(found.maybe)
    right = sums["sure right"] + sums["maybe right"]
    return SearchOutcome(
        sure_precision=sums["sure right"] / max(1, sums["sure"]),
        sure_recall=sums["sure right"] / max(1, sums["wanted"]),
        all_precision=right / max(1, sums["sure"] + sums["maybe"]),
        all_recall=right / max(1, sums["wanted"]),
        wrong_maybes=(sums["maybe"] - sums["maybe right"]) / max(1, sums["inside"]),
        outside_sure=sums["outside sure"] / max(1, sums["outside"]),
        outside_maybes=sums["outside maybe"] / max(1, sums["outside"]),
        inside=sums["inside"],
        outside=sums["outside"],
    )
