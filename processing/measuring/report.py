"""The whole measurement, and its numbers as text and as plain data."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from processing.measuring import finding, memory, rooms, scale, sorting, speed, truths
from processing.measuring.baselines import FullSize, Thumbnail
from processing.measuring.methods import STAGES, Live, Look, Method, Ours, as_known
from processing.measuring.rooms import Looker, Progress
from processing.measuring.speed import Portrait
from processing.measuring.truths import LabelledFolder, LabelledPhoto

SHUFFLES, REPEATS = 3, 3
QUICK_SIZE_PX = (1600, 1200)
SCALES = (12_500, 30_000)
SEARCH_VARIABLE = "PHOTOROOM_FACE_SEARCH"
METHODS = (
    "ours: analyzer and clusterer of the site; live: a third sorted, the rest assigned 20 photos at a time. a: full size, upsampled once, DBSCAN by cosine 0.06. "
    "b: thumbnail of 1,080 px height, upsampled once, HDBSCAN."
)
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
        method.sort(as_known([method.look(portraits[0].path)] * 2))
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


def table(result: dict[str, Any]) -> str:
    """Write the numbers as text, one table for each part that was measured."""
    parts = [
        _head(result),
        *(_titled(title, write(result[key])) for key, title, write in PARTS if result[key]),
    ]
    return "\n\n".join(parts)


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
        "face_search": os.environ.get(SEARCH_VARIABLE, "as set by default"),
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


def _head(result: dict[str, Any]) -> str:
    machine, settings = result["machine"], result["settings"]
    where = f"{machine['cores']} cores, {machine['processor']}" + (machine["gpu"] and f", {machine['gpu']}")
    versions = f"Python {machine['python']}, torch {machine['torch']}, scikit-learn {machine['scikit-learn']}"
    about = f"one process, one thread; {versions}; search: {machine['face_search']}"
    lines = [f"Faces, {machine['date']}: {where}; {about}.", METHODS]
    if settings["data"] == "packaged samples":
        lines.append(
            "Measured with the few packaged samples only: too few for conclusions. Give --data FOLDER for more."
        )
    if settings["quick"]:
        lines.append("Quick: fewer rooms, orders and repeats, and a smaller photo.")
    if result["skipped"]:
        lines.append(f"{len(result['skipped'])} files could not be read and were left out.")
    return "\n".join(lines)


def _titled(title: str, lines: Iterable[str]) -> str:
    return "\n".join([title, *lines])


def _sorting_lines(rows: Sequence[Row]) -> Iterable[str]:
    yield (
        f"{'room':<16}{'method':<7}{'faces':>6}{'known':>6}{'missed':>7}  {'pairs P':>7}{'R':>6}{'F':>6}"
        f"  {'BCubed P':>8}{'R':>6}{'F':>6}  {'same photo':>10}{'order':>6}{'arrival':>8}{'groups':>8}"
    )
    for row in rows:
        pairs = f"{row['pair_precision']:>7.3f}{row['pair_recall']:>6.3f}{row['pair_f']:>6.3f}"
        cubed = f"{row['bcubed_precision']:>8.3f}{row['bcubed_recall']:>6.3f}{row['bcubed_f']:>6.3f}"
        order = f"{row['order']:>6.3f}" + (
            "       -" if row["arrival"] is None else f"{row['arrival']:>8.3f}"
        )
        groups = f"{row['groups_right']}/{row['groups']}" if row["groups"] else ""
        yield (
            f"{row['room']:<16}{row['method']:<7}{row['faces']:>6.0f}{row['truths']:>6.0f}{row['missed']:>7}"
            f"  {pairs}  {cubed}  {row['same_photo']:>10}{order}{groups:>8}"
        ).rstrip()


def _seconds_lines(rows: Sequence[Row]) -> Iterable[str]:
    yield f"{'room':<16}{'method':<7}{'photos':>7}{'decode':>9}{'detect':>9}{'describe':>9}{'sort':>9}"
    for row in rows:
        if "photos" in row:
            stages = "".join(f"{row['seconds'][stage]:>9.2f}" for stage in (*STAGES, "sort"))
            yield f"{row['room']:<16}{row['method']:<7}{row['photos']:>7}{stages}"


def _finding_lines(rows: Sequence[Row]) -> Iterable[str]:
    yield (
        f"{'folder':<16}{'method':<7}{'photos':>7}{'40 px':>9}{'recall':>8}{'marked':>9}{'boxes':>7}{'precision':>10}"
        f"{'decode':>9}{'detect':>9}"
    )
    for row in rows:
        large, marked = f"{row['large_found']}/{row['large']}", f"{row['marked_found']}/{row['marked']}"
        yield (
            f"{row['folder']:<16}{row['method']:<7}{row['photos']:>7}{large:>9}{row['large_recall']:>8.3f}{marked:>9}"
            f"{row['boxes']:>7}{row['precision']:>10.3f}{row['seconds']['decode']:>9.2f}{row['seconds']['detect']:>9.2f}"
        )


def _speed_lines(rows: Sequence[Row]) -> Iterable[str]:
    yield (
        f"{'method':<7}{'Mpixels':>8}{'faces':>6}{'decode':>9}{'detect':>9}{'describe':>9}"
        f"{'detect and describe':>22}{'with decoding':>15}"
    )
    for row in rows:
        stages = "".join(f"{row['seconds'][stage]:>9.3f}" for stage in STAGES)
        times, whole = f"{row['times_ours']:.1f} x ours", f"{row['times_ours_with_decode']:.1f} x ours"
        yield f"{row['method']:<7}{row['megapixels']:>8.1f}{row['faces']:>6}{stages}{times:>22}{whole:>15}"


def _memory_lines(rows: Sequence[Row]) -> Iterable[str]:
    yield f"{'room':<16}{'method':<7}{'confirmed':>10}{'changed':>9}{'named':>7}{'lost':>6}"
    for row in rows:
        yield (
            f"{row['room']:<16}{row['method']:<7}{row['confirmed']:>10}{row['changed']:>9}{row['named']:>7}{row['lost']:>6}"
        )


def _scale_lines(rows: Sequence[Row]) -> Iterable[str]:
    yield f"{'what':<12}{'method':<7}{'faces':>9}{'people':>8}{'seconds':>9}{'MB more':>9}  result"
    for row in rows:
        result = f"{row['right']} of 5 right" if "right" in row else ""
        if "bcubed_f" in row:
            result = (
                f"BCubed P {row['bcubed_precision']:.3f} R {row['bcubed_recall']:.3f} F {row['bcubed_f']:.3f}, "
                f"{row['same_photo']} pairs of one photo"
            )
        yield (
            f"{row['what']:<12}{row['method']:<7}{row['faces']:>9}{row['people']:>8}{row['seconds']:>9.2f}{row['memory_mb']:>9.0f}  {result}"
        ).rstrip()


PARTS = (
    ("sorting", "Sorting into people (a missed face is alone; order, arrival: BCubed F of another order, of three portions, against this)", _sorting_lines),
    ("sorting", "Seconds for all photos of a folder", _seconds_lines),
    ("finding", "Finding marked faces (of at least 40 px; all; boxes drawn)", _finding_lines),
    ("speed", "Speed: one photo with three faces, seconds, median", _speed_lines),
    ("memory", "Memory: what adding photos does to confirmed faces and named people", _memory_lines),
    ("scale", "Scale: invented descriptors", _scale_lines),
)  # fmt: skip
