"""What to ask people about: "same person?", "is this also her?", "is this really her?". Imports numpy.

Compared are the exemplars of people, block by block, so that no matrix of the room is ever held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from processing.attaching import GroupLimits, crowds_around, mean_blocks, mean_within
from processing.contracts import Doubt, KnownFace
from processing.descriptors import distances, ranks
from processing.exemplars import exemplars_of, in_order
from processing.linkage import CROWD_MOST, LOOSE_SIZE, crowding_of, join_limits

MAX_DOUBTS = 200
ASK_LIMIT = 0.60  # mean distance beyond which two people are hardly ever the same
FACE_LIMIT = 0.58
MIRROR_LIMIT = 0.35  # a second face on a photo of the same person: a mirror, a picture of a picture
NAMED_LIMIT = 0.42  # two people about whom humans said something each: only if very near
EVEN_CHANCE, STEEPNESS = -0.01, 53  # of the chance of a yes, by how far beyond the joining limit two are
LEAST_CHANCE = 0.02  # below, nobody is asked
MAX_SHARED_PHOTOS = 1
NEIGHBORS = 8  # of each person
CROWD_SAMPLE = 4096  # people that crowding is measured against
SAME = 0.01  # a distance below is that of a face to itself
BLOCK = 512


@dataclass(frozen=True, slots=True)
class _Known:
    """A person as far as questions need it."""

    person: int
    size: int
    photos: frozenset[int]
    is_fixed: bool
    refused: frozenset[int]
    shown: NDArray[np.float32]


class _Asked(NamedTuple):
    """A question and how likely an answer changes something."""

    doubt: Doubt
    chance: float


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
    crowded = _Crowded(people)
    asked = [*_pairs(people, crowded), *_single_faces(ordered, people), *_outliers(ordered, people, crowded)]
    asked = [one for one in asked if one.chance >= LEAST_CHANCE]
    asked.sort(key=lambda one: (-one.doubt.gain * one.chance, one.doubt.distance, one.doubt.person))
    return [one.doubt for one in asked[:MAX_DOUBTS]]


def chance(excess: float) -> float:
    """Estimate how likely two are the same person.

    Args:
        excess: their mean distance less the one up to which they would have been joined, see `linkage.join_limits`.

    Returns:
        Probability.

    Source: pairs that sorting 398 people of LFW left apart, docs/faces.md.
    """
    return 1 / (1 + exp(STEEPNESS * (excess - EVEN_CHANCE)))


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


class _Crowded:
    """The people who may be near each other, and how near is near enough for them."""

    def __init__(self, people: list[_Known]) -> None:
        self.sizes = np.array([len(known.shown) for known in people], float)
        self.within = np.array([mean_within(known.shown) for known in people])
        self.crowding = np.full(len(people), CROWD_MOST)
        self.pairs = self._look(people)

    def limit(self, first: int, second: int) -> float:
        """Say up to what mean distance two people would have been joined."""
        crowd = float(self.crowding[first] + self.crowding[second]) / 2
        sizes, within = (self.sizes[first], self.sizes[second]), (self.within[first], self.within[second])
        return float(join_limits(sizes, within, crowd))

    def face_limit(self, person: int) -> float:
        """Say up to what mean distance a single face would join a person."""
        return float(join_limits((1, self.sizes[person]), (0, self.within[person]), self.crowding[person]))

    def _look(self, people: list[_Known]) -> list[tuple[int, int]]:
        """List near pairs: the mean squared distance of two people follows from their centers and spreads."""
        centers = np.array([known.shown.mean(axis=0) for known in people], np.float32)
        spread = np.array([known.shown.var(axis=0).sum() for known in people], np.float32)
        step = -(-len(people) // CROWD_SAMPLE)
        found: set[tuple[int, int]] = set()
        for start in range(0, len(people), BLOCK):
            squares = distances(centers[start : start + BLOCK], centers) ** 2
            squares += spread[start : start + BLOCK, None] + spread
            np.fill_diagonal(squares[:, start:], np.inf)
            self.crowding[start : start + BLOCK] = crowding_of(np.sqrt(squares[:, ::step]))
            rows, columns = np.nonzero(squares <= (ASK_LIMIT + 0.02) ** 2)
            order = np.lexsort((columns, squares[rows, columns], rows))
            for at in order[ranks(rows[order]) < NEIGHBORS]:
                first, second = sorted((start + int(rows[at]), int(columns[at])))
                found.add((first, second))
        return sorted(found)


def _pairs(people: list[_Known], crowded: _Crowded) -> Iterator[_Asked]:
    """Ask of two people whether they are one."""
    for first, second in crowded.pairs:
        one, other = people[first], people[second]
        if one.person in other.refused or other.person in one.refused:
            continue
        if len(one.photos & other.photos) > MAX_SHARED_PHOTOS:
            continue
        distance = float(distances(one.shown, other.shown).mean())
        if distance > MIRROR_LIMIT and one.photos & other.photos in (one.photos, other.photos):
            continue  # nowhere but beside each other: two people, unless in a mirror
        if distance <= (NAMED_LIMIT if one.is_fixed and other.is_fixed else ASK_LIMIT):
            large, small = sorted(
                (one, other), key=lambda known: (not known.is_fixed, -known.size, known.person)
            )
            doubt = Doubt(large.person, small.person, None, distance, min(one.size, other.size))
            yield _Asked(doubt, chance(distance - crowded.limit(first, second)))


def _single_faces(ordered: list[KnownFace], people: list[_Known]) -> Iterator[_Asked]:
    """Ask of a face that belongs to nobody whether it is the person that it resembles most."""
    loose = [face for face in ordered if face.person is None and face.quality != "C"]
    if not loose:
        return
    groups = {known.person: known.shown for known in people}
    limits = GroupLimits(groups)
    column = {known.person: at for at, known in enumerate(people)}
    persons_on: defaultdict[int, set[int]] = defaultdict(set)
    for face in ordered:
        if face.person is not None:
            persons_on[face.photo].add(face.person)
    for start, block in mean_blocks(loose, groups):
        for row, crowd, face in zip(block, crowds_around(block), loose[start:], strict=False):
            row[[column[person] for person in face.refused if person in column]] = np.inf
            here = [column[person] for person in persons_on[face.photo] if person in column]
            row[[at for at in here if row[at] > MIRROR_LIMIT]] = np.inf
            best = int(row.argmin())
            if row[best] <= FACE_LIMIT:
                doubt = Doubt(people[best].person, None, face.id, float(row[best]), 1)
                yield _Asked(doubt, chance(float(row[best]) - limits.of(best, float(crowd))))


def _outliers(ordered: list[KnownFace], people: list[_Known], crowded: _Crowded) -> Iterator[_Asked]:
    """Ask of a face that a machine assigned and that is far from its person whether it is really that person."""
    column = {known.person: at for at, known in enumerate(people)}
    by_person: defaultdict[int, list[KnownFace]] = defaultdict(list)
    for face in ordered:
        if face.person in column and not face.is_fixed and face.quality != "C":
            by_person[face.person].append(face)
    for person, members in by_person.items():
        at = column[person]
        if len(people[at].shown) < LOOSE_SIZE:
            continue
        block = distances(np.array([face.descriptor for face in members], np.float32), people[at].shown)
        means = block.sum(axis=1) / np.maximum(1, (block > SAME).sum(axis=1))
        for face, mean in zip(members, means.tolist(), strict=True):
            excess = mean - crowded.face_limit(at)
            if excess > 0:
                yield _Asked(Doubt(person, None, face.id, mean, 1), 1 - chance(excess))
