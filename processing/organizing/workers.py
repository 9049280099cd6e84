"""Worker processes that look at one file at a time; a file that crashes, hangs or fills its worker hurts only itself."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from processing import pipeline, weights
from processing.errors import ProcessingError
from processing.organizing.errors import OrganizeError
from processing.pipeline import Analyzed

logger = logging.getLogger(__name__)

START_SECONDS = 300.0
MEMORY_BYTES = 3 << 30  # above what the models need: enough for the largest picture that is allowed
CRASHED = "The file makes its decoder crash, so it is damaged. Copy it once more from the camera or phone, or leave it out."
KILLED = "The file needs more memory than there is. Make a smaller copy of it, or close other programs."
HANGS = "The file takes more than {seconds:.0f} seconds to read, so it is damaged or far too large. Make a smaller copy of it."
FAILED = "The file could not be processed, because of a fault in this program. Please report it together with the file."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: findings or a sentence."""

    index: int
    analyzed: Analyzed | None
    error: str | None = None


def analyze(path: Path) -> Analyzed:
    """Analyze one file as a report needs it: no renditions, no crops."""
    return pipeline.analyze_file(path, sides=(), has_crops=False)


class Workers:
    """A few processes, each with the models loaded. Use as a context manager: all of them are gone at its end.

    Args:
        count: number of processes, at least 1.
        seconds_per_file: time limit of one file.
        task: what is done with each file; a function of a module, since another process imports it.
    """

    def __init__(
        self, count: int, seconds_per_file: float, task: Callable[[Path], Analyzed] = analyze
    ) -> None:
        self.count = max(1, count)
        self.seconds_per_file = seconds_per_file
        self.task = task
        self._workers: list[_Worker] = []

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        self._workers.clear()

    def analyze(self, paths: Sequence[Path]) -> Iterator[Outcome]:
        """Analyze files in parallel.

        Args:
            paths: the files.

        Yields:
            One outcome for each file as it is ready, in any order.

        Raises:
            OrganizeError: the workers can't start.
        """
        waiting = list(enumerate(paths))[::-1]
        self._workers += [
            _Worker(self.task) for _ in range(min(self.count, len(waiting)) - len(self._workers))
        ]
        left = len(waiting)
        while left:
            for worker in self._workers:
                if worker.is_idle and waiting:
                    worker.give(*waiting.pop(), self.seconds_per_file)
            for worker in self._ready():
                outcome = worker.take(self.seconds_per_file)
                if outcome:
                    left -= 1
                    yield outcome
            if waiting:
                for at, worker in enumerate(self._workers):
                    if worker.is_gone:
                        self._workers[at] = _Worker(self.task)

    def _ready(self) -> list[_Worker]:
        busy = [worker for worker in self._workers if not worker.is_idle and not worker.is_gone]
        patience = min((worker.deadline for worker in busy), default=0.0) - time.monotonic()
        ready = set(wait([worker.connection for worker in busy], timeout=max(0.0, patience)))
        now = time.monotonic()
        return [worker for worker in busy if worker.connection in ready or worker.deadline <= now]


class _Worker:
    """One process and the file that it holds."""

    def __init__(self, task: Callable[[Path], Analyzed]) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, task), daemon=True)
        with _quiet_start():
            self.process.start()
        theirs.close()
        self.index: int | None = None
        self.is_started = self.is_gone = False
        self.deadline = time.monotonic() + START_SECONDS

    @property
    def is_idle(self) -> bool:
        return self.is_started and self.index is None and not self.is_gone

    def give(self, index: int, path: Path, seconds: float) -> None:
        self.index = index
        self.deadline = time.monotonic() + seconds
        # A worker that died just now is noticed when its answer is read.
        with contextlib.suppress(OSError):
            self.connection.send(os.fsencode(path))

    def take(self, seconds: float) -> Outcome | None:
        """Read what the worker says, or find out why it says nothing."""
        index = self.index
        try:
            answer = self.connection.recv() if self.connection.poll() else None
        except (EOFError, OSError):
            self.process.join(5)
            code = self.process.exitcode
            return self._lost(index, KILLED if code == -signal.SIGKILL else CRASHED)
        if answer is None:
            return self._lost(index, HANGS.format(seconds=seconds))
        analyzed, error, trace = answer
        if not self.is_started:
            if error:
                raise OrganizeError(error)
            self.is_started = True
            return None
        if trace:
            logger.error("A file could not be processed:\n%s", trace)
        self.index = None
        return Outcome(index or 0, analyzed, error)

    def stop(self) -> None:
        self.is_gone = True
        self.process.kill()
        self.process.join()
        self.connection.close()

    def _lost(self, index: int | None, sentence: str) -> Outcome:
        self.stop()
        if index is None:
            raise OrganizeError(
                "The program that looks at the photos can't start. Install the packages of requirements.txt again."
            )
        return Outcome(index, None, sentence)


def serve(connection: Connection, task: Callable[[Path], Analyzed]) -> None:
    """Run in the worker process: load the models, then analyze one file after the other until nobody asks.

    Args:
        connection: paths as bytes come in; (Analyzed or None, sentence or None, traceback or None) goes out.
        task: what is done with each file.
    """
    try:
        weights.warm_up()
    except ProcessingError as error:
        connection.send((None, str(error), None))
        return
    limit_memory(MEMORY_BYTES)
    _silence()
    connection.send((None, None, None))
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            connection.send(_answer(task, Path(os.fsdecode(connection.recv()))))


def limit_memory(extra_bytes: int) -> None:
    """Let this process use so much more memory than now; where the system has no such limit, nothing happens."""
    try:
        import resource

        status = Path("/proc/self/status").read_text()
    except (ImportError, OSError):
        return
    used = next(
        (int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData:")), 0
    )
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = used + extra_bytes
    resource.setrlimit(
        resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
    )


def _answer(task: Callable[[Path], Analyzed], path: Path) -> tuple[Analyzed | None, str | None, str | None]:
    try:
        analyzed = task(path)
    except ProcessingError as error:
        return None, str(error), None
    except MemoryError:
        return None, KILLED, None
    except Exception:  # noqa: BLE001 (the edge of a task: the parent logs the traceback, the report says the sentence)
        return None, FAILED, traceback.format_exc()
    failed = next(iter(analyzed.errors.values()), None)
    return (None, failed, None) if failed else (analyzed, None, None)


def _silence() -> None:
    """Keep what C libraries print about damaged files out of the progress bar."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)


@contextlib.contextmanager
def _quiet_start() -> Iterator[None]:
    """Start a process whose libraries use one thread (the processes are the parallelism) and that no Ctrl-C reaches."""
    names: dict[str, Any] = {
        name: os.environ.get(name) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    }
    os.environ.update(dict.fromkeys(names, "1"))
    mask = signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGINT}
    )  # the child inherits it, this process gets it back
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for name, value in names.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
