"""Real processes in tests: start the site, find what belongs to it, wait for something to happen."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import psycopg2
import redis

ROOT = Path(__file__).resolve().parent.parent


class Site:
    """`manage.py up` on a data folder of its own."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        self.port = free_port()
        self.environment = site_environment(data, PHOTOROOM_PORT=str(self.port), **environment)
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def wait_for(self, text: str, seconds: float = 300) -> None:
        """Wait until it has said `text`; a busy machine makes a database in minutes."""
        wait_until(lambda: any(text in line for line in self.lines), seconds, lambda: "".join(self.lines))

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)

    def end(self) -> None:
        """Leave nothing behind, whatever the test did."""
        for pid in processes_of(self.data):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


def site_environment(data: Path, **environment: str) -> dict[str, str]:
    """The environment of a site that has this data folder; database and broker as this test run has them."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "photoroom.settings",
        "PHOTOROOM_DATA": str(data),
        "PHOTOROOM_WARM_WORKERS": "no",  # a site that processes no photo starts sooner
    }
    wanted = os.environ | settings | environment
    return wanted | own_services(wanted)


def own_services(environment: dict[str, str]) -> dict[str, str]:
    """A PostgreSQL database and a Redis number of this test process alone: two sites must not take each other's jobs."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    own = {}
    if url := environment.get("PHOTOROOM_DATABASE_URL"):
        own["PHOTOROOM_DATABASE_URL"] = url.rpartition("/")[0] + "/" + fresh_database(url, f"site{worker}")
    if url := environment.get("PHOTOROOM_REDIS_URL"):
        own["PHOTOROOM_REDIS_URL"] = f"{url.rpartition('/')[0]}/{8 + int(worker) % 8}"
        redis.Redis.from_url(own["PHOTOROOM_REDIS_URL"]).flushdb()
    return own


def fresh_database(url: str, suffix: str) -> str:
    """Make an empty database beside the one that `url` names; answers its name."""
    name = f"{url.rpartition('/')[2]}_{suffix}"
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    return name


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(data: Path, command: str = "") -> list[int]:
    """The live processes started with this data folder, whose command line contains `command`."""
    mark = f"PHOTOROOM_DATA={data}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or is another user's
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            arguments = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            variables = (folder / "environ").read_bytes().split(b"\0")
            if mark in variables and state != "Z" and command in arguments:
                found.append(int(folder.name))
    return found


def wait_until(condition: Callable[[], object], seconds: float, say: Callable[[], str] = str) -> None:
    """Poll until the condition holds, or fail with what `say` tells."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"nothing after {seconds} s: {say()}")
        pause.wait(0.1)
