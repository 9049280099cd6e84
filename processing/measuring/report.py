"""The whole measurement, as plain data."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from processing import weights
from processing.measuring import finding, memory, rooms, scale, sorting, speed, truths
from processing.measuring.baselines import FullSize, Thumbnail
from processing.measuring.methods import Live, Look, Method, Ours, as_known
from processing.measuring.rooms import Looker, Progress
from processing.measuring.speed import Portrait
from processing.measuring.truths import LabelledFolder, LabelledPhoto

SHUFFLES, REPEATS = 3, 3
QUICK_SIZE_PX = (1600, 1200)
SCALES = (12_500, 30_000)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What to measure.

    Attributes:
        data: folder with known people and faces; None for the packaged samples.
        samples: photos of known people that are there without a folder: file and person.
        people: people of the drawn rooms, one table each.
        rooms: drawn rooms for each number of people.
        photos: photos of each folder, None for all.
        is_quick: fewer rooms, orders and repeats, and a smaller photo for the speed.
        scales: faces of the invented rooms; empty for none.
        has_baselines: whether the baselines are measured beside ours.
    """

    data: Path | None = None
    samples: tuple[tuple[Path, str], ...] = ()
    people: tuple[int, ...] = (40,)
    rooms: int = 5
    photos: int | None = None
    is_quick: bool = False
    scales: tuple[int, ...] = ()
    has_baselines: bool = True


def measure(settings: Settings, progress: Progress) -> dict[str, Any]:
    """Measure everything, on one thread.

    Args:
        settings: what to measure.
        progress: told what is being done.

    Returns:
        JSON-serializable: `machine`, `settings`, and rows under `sorting`, `finding`, `speed`, `memory`, `scale`; `skipped`
        files that could not be read.

    Raises:
        DataError: the folder is missing or there is nothing to measure with.
        ModelUnavailable: a model is missing.
    """
    with _one_thread():
        return _measure(settings, progress)


def _measure(settings: Settings, progress: Progress) -> dict[str, Any]:
    ours, full_size = Ours(), FullSize()
    methods: list[Method] = [ours, full_size, Thumbnail(full_size)] if settings.has_baselines else [ours]
    labelled, marked = _read(settings)
    portraits = _portraits(labelled, ours)
    progress("warming up")
    for method in methods:  # so that no stage includes loading a model or a library
        method.sort(as_known([method.look(portraits[-1].path)] * 2))
    looker = Looker(methods, progress)
    result: dict[str, Any] = {"machine": _machine(), "settings": _plain(settings)}
    result["sorting"], result["memory"] = _measure_people(labelled, looker, settings)
    result["finding"] = [row for folder in marked for row in finding.measure_finding(folder, looker)]
    result["speed"] = _measure_speed(portraits, methods, settings, progress)
    result["scale"] = [
        row for count in settings.scales for row in scale.measure_scale(count, methods, progress)
    ]
    result["skipped"] = [path.name for path in looker.skipped]
    return result


def _read(settings: Settings) -> tuple[list[LabelledFolder], list[truths.MarkedFolder]]:
    if settings.data is None:
        photos = tuple(LabelledPhoto(path, (person,)) for path, person in settings.samples)
        if not photos:
            raise truths.DataError(
                "There are no sample photos. Fetch them with scripts/fetch_samples.py, or give a folder with --data."
            )
        return [LabelledFolder("samples", photos[: settings.photos])], []
    labelled = truths.read_labelled(settings.data, settings.photos)
    marked = truths.read_marked(settings.data, settings.photos)
    if not labelled:
        raise truths.DataError(
            f"{settings.data} holds no photos of known people. It needs a labels.csv (columns file and person), "
            "or folders that have one."
        )
    return labelled, marked


def _portraits(labelled: Sequence[LabelledFolder], ours: Ours) -> list[Portrait]:
    candidates = [
        (photo.path, photo.people[0])
        for folder in labelled
        for photo in folder.photos
        if len(photo.people) == 1
    ]
    chosen = speed.choose_portraits(candidates, ours)
    if not chosen:
        raise truths.DataError(
            "On none of the photos of one known person a face is found: nothing can be measured."
        )
    return chosen


def _measure_people(
    labelled: Sequence[LabelledFolder], looker: Looker, settings: Settings
) -> tuple[list[Row], list[Row]]:
    """Sort each folder as it is and as drawn rooms, and let rooms arrive in portions."""
    shuffles, seeds = (1, min(2, settings.rooms)) if settings.is_quick else (SHUFFLES, settings.rooms)
    sorted_rows: list[Row] = []
    memory_rows: list[Row] = []
    methods = [method for one in looker.methods for method in _with_live(one)]
    for every in labelled:
        folder, looks = sorting.readable(every, looker)
        looks[Live.name] = looks[Ours.name]
        looker.progress(f"{folder.name}: sorting")
        sorted_rows += sorting.measure_as_it_is(folder, looks, methods, shuffles)
        for people in settings.people:
            sorted_rows += sorting.measure_drawn(
                folder, looks, methods, people=people, seeds=seeds, shuffles=shuffles
            )
        memory_rows += _measure_memory(folder, looks, looker.methods, settings.people[0], seeds)
    return sorted_rows, memory_rows


def _with_live(method: Method) -> list[Method]:
    return [method, Live(method)] if isinstance(method, Ours) else [method]


def _measure_memory(
    folder: LabelledFolder,
    looks: dict[str, list[Look]],
    methods: Sequence[Method],
    people: int,
    seeds: int,
) -> list[Row]:
    """Add up what happens in several drawn rooms; in the folder itself if no room can be drawn."""
    drawn = [rooms.draw(folder, people, seed) for seed in range(seeds)]
    if drawn and drawn[0]:
        name = f"{seeds} rooms of {people}"
        made = [[rooms.as_drawn(one, looks[method.name]) for method in methods] for one in drawn]
    else:
        name = folder.name
        made = [[rooms.as_it_is(folder, looks[method.name]) for method in methods]]
    summed = [{"room": name, "method": method.name} for method in methods]
    for one in made:
        for total, row in zip(summed, memory.measure_memory(one, methods), strict=True):
            for key in ("confirmed", "changed", "named", "lost"):
                total[key] = total.get(key, 0) + row[key]
    return summed


def _measure_speed(
    portraits: Sequence[Portrait], methods: Sequence[Method], settings: Settings, progress: Progress
) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        speed.make_photo(portraits, path, QUICK_SIZE_PX if settings.is_quick else speed.SIZE_PX)
        return speed.measure_speed(path, methods, 1 if settings.is_quick else REPEATS, progress)


def _one_thread() -> AbstractContextManager[Any]:
    """Keep numpy's and scikit-learn's threads at one; torch is held to one where its models are loaded."""
    import sklearn  # noqa: F401 (its threads are limited only once it is loaded)
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def _machine() -> Row:
    import torch

    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "gpu": torch.cuda.get_device_name(0) if torch.cuda.is_available() else "",
        "python": platform.python_version(),
        "torch": version("torch"),
        "scikit-learn": version("scikit-learn"),
        "face_search": weights.search_mode(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _plain(settings: Settings) -> Row:
    return {
        "data": str(settings.data) if settings.data else "packaged samples",
        "people": list(settings.people),
        "rooms": settings.rooms,
        "photos": settings.photos,
        "quick": settings.is_quick,
    }
