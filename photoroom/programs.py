"""The programs that make up the site, each as the command that starts it."""

import os
import sys

from django.conf import settings

WEB_THREADS = 8  # every running download holds one


def web() -> list[str]:
    """Gunicorn with threads. More than one process only with a shared cache: rate limits count in it."""
    processes = 2 if settings.REDIS_URL else 1
    host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
    return [
        *(sys.executable, "-m", "gunicorn", "photoroom.wsgi:application"),
        *("--bind", f"{host}:{settings.PORT}", "--chdir", str(settings.BASE_DIR)),
        *("--worker-class", "gthread", "--workers", str(processes), "--threads", str(WEB_THREADS)),
        # The timeout watches the process, not a request: uploads and downloads may take hours in their threads.
        *("--timeout", "120", "--graceful-timeout", "8", "--keep-alive", "5"),
        *("--limit-request-line", "8190"),  # the most that gunicorn takes: the API's filters are lists
        *("--log-level", "warning", "--no-control-socket"),
    ]


def worker() -> list[str]:
    """A Celery worker, one process per core."""
    concurrency = str(settings.WORKERS or core_count())
    return [*celery("worker"), "--pool", "prefork", "--concurrency", concurrency, "--loglevel", "WARNING"]


def only_worker() -> list[str]:
    """The worker of a site on one machine: with beat inside, and without the chatter between workers."""
    return [*worker(), "--beat", "--without-gossip", "--without-mingle", "--without-heartbeat"]


def beat() -> list[str]:
    """The clock that sends the regular tasks; a site has exactly one."""
    return [*celery("beat"), "--loglevel", "WARNING"]


def celery(command: str) -> list[str]:
    """A celery command of this project."""
    return [
        *(sys.executable, "-m", "celery", "--app", "photoroom", "--workdir", str(settings.BASE_DIR)),
        *("--quiet", command),
    ]


def core_count() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # macOS has none
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
