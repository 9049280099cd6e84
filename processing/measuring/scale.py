"""How long large rooms of invented faces take."""

from __future__ import annotations

import ctypes
import gc
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from processing.contracts import KnownFace
from processing.measuring.methods import Method, Ours
from processing.measuring.metrics import bcubed, same_photo_pairs
from processing.measuring.rooms import Progress

# Shape of the invented space, so that its distances are like those of real faces: of one person 0.41 apart on average,
# strangers 0.80, one in 1,000 pairs of strangers within 0.53. Source: our measurement on 640 faces of Labeled Faces in the Wild.
DIMENSIONS, LENGTH, COMMON_NORM = 40, 128, 1.30
WITHIN, BETWEEN = 0.41, 0.80
SPREAD_OF_LOOKS = (
    0.12  # how much people differ in how much they differ from photo to photo, as the log's deviation
)
FACES_A_PERSON = 10
MAX_FACES = 5
MAX_BASELINE = 15_000
PAGE_BYTES = 4096
Row = dict[str, Any]
Answer = TypeVar("Answer")


def invent(count: int, seed: int = 0) -> tuple[list[KnownFace], NDArray[np.intp]]:
    """Invent a room: people with few and with many photos, photos of 1 to 5 different people.

    Args:
        count: faces.
        seed: another one gives another room.

    Returns:
        The faces, each id its place, and the true person of each.
    """
    chance = np.random.default_rng(seed)
    persons = _persons(count, chance)
    looks = chance.lognormal(0, SPREAD_OF_LOOKS, persons.max() + 1)
    within = WITHIN / np.sqrt(2 * DIMENSIONS)
    between = np.sqrt((BETWEEN**2 - WITHIN**2) / (2 * DIMENSIONS))
    centers = chance.normal(size=(len(looks), DIMENSIONS)) * between
    noise = chance.normal(size=(count, DIMENSIONS)) * (within * looks[persons])[:, None]
    turn, _ = np.linalg.qr(chance.normal(size=(LENGTH, DIMENSIONS + 1)))
    common = COMMON_NORM * turn[:, -1]
    descriptors = ((centers[persons] + noise) @ turn[:, :-1].T + common).astype(np.float32)
    photos = _photos(persons, chance)
    faces = [KnownFace(at, int(photos[at]), descriptors[at], "A") for at in range(count)]
    return faces, persons


def measure_scale(count: int, methods: Sequence[Method], progress: Progress) -> list[Row]:
    """Sort an invented room with each method that can, and assign one more photo to it with ours.

    Args:
        count: faces of the room.
        methods: ours and the baselines; the baselines compare all faces with all and are left out of larger rooms.
        progress: told what is being done.

    Returns:
        See `measure_cluster` and `measure_assign`.
    """
    rows: list[Row] = []
    for method in methods:
        if isinstance(method, Ours) or count <= MAX_BASELINE:
            progress(f"scale: {method.name} sorts {count:,} invented faces")
            rows.append(measure_cluster(count, method))
    for method in methods:
        if isinstance(method, Ours) and hasattr(method.clusterer, "assign"):
            progress(f"scale: {method.name} assigns a photo to {count:,} invented faces")
            rows += measure_assign(count, method)
    return rows


def measure_cluster(count: int, method: Method) -> Row:
    """Sort an invented room.

    Returns:
        Faces, people, seconds, growth of the memory in MB at its peak, BCubed against the truth, pairs of one photo.
    """
    faces, persons = invent(count)
    labels, seconds, megabytes = _watched(lambda: method.sort(faces))
    score = bcubed(labels, persons.tolist())
    return {
        "what": "cluster",
        "method": method.name,
        "faces": count,
        "people": int(persons.max()) + 1,
        "seconds": seconds,
        "memory_mb": megabytes,
        "bcubed_precision": score.precision,
        "bcubed_recall": score.recall,
        "bcubed_f": score.f,
        "same_photo": same_photo_pairs(labels, [face.photo for face in faces]),
    }


def measure_assign(count: int, ours: Ours) -> list[Row]:
    """Choose exemplars of an invented room of so many faces, sorted rightly, and assign one more photo of 5 faces to it.

    Returns:
        A row for the exemplars, and one for the photo with how many of its faces got their own person.
    """
    faces, persons = invent(count + MAX_FACES)
    known = [replace(face, person=int(persons[face.id]) + 1) for face in faces[:count]]
    new = [replace(face, photo=-1) for face in faces[count:]]
    about = {"method": ours.name, "faces": count, "people": len(set(persons[:count].tolist()))}
    chosen, seconds, megabytes = _watched(lambda: ours.clusterer.exemplars(known))
    rows: list[Row] = [{"what": "exemplars", **about, "seconds": seconds, "memory_mb": megabytes}]
    shown = [face for face in known if face.id in chosen]
    answer, seconds, megabytes = _watched(lambda: ours.clusterer.assign(new, shown))
    right = sum(answer[face.id] == int(persons[face.id]) + 1 for face in new)
    rows.append({"what": "assign 5", **about, "seconds": seconds, "memory_mb": megabytes, "right": right})
    return rows


def _persons(count: int, chance: np.random.Generator) -> NDArray[np.intp]:
    """Say whose each face is: many people on few photos, few people on many, 10 photos a person on average."""
    weights = chance.exponential(size=max(1, count // FACES_A_PERSON)) + 0.1
    drawn = chance.choice(len(weights), size=count, p=weights / weights.sum())
    return np.unique(drawn, return_inverse=True)[1]


def _photos(persons: Sequence[int] | NDArray[np.intp], chance: np.random.Generator) -> NDArray[np.intp]:
    """Put the faces on photos in their order, 1 to 5 each, nobody twice on one."""
    photos = np.empty(len(persons), np.intp)
    photo, present, left = 0, set[int](), 0
    for at, person in enumerate(persons):
        if left == 0 or int(person) in present:
            photo, present, left = photo + 1, set(), int(chance.integers(1, MAX_FACES + 1))
        present.add(int(person))
        left -= 1
        photos[at] = photo
    return photos


def _watched(work: Callable[[], Answer]) -> tuple[Answer, float, float]:
    """Do the work; return its answer, its seconds and by how many MB the process grew at its peak (0 where unknown)."""
    _give_back()
    with _peak() as peak:
        started = time.perf_counter()
        answer = work()
        seconds = time.perf_counter() - started
    return answer, seconds, max(0, peak[-1] - peak[0]) / 1e6


@contextmanager
def _peak() -> Iterator[list[int]]:
    """Watch the resident memory: the first value is that before, the last one the largest."""
    seen = [_resident_bytes()]
    largest, stop = seen[0], threading.Event()

    def watch() -> None:
        nonlocal largest
        while not stop.wait(0.02):
            largest = max(largest, _resident_bytes())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()
        seen.append(max(largest, _resident_bytes()))


def _give_back() -> None:
    """Return freed memory to the system, so that what comes next can't grow unseen into it; glibc only."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def _resident_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES
    except OSError:
        return 0
