"""`manage.py up`: the whole site with one command, or one part of it for a container."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from photoroom import preflight, programs
from photoroom.addresses import is_listening, page_addresses
from photoroom.supervisor import Supervisor

PARTS = {"web": programs.web, "worker": programs.worker, "beat": programs.beat}


class Command(BaseCommand):
    """Prepare the database and the static files, then run web server, worker and beat until Ctrl-C."""

    help = (
        "Start the whole site: database, static files, web server, worker with beat. Ctrl-C stops all of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the one optional argument."""
        parser.add_argument(
            "part",
            nargs="?",
            choices=["prepare", *PARTS],
            help="run this part alone, as one container of several does (prepare: database and static files)",
        )

    def handle(self, *args: Any, part: str | None, **options: Any) -> None:
        """Check, prepare, run."""
        preflight.check_data_folder(settings.DATA_DIR)
        if part == "prepare":
            self.prepare(keep_old_static=True)
        elif part:
            command = PARTS[part]()
            os.execv(command[0], command)  # noqa: S606 (signals reach it directly)
        else:
            with preflight.lock_data_folder(settings.DATA_DIR):
                preflight.check_port(settings.HOST, settings.PORT)
                self.prepare(keep_old_static=False)
                self.run_all()

    def prepare(self, *, keep_old_static: bool) -> None:
        """Bring database and static files up to date."""
        self.say("Preparing the database and the static files")
        preflight.migrate()
        preflight.collect_static(keep_old=keep_old_static)

    def run_all(self) -> None:
        """Run everything until a signal comes."""
        self.is_new = not get_user_model().objects.exists()
        self.has_greeted = False
        self.say("Starting web server and worker")
        Supervisor({"web": programs.web(), "worker": programs.only_worker()}, sys.stdout).run(self.greet)
        self.say("Photoroom has stopped.")

    def greet(self) -> None:
        """Print the address once, when somebody can open it."""
        if self.has_greeted or not is_listening(settings.HOST, settings.PORT):
            return
        self.has_greeted = True
        addresses = page_addresses(settings.HOST, settings.PORT)
        if settings.PUBLIC_URL:
            addresses.insert(0, f"{settings.PUBLIC_URL}/")
        self.say(f"\nPhotoroom is at {'  and  '.join(addresses)}   (Ctrl-C stops it)")
        if self.is_new:
            self.say("Open it, create your account and a room, and send your friends the room's link.")
            self.say("No photos at hand? `make demo` in a second terminal fills a room.")
        self.say("")

    def say(self, text: str) -> None:
        """Print at once; who listens may have gone."""
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except OSError:
            return
