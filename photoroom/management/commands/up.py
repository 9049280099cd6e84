"""`manage.py up`: the whole site with one command."""

import os
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from photoroom import preflight
from photoroom.addresses import is_listening, page_addresses
from photoroom.supervisor import Supervisor

WEB_THREADS = 8  # every running download holds one


class Command(BaseCommand):
    """Prepare the database and the static files, then run web server, worker and beat until Ctrl-C."""

    help = (
        "Start the whole site: database, static files, web server, worker with beat. Ctrl-C stops all of it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, prepare, run."""
        preflight.check_data_folder(settings.DATA_DIR)
        with preflight.lock_data_folder(settings.DATA_DIR):
            preflight.check_port(settings.HOST, settings.PORT)
            self.say("Preparing the database and the static files")
            preflight.migrate()
            preflight.collect_static()
            self.is_new = not get_user_model().objects.exists()
            self.has_greeted = False
            self.say("Starting web server and worker")
            Supervisor({"web": web_command(), "worker": worker_command()}, sys.stdout).run(self.greet)
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


def web_command() -> list[str]:
    """Gunicorn with threads. More than one process only with a shared cache: rate limits count in it."""
    processes = 2 if settings.REDIS_URL else 1
    host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
    return [
        *(sys.executable, "-m", "gunicorn", "photoroom.wsgi:application"),
        *("--bind", f"{host}:{settings.PORT}", "--chdir", str(settings.BASE_DIR)),
        *("--worker-class", "gthread", "--workers", str(processes), "--threads", str(WEB_THREADS)),
        # The timeout watches the process, not a request: uploads and downloads may take hours in their threads.
        *("--timeout", "120", "--graceful-timeout", "8", "--keep-alive", "5"),
        *("--log-level", "warning", "--no-control-socket"),
    ]


def worker_command() -> list[str]:
    """A Celery worker with beat, and without the chatter between workers: there is one."""
    return [
        *(
            sys.executable,
            "-m",
            "celery",
            "--app",
            "photoroom",
            "--workdir",
            str(settings.BASE_DIR),
            "--quiet",
        ),
        *("worker", "--beat", "--pool", "prefork", "--concurrency", str(settings.WORKERS or core_count())),
        *("--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def core_count() -> int:
    """The cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
