"""kill -9 of the whole worker in the middle of a room: nothing is lost, nothing is done twice."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from tests import samples
from tests.processes import ROOT, processes_of, site_environment, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.real_worker,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]
PHOTOS = 30
KILL_AT = (2, 8, 16)  # photos that are ready
COUNT = "SELECT count(*) FROM albums_photo WHERE room_id = %s AND state = 'ready'"
WORKER = """
import os, django
django.setup()
from photoroom import programs
command = programs.only_worker()
os.execv(command[0], command)
"""


class Worker:
    """A real Celery worker with its pool and beat, in a process group of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.output = Path(environment["PHOTOROOM_DATA"]) / "worker.txt"
        with self.output.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", WORKER],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """A site on this test run's database and queue: SQLite and a folder, or PostgreSQL and Redis."""
    return site_environment(tmp_path, PHOTOROOM_WORKERS="2")


@pytest.fixture
def worker(environment, tmp_path) -> Iterator[list[Worker]]:
    """The worker that runs at the moment, as the last of the list."""
    workers = [Worker(environment)]
    yield workers
    workers[-1].kill()
    wait_until(lambda: processes_of(tmp_path) == [], 20)


def seeding(environment: dict[str, str], *arguments: str) -> dict:
    command = [sys.executable, "-m", "tests.seeding", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture
def room(environment) -> str:
    return seeding(environment, "fill", str(PHOTOS))["room"]


def ready_count(environment: dict[str, str], room: str) -> int:
    """How many photos of the room are processed, asked beside Django, which has another database open here."""
    url = environment.get("PHOTOROOM_DATABASE_URL", "")
    if url:
        with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            cursor.execute(COUNT, [room])
            return cursor.fetchone()[0]
    file = f"file:{environment['PHOTOROOM_DATA']}/photoroom.sqlite3?mode=ro"
    with closing(sqlite3.connect(file, uri=True, timeout=20)) as connection:
        return connection.execute(COUNT.replace("%s", "?"), [room.replace("-", "")]).fetchone()[0]


def test_a_room_is_finished_although_the_worker_is_killed_three_times(environment, room, worker, tmp_path):
    def story() -> str:
        return worker[-1].output.read_text()[-3000:]

    for enough in KILL_AT:
        wait_until(lambda enough=enough: ready_count(environment, room) >= enough, 120, story)
        worker[-1].kill()
        assert ready_count(environment, room) < PHOTOS, (
            "the worker was done before it was killed: nothing was tested"
        )
        wait_until(lambda: processes_of(tmp_path) == [], 20)
        worker.append(Worker(environment))
    wait_until(lambda: ready_count(environment, room) == PHOTOS, 180, story)

    def is_all_done() -> bool:
        jobs = seeding(environment, "report", room)["jobs"]
        return ["cluster", "done"] in jobs and {state for _, state in jobs} == {"done"}

    wait_until(is_all_done, 60, story)
    found = seeding(environment, "report", room)
    assert set(found["states"].values()) == {"ready"}
    assert found["failures"] == []
    for name, sides in found["renditions"].items():
        assert sides == sorted(set(sides)), name
        assert 320 in sides, name
    assert {name: found["faces"].get(name, 0) for name in found["faces"] if name in samples.PEOPLE} == {
        name: 1 for name in samples.PEOPLE if name in found["faces"]
    }
    assert max(found["attempts"]) <= 1 + len(KILL_AT)
    assert found["stored_files"] == found["known_files"]
