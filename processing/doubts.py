"""What to ask people about: "same person?", "is this also her?", "is this really her?". Imports numpy.

Compared are the exemplars of people, block by block, so that no matrix of the room is ever held.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from processing.contracts import Doubt, KnownFace
from processing.descriptors import distances, mean_distances
from processing.exemplars import exemplars_of, in_order

MAX_DOUBTS = 200
ASK_LIMIT = 0.60  # mean distance beyond which two people are hardly ever the same
FACE_LIMIT = 0.58
MIRROR_LIMIT = 0.35  # a second face on a photo of the same person: a mirror, a picture of a picture
NAMED_LIMIT = 0.42  # two people about whom humans said something each: only if very near
OUTLIER_LIMIT = 0.52  # mean distance of a face to the rest of its person
EVEN_CHANCE, STEEPNESS = 0.54, 30  # of the chance that two people at a distance are the same
MAX_SHARED_PHOTOS = 1
NEIGHBORS = 8  # of each person
BLOCK = 1024


@dataclass(frozen=True, slots=True)
class _Known:
    """A person as far as questions need it."""

    person: int
    size: int
    photos: frozenset[int]
    is_fixed: bool
    refused: frozenset[int]
    shown: NDArray[np.float32]


def find_doubts(faces: Sequence[KnownFace]) -> list[Doubt]:
    """List what to ask people about, most gainful first.

    Args:
        faces: all faces of one room in any order, each with the person that it was assigned to.

    Returns:
        At most MAX_DOUBTS, sorted by gain times chance of a yes.
    """
    ordered = in_order(faces)
    people = _people(ordered)
    if not people:
        return []
    doubts = [*_pairs(people), *_single_faces(ordered, people), *_outliers(ordered, people)]
    doubts.sort(key=lambda doubt: (-doubt.gain * chance(doubt.distance), doubt.distance, doubt.person))
    return doubts[:MAX_DOUBTS]


def chance(distance: float) -> float:
    """Estimate how likely two people at a mean distance are the same person.

    Args:
        distance: mean Euclidean distance between their exemplars.

    Returns:
        Probability.
    """
    return 1 / (1 + exp(STEEPNESS * (distance - EVEN_CHANCE)))


def _people(ordered: list[KnownFace]) -> list[_Known]:
    shown_ids = exemplars_of(ordered)
    by_person: defaultdict[int, list[KnownFace]] = defaultdict(list)
    for face in ordered:
        if face.person is not None:
            by_person[face.person].append(face)
    people = []
    for person in sorted(by_person):
        members = by_person[person]
        shown = [face.descriptor for face in members if face.id in shown_ids]
        if shown:
            people.append(
                _Known(
                    person=person,
                    size=len(members),
                    photos=frozenset(face.photo for face in members),
                    is_fixed=any(face.is_fixed for face in members),
                    refused=frozenset().union(*(face.refused for face in members)),
                    shown=np.array(shown, np.float32),
                )
            )
    return people


def _pairs(people: list[_Known]) -> Iterator[Doubt]:
    """Ask of two people whether they are one."""
    for first, second in _near_pairs(people):
        one, other = people[first], people[second]
        if one.person in other.refused or other.person in one.refused:
            continue
        if len(one.photos & other.photos) > MAX_SHARED_PHOTOS:
            continue
        distance = float(distances(one.shown, other.shown).mean())
        if distance <= (NAMED_LIMIT if one.is_fixed and other.is_fixed else ASK_LIMIT):
            large, small = sorted(
                (one, other), key=lambda known: (not known.is_fixed, -known.size, known.person)
            )
            yield Doubt(large.person, small.person, None, distance, min(one.size, other.size))


def _near_pairs(people: list[_Known]) -> list[tuple[int, int]]:
    """List pairs of people that may be near: the mean squared distance follows from centers and variances."""
    centers = np.array([known.shown.mean(axis=0) for known in people], np.float32)
    spread = np.array([known.shown.var(axis=0).sum() for known in people], np.float32)
    found: set[tuple[int, int]] = set()
    for start in range(0, len(people), BLOCK):
        squares = distances(centers[start : start + BLOCK], centers) ** 2
        squares += spread[start : start + BLOCK, None] + spread
        rows = np.arange(len(squares))
        squares[rows, start + rows] = np.inf
        most = min(NEIGHBORS, len(people) - 1)
        nearest = (
            np.argpartition(squares, most, axis=1)[:, :most] if most else np.zeros((len(squares), 0), int)
        )
        for row in rows:
            for column in nearest[row][squares[row, nearest[row]] <= (ASK_LIMIT + 0.02) ** 2]:
                first, second = sorted((start + int(row), int(column)))
                found.add((first, second))
    return sorted(found)


def _single_faces(ordered: list[KnownFace], people: list[_Known]) -> Iterator[Doubt]:
    """Ask of a face that belongs to nobody whether it is the person that it resembles most."""
    loose = [face for face in ordered if face.person is None and face.quality != "C"]
    if not loose:
        return
    column = {known.person: at for at, known in enumerate(people)}
    means = _means(loose, people)
    persons_on: defaultdict[int, set[int]] = defaultdict(set)
    for face in ordered:
        if face.person is not None:
            persons_on[face.photo].add(face.person)
    for face, row in zip(loose, means, strict=True):
        row[[column[person] for person in face.refused if person in column]] = np.inf
        here = [column[person] for person in persons_on[face.photo] if person in column]
        row[[at for at in here if row[at] > MIRROR_LIMIT]] = np.inf
        best = int(row.argmin())
        if row[best] <= FACE_LIMIT:
            yield Doubt(people[best].person, None, face.id, float(row[best]), 1)


def _outliers(ordered: list[KnownFace], people: list[_Known]) -> Iterator[Doubt]:
    """Ask of a face that a machine assigned and that is far from its person whether it is really that person."""
    column = {known.person: at for at, known in enumerate(people)}
    sizes = Counter(face.person for face in ordered)
    by_person: defaultdict[int, list[KnownFace]] = defaultdict(list)
    for face in ordered:
        if face.person in column and not face.is_fixed and face.quality != "C" and sizes[face.person] > 3:
            by_person[face.person].append(face)
    for person, members in by_person.items():
        shown = people[column[person]].shown
        block = distances(np.array([face.descriptor for face in members], np.float32), shown)
        others = (block > 1e-4).sum(axis=1)
        means = block.sum(axis=1) / np.maximum(1, others)
        for face, mean in zip(members, means, strict=True):
            if mean > OUTLIER_LIMIT:
                yield Doubt(person, None, face.id, float(mean), 1)


def _means(loose: list[KnownFace], people: list[_Known]) -> NDArray[np.float32]:
    labels = np.repeat(np.arange(len(people)), [len(known.shown) for known in people])
    descriptors = np.array([face.descriptor for face in loose], np.float32)
    return mean_distances(descriptors, np.concatenate([known.shown for known in people]), labels, len(people))
