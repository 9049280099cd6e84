"""`manage.py benchmark`: how fast the site is, as ratios to a baseline of the same process."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from photoroom.benchmarks import Measured, measure_pages, measure_zip


class Command(BaseCommand):
    """Measure on the configured database; everything made for it is rolled back."""

    help = (
        "Measure pages, lists and zips. Run it on a quiet machine; compare the ratios, not the milliseconds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How large the room and the zip are, and where the numbers go."""
        parser.add_argument("--photos", type=int, default=1000, help="photos in the room (default 1000)")
        parser.add_argument("--zip-mb", type=int, default=3000, help="size of the zip in MB (default 3000)")
        parser.add_argument("--json", type=Path, help="also write the numbers to this file")

    def handle(self, *args: Any, photos: int, zip_mb: int, json: Path | None, **options: Any) -> None:
        """Measure, print a table, write the file."""
        with transaction.atomic():
            lines = measure_pages(photos)
            transaction.set_rollback(True)
        lines += measure_zip(zip_mb)
        self.stdout.write(f"{'what':<14}{'ms':>9}{'ratio':>8}  beside               detail")
        for line in lines:
            self.stdout.write(
                f"{line.what:<14}{line.milliseconds:>9.1f}{line.ratio:>8.2f}  {line.beside:<20} {line.detail}"
            )
        if json:
            write_json(json, lines)


def write_json(path: Path, lines: list[Measured]) -> None:
    path.write_text(json.dumps([line.as_dict() for line in lines], indent=1) + "\n")
