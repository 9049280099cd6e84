"""`manage.py organize`: the main job for one folder, without server and database."""

import signal
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings as site
from django.core.management.base import BaseCommand, CommandError, CommandParser

from processing.organizing import (
    DROPPABLE,
    Choice,
    Layout,
    Options,
    OrganizeError,
    Wish,
    organize,
    read_recipe,
)
from processing.organizing.folders import shown

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class Command(BaseCommand):
    """Organize a folder."""

    help = (
        "Find out who, when, where and what is on the photos of a folder; write a zip in order, and a report."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "folder", type=Path, help="the folder with the photos; folders below it count too"
        )
        parser.add_argument(
            "--zip", type=Path, required=True, help="the zip to write, for example photos.zip"
        )
        parser.add_argument(
            "--report", type=Path, required=True, help="the report to write, for example report.json"
        )
        parser.add_argument(
            "--workers",
            type=at_least_one,
            default=0,
            help="processes; as many as there are cores if left out",
        )
        parser.add_argument(
            "--seconds-per-file", type=at_least_one, default=60, help="time limit of one file, 60 if left out"
        )

        parser.add_argument(
            "--layout",
            choices=[layout.value for layout in Layout if layout != Layout.UPLOADER],
            default=Layout.PERSON.value,
            help="the folders of the zip; by person if left out",
        )
        parser.add_argument(
            "--only-best", action="store_true", help="of look-alikes only the best shot goes into the zip"
        )
        parser.add_argument(
            "--drop",
            type=droppable,
            default=frozenset(),
            help="what does not go into the zip: blurred, duplicates, or both with a comma",
        )
        parser.add_argument(
            "--write-metadata",
            action="store_true",
            help="write tags, people, places and times into the copies, or beside them as .xmp",
        )
        parser.add_argument(
            "--edit",
            type=Path,
            metavar="RECIPE.json",
            help="do the steps of this recipe of the editor to the copies; the photos in the folder stay as they are",
        )
        parser.add_argument(
            "--enhance", action="store_true", help="choose better light and color for each copy"
        )
        parser.add_argument(
            "--time-zone", type=known_zone, default="UTC", help="of cameras that noted none: Europe/Rome"
        )

    def handle(self, **options: Any) -> None:
        """Do the work with a progress bar; Ctrl-C and SIGTERM leave nothing behind."""
        from tqdm import tqdm

        try:
            recipe = read_recipe(options["edit"]) if options["edit"] else Wish().recipe
        except OrganizeError as error:
            raise CommandError(str(error)) from error
        choice = Choice(
            Layout(options["layout"]),
            edits=Wish(recipe, options["enhance"]),
            only_best=options["only_best"],
            drop=options["drop"],
            writes_metadata=options["write_metadata"],
        )
        settings = Options(
            options["folder"],
            options["zip"],
            options["report"],
            options["workers"],
            options["seconds_per_file"],
            choice,
            options["time_zone"],
            site.TOWNS_DIR,
        )
        bar = tqdm(unit="file", disable=options["verbosity"] == 0)

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            with _interruptible(), bar:
                summary = organize(settings, show)
        except OrganizeError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stderr.write("Stopped. Nothing was written.")
            sys.exit(INTERRUPTED)
        self.stdout.write(
            f"{summary.photos} photos, {summary.people} people, {summary.errors} files with an error. "
            f"The zip is {shown(settings.zip_path)}, the report {shown(settings.report_path)}."
        )


def at_least_one(text: str) -> int:
    """Read a whole number above zero."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no whole number above zero")
    return int(text)


def droppable(text: str) -> frozenset[str]:
    """Read what is to be left out of the zip."""
    words = frozenset(word.strip() for word in text.split(","))
    if not words <= set(DROPPABLE):
        raise ArgumentTypeError(f"{text!r}: only {' and '.join(DROPPABLE)} can be dropped")
    return words


def known_zone(text: str) -> str:
    """Read the name of a time zone."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ArgumentTypeError(f"{text!r} is no time zone; say one such as Europe/Rome") from error
    return text


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGINT and SIGTERM stop the work once; a second one does not disturb the cleaning up."""
    numbers = (signal.SIGINT, signal.SIGTERM)

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
