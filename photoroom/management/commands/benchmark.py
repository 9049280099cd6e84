"""`manage.py benchmark`: how fast the site is, and how well and how fast faces and photos are put in order."""

import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from photoroom.benchmarks import Measured, measure_pages, measure_zip
from processing import registry
from processing.errors import ProcessingError
from processing.measuring import edit_report, edit_sheets, order_report, report, tables

PHOTOS = 1000
SAMPLES = {"biden.jpg": "Joe", "obama.jpg": "Barack", "obama2.jpg": "Barack", "obama3.jpg": "Barack"}


class Command(BaseCommand):
    """`site` measures on the configured database and rolls back; the others measure in this process, without the database."""

    help = (
        "site: measure pages, lists and zips. faces: measure how faces are found and sorted, beside two baselines. "
        "organize: measure duplicates, blur, best shots, places, tags and the speed of taking photos in. "
        "editing: measure every operation of the editor, what has to be exact, masks, low light, styles; draw sheets. "
        "Run it on a quiet machine; compare the ratios, not the seconds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to measure, with how much, and where the numbers go."""
        parser.add_argument(
            "what", nargs="?", choices=("site", "faces", "organize", "editing"), default="site"
        )
        parser.add_argument("--json", type=Path, help="also write the numbers to this file")
        parser.add_argument(
            "--photos",
            type=positive,
            help=f"site: photos in the room (default {PHOTOS}); faces: at most so many of each folder",
        )
        site = parser.add_argument_group("site")
        site.add_argument(
            "--zip-mb", type=positive, default=3000, help="size of the zip in MB (default 3000)"
        )
        parser.add_argument(
            "--data",
            type=Path,
            help="faces: folder of photos with known people; organize: folder of folders of photos (default: the packaged samples)",
        )
        organize = parser.add_argument_group("organize")
        names = [name for name, _, _ in order_report.PARTS] + list(edit_report.PARTS)
        organize.add_argument(
            "--only",
            nargs="+",
            choices=names,
            default=[],
            help="measure these parts (default: all); editing has parts of its own: "
            + ", ".join(edit_report.PARTS),
        )
        organize.add_argument("--seed", type=int, default=0, help="of everything that is drawn (default 0)")
        editing = parser.add_argument_group("editing")
        editing.add_argument(
            "--megapixels",
            type=float,
            nargs="+",
            default=[12.0, 24.0],
            help="of the photos (default 12 and 24)",
        )
        editing.add_argument("--operations", nargs="+", default=[], help="measure these (default: all)")
        editing.add_argument("--sheets", type=Path, help="only draw before/after sheets, into this folder")
        editing.add_argument("--page", type=Path, help="with --sheets: a page of Markdown that shows them")
        faces = parser.add_argument_group("faces")
        faces.add_argument(
            "--people", type=positive, nargs="+", default=[40], help="people in the drawn rooms (default 40)"
        )
        faces.add_argument("--rooms", type=positive, default=5, help="drawn rooms of each size (default 5)")
        faces.add_argument(
            "--quick", action="store_true", help="fewer rooms, orders and repeats, a smaller photo"
        )
        faces.add_argument("--ours", action="store_true", help="leave the baselines out: much faster")
        faces.add_argument(
            "--scale",
            type=positive,
            nargs="*",
            help="also sort rooms of so many invented faces (default 12500 and 30000)",
        )

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Measure, print tables, write the file."""
        if what == "faces":
            self.measure_faces(**options)
        elif what == "organize":
            self.measure_order(options["data"], options["only"], options["seed"], options["json"])
        elif what == "editing" and options["sheets"]:
            self.draw_sheets(options["sheets"], options["page"])
        elif what == "editing":
            self.measure_editing(**options)
        else:
            self.measure_site(options["photos"] or PHOTOS, options["zip_mb"], options["json"])

    def measure_site(self, photos: int, zip_mb: int, path: Path | None) -> None:
        """Measure pages and the zip."""
        with transaction.atomic():
            lines = measure_pages(photos)
            transaction.set_rollback(True)
        lines += measure_zip(zip_mb)
        self.stdout.write(f"{'what':<14}{'ms':>9}{'ratio':>8}  beside               detail")
        for line in lines:
            self.stdout.write(
                f"{line.what:<14}{line.milliseconds:>9.1f}{line.ratio:>8.2f}  {line.beside:<20} {line.detail}"
            )
        if path:
            write_json(path, lines)

    def measure_faces(self, **options: Any) -> None:
        """Measure how faces are found and sorted."""
        scales, path = options["scale"], options["json"]
        check_target(path)
        wanted = report.Settings(
            data=options["data"],
            samples=samples(),
            people=tuple(options["people"]),
            rooms=options["rooms"],
            photos=options["photos"],
            is_quick=options["quick"],
            has_baselines=not options["ours"],
            scales=() if scales is None else tuple(scales) or report.SCALES,
        )
        try:
            result = report.measure(wanted, self.tell)
        except ProcessingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(tables.table(result))
        if path:
            path.write_text(json.dumps(result, indent=1) + "\n")

    def measure_order(self, data: Path | None, only: list[str], seed: int, path: Path | None) -> None:
        """Measure how photos are put in order."""
        check_target(path)
        if data is not None and not data.is_dir():
            raise CommandError(f"There is no folder {data} to take photos from.")
        result = order_report.measure(order_report.Settings(data, tuple(only), seed), self.tell)
        self.stdout.write(order_report.text(result))
        if path:
            path.write_text(json.dumps(result, indent=1) + "\n")

    def measure_editing(self, **options: Any) -> None:
        """Measure how photos are edited."""
        path, data = options["json"], options["data"]
        check_target(path)
        if data is not None and not data.is_dir():
            raise CommandError(f"There is no folder {data} to take photos from.")
        unknown = set(options["operations"]) - set(registry.operations())
        if unknown:
            raise CommandError(
                f"There is no operation {', '.join(sorted(unknown))}. Leave --operations out for all."
            )
        wanted = edit_report.Settings(
            data, tuple(options["only"]), tuple(options["megapixels"]), tuple(options["operations"])
        )
        result = edit_report.measure(wanted, self.tell)
        self.stdout.write(edit_report.text(result))
        if path:
            path.write_text(json.dumps(result, indent=1) + "\n")

    def draw_sheets(self, folder: Path, page: Path | None) -> None:
        """Draw what every operation makes of a photo."""
        if page and not page.is_file():
            raise CommandError(f"There is no page {page} to put the sheets into.")
        written = edit_sheets.write(folder, self.tell)
        if page:
            edit_sheets.put_into(page, written)
        size = sum(one.stat().st_size for one in written)
        self.stdout.write(f"{len(written)} sheets in {folder}, {size / 1e6:.2f} MB.")

    def tell(self, line: str) -> None:
        """Say what is being done, beside the result."""
        self.stderr.write(line, style_func=str)


def check_target(path: Path | None) -> None:
    """Refuse to measure for minutes what can't be written in the end."""
    if path and not path.parent.is_dir():
        raise CommandError(f"There is no folder {path.parent} to write the numbers into. Make it first.")


def samples() -> tuple[tuple[Path, str], ...]:
    """The photos of known people that scripts/fetch_samples.py fetched, if it did."""
    folder = Path(settings.BASE_DIR) / ".cache/samples/faces"
    return tuple((folder / name, person) for name, person in SAMPLES.items() if (folder / name).exists())


def positive(text: str) -> int:
    """Read a whole number above 0."""
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def write_json(path: Path, lines: list[Measured]) -> None:
    path.write_text(json.dumps([line.as_dict() for line in lines], indent=1) + "\n")
