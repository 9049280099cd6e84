"""What is measured: ours, through the registry, behind the same two questions as the baselines.

`look` finds and describes the faces of a file, `sort` says which of them are the same person.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from processing import imaging, registry
from processing.contracts import KnownFace, Region

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STAGES = ("decode", "detect", "describe")
SEARCHES = ("detect", "detect_lying")  # functions of the analyzer whose time is "detect"


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
        self.clusterer: Any = registry.clusterers()["people"]

    def look(self, path: Path) -> Look:
        """Find and describe the faces; what the analyzer does besides searching counts as "describe"."""
        started = time.perf_counter()
        picture = imaging.open_picture(path, self.analyzer.side_px)
        decoded = time.perf_counter()
        with _timed(self.analyzer, SEARCHES) as searched:
            found = self.analyzer.analyze(picture).faces or []
        whole = time.perf_counter() - decoded
        faces = tuple(SeenFace(one.region, one.descriptor, one.quality) for one in found)
        detect = sum(searched)
        seconds = {"decode": decoded - started, "detect": detect, "describe": whole - detect}
        return Look(picture.width, picture.height, faces, seconds)

    def sort(self, faces: Sequence[KnownFace]) -> list[int]:
        """Cluster the whole room at once."""
        return labelled(self.clusterer.cluster(faces), faces)


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
def _timed(module: Any, names: Sequence[str]) -> Iterator[list[float]]:
    """Collect how long the outermost calls of a module's functions take while the block runs."""
    kept = {name: getattr(module, name) for name in names if hasattr(module, name)}
    seconds: list[float] = []
    depth = 0

    def timed(function: Any) -> Any:
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
        for name, function in kept.items():
            setattr(module, name, timed(function))
        yield seconds
    finally:
        for name, function in kept.items():
            setattr(module, name, function)
