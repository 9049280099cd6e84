"""Measure how well faces are sorted into people, on photos whose people are known.

Usage: PYTHONPATH=. python scripts/measure_people.py FOLDER [--people 6 15 40 120] [--rooms 8]

FOLDER holds photos and labels.csv with the columns file and person (one main person a photo, like Labeled Faces in the Wild).
Rooms are made of it: so many people with four photos or more, 30 % strangers with one, photos of 1 to 8 different people. Printed:
precision, recall and F over pairs of faces, B-cubed F, and photos on which somebody is twice. docs/faces.md has the results.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from processing import imaging
from processing.analyzers import faces as analyzer
from processing.clusterers import people
from processing.contracts import FaceFinding, KnownFace
from processing.errors import UnreadableImage

STRANGERS = 0.3
Labelled = tuple[str, FaceFinding]


def main() -> None:
    """Describe the faces once, then make rooms of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, nargs="+", default=[6, 15, 40, 120])
    parser.add_argument("--rooms", type=int, default=8)
    options = parser.parse_args()
    known = read_faces(options.folder)
    print(f"{len(known)} faces, qualities {dict(Counter(face.quality for _, face in known))}")
    for count in options.people:
        results = [measure(make_room(known, count, seed)) for seed in range(options.rooms)]
        means = {name: float(np.mean([one[name] for one in results])) for name in results[0]}
        print(f"{count} people:", "  ".join(f"{name} {value:.3f}" for name, value in means.items()))


def read_faces(folder: Path) -> list[Labelled]:
    """Find the face nearest to the middle of each photo that is in labels.csv."""
    with (folder / "labels.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    known = []
    for row in rows:
        try:
            picture = imaging.open_picture(folder / row["file"], analyzer.side_px)
        except UnreadableImage:
            continue
        found = analyzer.analyze(picture).faces or []
        if found:
            middle = (picture.width / 2, picture.height / 2)
            known.append((row["person"], min(found, key=lambda face: _distance(face, middle))))
    return known


def make_room(known: Sequence[Labelled], count: int, seed: int) -> list[tuple[str, KnownFace]]:
    """Draw people and strangers, and put their faces on photos in random order."""
    chance = np.random.default_rng(100 * count + seed)
    by_person: defaultdict[str, list[FaceFinding]] = defaultdict(list)
    for person, face in known:
        by_person[person].append(face)
    friends = sorted(person for person, found in by_person.items() if len(found) >= 4)
    singles = sorted(person for person, found in by_person.items() if len(found) == 1)
    drawn = [(str(one), face) for one in chance.permutation(friends)[:count] for face in by_person[str(one)]]
    drawn += [
        (str(one), by_person[str(one)][0])
        for one in chance.permutation(singles)[: int(len(drawn) * STRANGERS)]
    ]
    room: list[tuple[str, KnownFace]] = []
    photo, present, left = 0, set[str](), 0
    for at in chance.permutation(len(drawn)):
        person, face = drawn[at]
        if left == 0 or person in present:
            photo, present, left = photo + 1, set(), int(chance.integers(1, 9))
        present.add(person)
        left -= 1
        room.append((person, KnownFace(len(room), photo, face.descriptor, face.quality)))
    return room


def measure(room: list[tuple[str, KnownFace]]) -> dict[str, float]:
    """Compare the people found with the truth; a face without a person counts as a person of its own."""
    answer = people.cluster([face for _, face in room])
    alone = min((person for person in answer.values() if person is not None), default=0)
    labels = [alone - 1 - face.id if answer[face.id] is None else answer[face.id] for _, face in room]
    names = [name for name, _ in room]
    both, found, true = Counter(zip(labels, names, strict=True)), Counter(labels), Counter(names)
    pairs = sum(map(_pairs, both.values()))
    precision, recall = (
        pairs / max(1, sum(map(_pairs, found.values()))),
        pairs / max(1, sum(map(_pairs, true.values()))),
    )
    inner = sum(count**2 / found[label] for (label, _), count in both.items()) / len(room)
    outer = sum(count**2 / true[name] for (_, name), count in both.items()) / len(room)
    twice = Counter((face.photo, label) for (_, face), label in zip(room, labels, strict=True))
    return {
        "precision": precision,
        "recall": recall,
        "F": 2 * precision * recall / max(1e-9, precision + recall),
        "bcubed F": 2 * inner * outer / (inner + outer),
        "twice on a photo": float(sum(count > 1 for count in twice.values())),
    }


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _distance(face: FaceFinding, middle: tuple[float, float]) -> float:
    x, y = face.region.x + face.region.width / 2, face.region.y + face.region.height / 2
    return abs(x - middle[0]) + abs(y - middle[1])


if __name__ == "__main__":
    main()
