"""`manage.py check_files`: are all kept files there and unchanged, and does each belong to something?"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from albums import file_checks
from albums.models import FileProblem
from albums.models.endings import FileProblemKind

LISTED = 50


class Command(BaseCommand):
    """What happens every night, now and with a report; ends with 1 if an original is missing or changed."""

    help = "Compare originals with their hashes and look for files that belong to nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Nothing is removed unless it is asked for."""
        parser.add_argument(
            "--all", action="store_true", help="check every original, not only a night's share"
        )
        parser.add_argument(
            "--remove-orphans",
            action="store_true",
            help="delete files that belong to nothing, whatever their number",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, then say what was found."""
        report = file_checks.Report()
        file_checks.verify(report, limit_bytes=None if options["all"] else settings.FILE_CHECK_BYTES)
        removes = options["remove_orphans"]
        file_checks.sweep_orphans(report, removes=removes, is_sure=removes)
        self.tell(report)
        if FileProblem.objects.exclude(kind=FileProblemKind.ORPHAN).exists():
            raise SystemExit(1)

    def tell(self, report: file_checks.Report) -> None:
        """The report, then the names."""
        size = report.size_bytes / 1e9
        self.stdout.write(
            f"{report.checked:,} originals checked ({size:.2f} GB): {report.missing} missing, {report.changed} changed, "
            f"{report.mended} right again{f', {report.unread} not readable now' if report.unread else ''}."
        )
        done = f"{report.removed} removed" if report.removed else "kept"
        self.stdout.write(
            f"{report.files:,} files in the storage: {report.orphans} belong to nothing, {done}."
        )
        if report.is_suspicious and not report.removed:
            self.stdout.write(
                "So many belong to nothing that the database may be older than the files: nightly checks leave them alone."
            )
        for problem in FileProblem.objects.select_related("photo")[:LISTED]:
            of = f" ({problem.photo.filename})" if problem.photo else ""
            self.stdout.write(f"{problem.kind:8} {problem.name}{of}")
        if (more := FileProblem.objects.count() - LISTED) > 0:
            self.stdout.write(f"... and {more:,} more.")
