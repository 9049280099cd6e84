"""`manage.py up` as a person runs it: real processes."""

import os
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.processes import ROOT, Site, processes_of, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.real_worker,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]
EMBEDDED = {"PHOTOROOM_DATABASE_URL": "", "PHOTOROOM_REDIS_URL": "", "PHOTOROOM_WORKERS": "1"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("site")


@pytest.fixture
def site(data):
    site = Site(data)
    yield site
    site.end()


@pytest.fixture(autouse=True)
def embedded(monkeypatch):
    for name, value in EMBEDDED.items():
        monkeypatch.delenv(name, raising=False)
        if value:
            monkeypatch.setenv(name, value)


def status(site: Site) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/", timeout=10) as answer:
        return answer.status


def test_it_serves_and_restarts_a_killed_worker_and_stops_on_ctrl_c(site, data):
    site.wait_for("Photoroom is at http://127.0.0.1:")
    assert status(site) == 200
    wait_until(lambda: len(processes_of(data, "-m celery")) >= 3, 60, lambda: "".join(site.lines))
    [main] = [pid for pid in processes_of(data, "-m celery") if os.getpgid(pid) == pid]

    os.kill(main, signal.SIGKILL)
    site.wait_for("stopped (killed by SIGKILL); starting again in 1 s")
    wait_until(lambda: any(os.getpgid(pid) == pid for pid in processes_of(data, "-m celery")), 30)
    assert main not in processes_of(data)
    assert status(site) == 200

    began = time.monotonic()
    assert site.stop() == 0
    assert time.monotonic() - began < 20
    assert processes_of(data) == []


def test_nothing_outlives_an_up_that_is_killed(site, data):
    site.wait_for("Photoroom is at")
    wait_until(lambda: len(processes_of(data, "-m celery")) >= 3, 60, lambda: "".join(site.lines))
    site.process.kill()
    wait_until(lambda: processes_of(data) == [], 20, lambda: str(processes_of(data)))


def test_a_second_up_on_the_same_data_folder_is_refused_with_a_sentence(site, data):
    site.wait_for("Photoroom is at")
    again = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1
    assert again.stderr.startswith(f"CommandError: Photoroom is already running on the data folder {data}")
    assert "Traceback" not in again.stderr
    assert site.stop() == 0
