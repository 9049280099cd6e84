"""`manage.py models`: what each feature uses, and fetching what makes it better."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from processing import fetched_models, model_files
from processing.model_fetching import FetchFailed, fetch
from processing.model_files import ModelFile


class Command(BaseCommand):
    """List and fetch model files."""

    help = "List the model files of every feature, whether they are here and intact; or fetch some of them."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("action", nargs="?", choices=["list", "fetch"], default="list")
        parser.add_argument("names", nargs="*", help="what to fetch, by the names of the list")
        parser.add_argument("--json", action="store_true", help="print the list as JSON")

    def handle(self, *, action: str, names: list[str], **options: Any) -> None:
        """Do what was asked."""
        if action == "fetch":
            self._fetch(names)
        elif options["json"]:
            self.stdout.write(json.dumps([model_files.as_json(one) for one in model_files.known()], indent=2))
        else:
            self._list()

    def _list(self) -> None:
        self.stdout.write(f"Fetched files lie in {fetched_models.folder()}.\n\n")
        lines = [("NAME", "FOR", "SIZE", "STATE", "LICENCE", "SOURCE", "SHA-256")]
        for one in model_files.known():
            size = f"{one.size / 1e6:.1f} MB"
            lines.append((one.name, one.feature, size, state(one), one.licence, one.source, one.sha256[:16]))
        widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
        for line in lines:
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
        for gain in model_files.improvements():
            self.stdout.write(f"\n{gain.sentence}\n  manage.py models fetch {gain.model}")

    def _fetch(self, names: list[str]) -> None:
        there = {one.name: one for one in model_files.fetchable()}
        unknown = [name for name in names if name not in there]
        if unknown or not names:
            what = f"{unknown[0]} can't be fetched." if unknown else "Say what to fetch."
            raise CommandError(f"{what} These can: {', '.join(there)}.")
        for name in names:
            self._fetch_one(there[name])

    def _fetch_one(self, model: ModelFile) -> None:
        from tqdm import tqdm

        with tqdm(total=model.size, unit="B", unit_scale=True, desc=model.name) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total or bar.total
                bar.update(done - bar.n)

            try:
                path = fetch(model, show)
            except FetchFailed as error:
                raise CommandError(str(error)) from error
        self.stdout.write(f"{model.name} is in {path}. Start Photoroom again to use it.")


def state(one: ModelFile) -> str:
    """A word on whether a file can be used."""
    if not one.is_here:
        return "not fetched" if one.place == model_files.FETCHED else "missing"
    return {True: "ok", False: "damaged", None: "unchecked"}[one.is_intact]
