"""The whole of it, step by step."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from processing.gazetteer import Gazetteer, Locality
from processing.organizing import folders, outputs
from processing.organizing.archive import Choice, write_zip
from processing.organizing.errors import OrganizeError
from processing.organizing.folders import Entry, shown
from processing.organizing.order import Seen, changed_at, put_in_order
from processing.organizing.report import Photo, Report, assign_people
from processing.organizing.workers import Workers, analyze
from processing.pipeline import Analyzed
from processing.towns import ensure

SECONDS_PER_FILE = 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """What to organize, and where to put it."""

    folder: Path
    zip_path: Path
    report_path: Path
    workers: int = 0  # as many as there are cores
    seconds_per_file: float = SECONDS_PER_FILE
    choice: Choice = field(default_factory=Choice)
    time_zone: str = "UTC"  # of cameras that noted none
    towns_folder: Path | None = None  # where the file of towns is kept; a temporary one by default


@dataclass(frozen=True, slots=True)
class Summary:
    """How it went: files that are photos, files with an error, people."""

    photos: int
    errors: int
    people: int


def organize(
    options: Options,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    task: Callable[[Path], Analyzed] = analyze,
) -> Summary:
    """Look at all photos below a folder, find out who is on them, and write the zip and the report.

    Args:
        options: paths and limits. Nothing in the folder is changed.
        on_progress: called with (files done, files in all) at the start and after each file.
        task: what a worker does with each file.

    Returns:
        How many photos, errors and people there are.

    Raises:
        OrganizeError: the folder or an output can't be used; nothing was written then.
    """
    started = time.perf_counter()
    if os.path.realpath(options.zip_path) == os.path.realpath(options.report_path):
        raise OrganizeError("The zip and the report need two different names. Change --zip or --report.")
    places = (options.zip_path, options.report_path)
    ignored = [*places, *(part for place in places for part in outputs.leftovers(place))]
    entries = folders.scan(options.folder, ignored)
    if not entries:
        raise OrganizeError(
            f"The folder {shown(options.folder)} holds no files. Put the photos into it and start again."
        )
    with (
        outputs.zip_output(options.zip_path) as zip_file,
        outputs.report_output(options.report_path) as report_file,
    ):
        report, copies = _analyzed(entries, options, on_progress, task)
        clock = time.perf_counter()
        report.people = assign_people(report.photos, copies)
        report.seconds["people"] = time.perf_counter() - clock
        clock = time.perf_counter()
        _put_in_order(report, copies, options)
        report.seconds["order"] = time.perf_counter() - clock
        clock = time.perf_counter()
        write_zip(zip_file.stream, report, options.choice)
        report.seconds["zip"] = time.perf_counter() - clock
        report.seconds = {"total": time.perf_counter() - started, **report.seconds}
        report_file.stream.write(report.to_json())
        zip_file.commit()
        report_file.commit()
    errors = sum(photo.error is not None for photo in report.photos)
    return Summary(len(report.photos) - errors, errors, len(report.people))


def _analyzed(
    entries: list[Entry],
    options: Options,
    on_progress: Callable[[int, int], None],
    task: Callable[[Path], Analyzed],
) -> tuple[Report, dict[str, str]]:
    """Run the analyzers over all files; files with the same bytes are analyzed once."""
    readable = [entry for entry in entries if entry.error is None]
    copies = folders.group_copies(readable)
    firsts = [entry for entry in readable if copies[entry.file] == entry.file]
    weight = Counter(copies.values())
    photos = {entry.file: Photo(entry.file, entry.path, None, entry.error) for entry in entries}
    took: Counter[str] = Counter()
    done = len(entries) - len(readable)
    with Workers(options.workers or _cores(), options.seconds_per_file, task) as workers:
        on_progress(done, len(entries))
        for outcome in workers.analyze([entry.path for entry in firsts]):
            photo = photos[firsts[outcome.index].file]
            photo.analyzed, photo.error = outcome.analyzed, outcome.error
            took.update(outcome.analyzed.took_seconds if outcome.analyzed else {})
            done += weight[photo.file]
            on_progress(done, len(entries))
    for file, first in copies.items():
        photos[file].analyzed, photos[file].error = photos[first].analyzed, photos[first].error
    return Report(list(photos.values()), seconds={"faces": took["faces"], "decode": took["decode"]}), copies


def _put_in_order(report: Report, copies: dict[str, str], options: Options) -> None:
    """Say of each photo when and where it was taken, and which others are like it."""
    readable = [photo for photo in report.photos if photo.analyzed is not None]
    seen = [
        Seen(photo.file, copies[photo.file], *_file_facts(photo.path), photo.analyzed, tuple(photo.persons))
        for photo in readable
        if photo.analyzed is not None
    ]
    try:
        with tempfile.TemporaryDirectory(prefix="photoroom-") as spare:
            names = LateGazetteer(options.towns_folder or Path(spare))
            places, report.events = put_in_order(seen, name_of=names.name, zone=options.time_zone)
    except OSError as error:
        raise OrganizeError(
            f"The names of places can't be loaded ({folders.reason(error)}). Make room on the disk and start again."
        ) from error
    for photo, place in zip(readable, places, strict=True):
        photo.order = place


class LateGazetteer:
    """Names positions; the towns are loaded when the first position is named, as most folders have none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _gazetteer(self) -> Gazetteer:
        return Gazetteer(ensure(self._folder))

    def name(self, latitude: float, longitude: float) -> Locality | None:
        """Name a position in degrees; None in the middle of a sea."""
        return self._gazetteer.name(latitude, longitude)


def _file_facts(path: Path) -> tuple[int, datetime]:
    """Size in bytes and last change; a file that has gone meanwhile is told of when the zip is written."""
    try:
        status = path.stat()
    except OSError:
        return 0, changed_at(0)
    return status.st_size, changed_at(status.st_mtime)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
