"""How well each method sorts faces into people."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from processing.measuring import memory, rooms
from processing.measuring.methods import Look, Method, Ours, total_seconds
from processing.measuring.metrics import bcubed, pairwise, same_photo_pairs
from processing.measuring.rooms import Looker, Room
from processing.measuring.truths import LabelledFolder

Row = dict[str, Any]


def readable(folder: LabelledFolder, looker: Looker) -> tuple[LabelledFolder, dict[str, list[Look]]]:
    """Look at the photos of a folder.

    Args:
        folder: the photos.
        looker: looks with every method.

    Returns:
        The folder without the photos that could not be read, and the looks of each method at the others.
    """
    looks = looker.look([photo.path for photo in folder.photos], folder.name)
    kept = [(photo, look) for photo, look in zip(folder.photos, looks, strict=True) if look is not None]
    by_method = {method.name: [look[method.name] for _, look in kept] for method in looker.methods}
    return replace(folder, photos=tuple(photo for photo, _ in kept)), by_method


def measure_as_it_is(
    folder: LabelledFolder, looks: dict[str, list[Look]], methods: Sequence[Method], shuffles: int
) -> list[Row]:
    """Sort all faces of a folder as one room.

    Args:
        folder: photos that could be read.
        looks: by method, one for each photo.
        methods: what to measure.
        shuffles: in how many other orders the faces are sorted as well.

    Returns:
        A row for each method: see `measure_room`, with the faces found and the seconds of each stage.
    """
    rows = []
    for method in methods:
        room = rooms.as_it_is(folder, looks[method.name])
        row: Row = {"room": folder.name, "method": method.name, "photos": len(folder.photos)}
        row |= measure_room(room, method, shuffles)
        row["seconds"] = total_seconds(looks[method.name]) | row["seconds"]
        rows.append(row)
    return rows


def measure_drawn(
    folder: LabelledFolder,
    looks: dict[str, list[Look]],
    methods: Sequence[Method],
    *,
    people: int,
    seeds: int,
    shuffles: int,
) -> list[Row]:
    """Sort rooms that are drawn out of a folder.

    Returns:
        A row for each method, as `measure_room`: means over the rooms; pairs of one photo and missed faces are added up, and
        of the orders it is the worst. Empty if the folder has too few people for a room.
    """
    drawn = [rooms.draw(folder, people, seed) for seed in range(seeds)]
    if not drawn or not drawn[0]:
        return []
    rows = []
    for method in methods:
        made = [measure_room(rooms.as_drawn(one, looks[method.name]), method, shuffles) for one in drawn]
        row = {"room": f"{seeds} rooms of {people}", "method": method.name, "folder": folder.name}
        rows.append(row | _mean(made))
    return rows


def measure_room(room: Room, method: Method, shuffles: int) -> Row:
    """Sort a room and compare it with the truth.

    Args:
        room: the room as the method sees it.
        method: sorts it.
        shuffles: in how many other orders it is sorted as well.

    Returns:
        Pairwise and BCubed precision, recall and F over the truths (a missed face is alone), pairs of faces of one photo in one
        person over all faces, photos of several known people with exactly those people, faces, truths, missed ones, seconds to
        sort. `order`: the worst BCubed F of another order against this one (1: order does not matter); `arrival`: the same for
        photos that arrive in three portions and are sorted anew after each, None for the baselines.
    """
    started = time.perf_counter()
    labels = method.sort(room.faces)
    seconds = time.perf_counter() - started
    given = judged(room, labels)
    names = [truth.person for truth in room.truths]
    pairs, cubed = pairwise(given, names), bcubed(given, names)
    return {
        "faces": len(room.faces),
        "truths": len(room.truths),
        "missed": sum(truth.face is None for truth in room.truths),
        "pair_precision": pairs.precision, "pair_recall": pairs.recall, "pair_f": pairs.f,
        "bcubed_precision": cubed.precision, "bcubed_recall": cubed.recall, "bcubed_f": cubed.f,
        "same_photo": same_photo_pairs(labels, [face.photo for face in room.faces]),
        "order": min((order_agreement(room, labels, method, seed) for seed in range(shuffles)), default=None),
        "arrival": arrival_agreement(room, labels, method, shuffles),
        "groups": len(room.groups),
        "groups_right": groups_right(room, labels),
        "seconds": {"sort": seconds},
    }  # fmt: skip


def judged(room: Room, labels: Sequence[int]) -> list[Any]:
    """Take the label of each truth; a face that the method missed gets one of its own."""
    return [
        ("missed", at) if truth.face is None else labels[truth.face] for at, truth in enumerate(room.truths)
    ]


def order_agreement(room: Room, labels: Sequence[int], method: Method, seed: int) -> float:
    """Sort the room in another order and compare: BCubed F, 1 if it is the same sorting."""
    mixed, order = rooms.shuffled(room, seed)
    again = method.sort(mixed)
    return bcubed(again, [labels[at] for at in order]).f


def arrival_agreement(room: Room, labels: Sequence[int], method: Method, times: int) -> float | None:
    """Let the room arrive in three portions, several times; None for a method that has no other way than all at once.

    Returns:
        The worst BCubed F against the sorting of all at once.
    """
    if not isinstance(method, Ours):
        return None
    return min((bcubed(memory.arrive(room, method, seed), labels).f for seed in range(times)), default=None)


def groups_right(room: Room, labels: Sequence[int]) -> int:
    """Count the photos of several known people on which each of them is found once, and nobody else who is known.

    A group is called as most of its truths are. Faces whose group has no truth in it are strangers in the background.
    """
    names_in: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for truth in room.truths:
        if truth.face is not None:
            names_in[labels[truth.face]][truth.person] += 1
    name_of = {label: max(sorted(names), key=names.__getitem__) for label, names in names_in.items()}
    found: defaultdict[int, list[str]] = defaultdict(list)
    for face, label in zip(room.faces, labels, strict=True):
        if label in name_of:
            found[face.photo].append(name_of[label])
    return sum(sorted(found[photo]) == sorted(people) for photo, people in room.groups.items())


def _mean(made: Sequence[Row]) -> Row:
    """Average the rows of several rooms; counts of errors are added up."""
    row: Row = {}
    for key in made[0]:
        values = [one[key] for one in made]
        if key == "seconds":
            row[key] = {"sort": fmean(value["sort"] for value in values)}
        elif key in ("same_photo", "missed", "groups", "groups_right"):
            row[key] = sum(values)
        elif key in ("order", "arrival"):
            row[key] = min((value for value in values if value is not None), default=None)
        else:
            row[key] = fmean(values)
    return row
