"""What is measured: ours, through the registry, behind the same two questions as the baselines.

`look` finds and describes the faces of a file, `sort` says which of them are the same person.
"""

from __future__ import annotations

import functools
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from processing import face_finding, imaging, registry
from processing.contracts import KnownFace, Region

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STAGES = ("decode", "detect", "describe")
LIVE_PHOTOS = 20  # that arrive together
# Functions of the analyzer and of the module that searches for it, whose time is "detect".
SEARCHES = ("detect", "detect_lying", "find", "find_lying")


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face that a method found: its box in full-size pixels, its descriptor, float32 (128,), and its quality class."""

    region: Region
    descriptor: NDArray[np.float32]
    quality: str = "A"


@dataclass(frozen=True, slots=True)
class Look:
    """What a method found on one photo, whose size is as displayed, and the seconds by stage (see STAGES)."""

    width: int
    height: int
    faces: tuple[SeenFace, ...]
    seconds: Mapping[str, float]


class Method(Protocol):
    """A way to find, describe and sort faces."""

    name: str

    def look(self, path: Path) -> Look:
        """Find and describe the faces of a file; raises UnreadableImage or what Pillow raises."""
        ...

    def sort(self, faces: Sequence[KnownFace]) -> list[int]:
        """Give each face the label of its person; a face that belongs to nobody gets one of its own."""
        ...


class Ours:
    """The analyzer `faces` and the clusterer `people`, as the site uses them."""

    name = "ours"

    def __init__(self) -> None:
        self.analyzer: Any = registry.analyzers()["faces"]
        self.clusterer: Any = registry.people_clusterer()
        self.searchers: list[Any] = [self.analyzer, face_finding]

    def look(self, path: Path) -> Look:
        """Find and describe the faces; what the analyzer does besides searching counts as "describe"."""
        started = time.perf_counter()
        picture = imaging.open_picture(path, self.analyzer.side_px)
        decoded = time.perf_counter()
        with _timed(self.searchers, SEARCHES) as searched:
            found = self.analyzer.analyze(picture).faces or []
        whole = time.perf_counter() - decoded
        faces = tuple(SeenFace(one.region, one.descriptor, one.quality) for one in found)
        detect = sum(searched)
        seconds = {"decode": decoded - started, "detect": detect, "describe": whole - detect}
        return Look(picture.width, picture.height, faces, seconds)

    def sort(self, faces: Sequence[KnownFace]) -> list[int]:
        """Cluster the whole room at once."""
        return labelled(self.clusterer.cluster(faces), faces)

    def assign(self, new: Sequence[KnownFace], known: Sequence[KnownFace]) -> dict[int, int | None]:
        """Give new faces to people as the site does in a large room: by the exemplars and who is on the same photos."""
        chosen = self.clusterer.exemplars(known)
        photos = {face.photo for face in new}
        answer: dict[int, int | None] = self.clusterer.assign(
            new, [face for face in known if face.id in chosen or face.photo in photos]
        )
        return answer


class Live:
    """Ours while a large room grows: a third of the photos sorted at once, the others assigned as they arrive.

    This is what the site shows until the room is quiet and it sorts everything again.

    Args:
        ours: does both.
    """

    name = "live"

    def __init__(self, ours: Ours) -> None:
        self.ours = ours
        self.look = ours.look

    def sort(self, faces: Sequence[KnownFace]) -> list[int]:
        """Sort the first photos, assign the others, 20 at a time; photos arrive in the order of their keys."""
        photos = sorted({face.photo for face in faces})
        start = -(-len(photos) // 3)
        first = set(photos[:start])
        there = [face for face in faces if face.photo in first]
        person_of = numbered(self.ours.clusterer.cluster(there), {})
        for at in range(start, len(photos), LIVE_PHOTOS):
            arriving = set(photos[at : at + LIVE_PHOTOS])
            new = [face for face in faces if face.photo in arriving]
            known = [replace(face, person=person_of[face.id]) for face in faces if face.id in person_of]
            person_of |= numbered(self.ours.assign(new, known), person_of)
        return labelled(person_of, faces)


def numbered(answer: Mapping[int, int | None], before: Mapping[int, int | None]) -> dict[int, int | None]:
    """Give the new people of an answer (negative numbers) numbers that nobody had before.

    Args:
        answer: person by face id, as a clusterer gives it.
        before: the same of the faces that were there.

    Returns:
        The answer with numbers above 0 only.
    """
    first = max((person for person in before.values() if person is not None), default=0)
    return {
        face: first - person if person is not None and person < 0 else person
        for face, person in answer.items()
    }


def labelled(answer: Mapping[int, int | None], faces: Sequence[KnownFace]) -> list[int]:
    """Turn a clusterer's answer into labels; a face without a person gets one of its own.

    Args:
        answer: person by face id.
        faces: the faces that were asked about.

    Returns:
        A label for each face, in the same order.
    """
    lowest = min((person for person in answer.values() if person is not None), default=0)
    labels = []
    for at, face in enumerate(faces, start=1):
        person = answer[face.id]
        labels.append(min(lowest, 0) - at if person is None else person)
    return labels


def as_known(looks: Sequence[Look]) -> list[KnownFace]:
    """List the faces of photos as the clusterer wants them; a photo's key is its place, a face's id is its place."""
    faces = [(photo, face) for photo, look in enumerate(looks) for face in look.faces]
    return [KnownFace(at, photo, face.descriptor, face.quality) for at, (photo, face) in enumerate(faces)]


def total_seconds(looks: Sequence[Look]) -> dict[str, float]:
    """Add up the seconds of each stage."""
    total: defaultdict[str, float] = defaultdict(float)
    for look in looks:
        for stage in STAGES:
            total[stage] += look.seconds[stage]
    return dict(total)


@contextmanager
def _timed(modules: Sequence[Any], names: Sequence[str]) -> Iterator[list[float]]:
    """Collect how long the outermost calls of some functions take while the block runs."""
    kept = [
        (module, name, getattr(module, name)) for module in modules for name in names if hasattr(module, name)
    ]
    seconds: list[float] = []
    depth = 0

    def timed(function: Any) -> Any:
        @functools.wraps(function)
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal depth
            depth += 1
            started = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                depth -= 1
                if depth == 0:
                    seconds.append(time.perf_counter() - started)

        return call

    try:
        for module, name, function in kept:
            setattr(module, name, timed(function))
        yield seconds
    finally:
        for module, name, function in kept:
            setattr(module, name, function)
