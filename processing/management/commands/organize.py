"""`manage.py organize`: the main job for one folder, without server and database."""

import signal
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from processing.organizing import Options, OrganizeError, organize
from processing.organizing.folders import shown

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class Command(BaseCommand):
    """Organize a folder."""

    help = "Find out who is on the photos of a folder; write a zip with one folder per person, and a report."
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

    def handle(self, **options: Any) -> None:
        """Do the work with a progress bar; Ctrl-C and SIGTERM leave nothing behind."""
        from tqdm import tqdm

        settings = Options(
            options["folder"],
            options["zip"],
            options["report"],
            options["workers"],
            options["seconds_per_file"],
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
