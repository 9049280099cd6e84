"""Runs several programs as one: shows what they say, starts again what dies, stops everything together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

FOLLOW = Path(__file__).with_name("follow.py")
LOOK_SECONDS = 0.2
STEADY_SECONDS = 60  # who ran this long and then died is started again at once
LONGEST_PAUSE_SECONDS = 30
GRACE_SECONDS = 15
COLORS = ("\033[36m", "\033[35m", "\033[33m", "\033[34m")
PLAIN = "\033[0m"


class Screen:
    """The shared output: whole lines, each with the name of the program that said it."""

    def __init__(self, stream: TextIO, names: Sequence[str]) -> None:
        self.stream = stream
        self.width = max(len(name) for name in names)
        is_colored = stream.isatty() and "NO_COLOR" not in os.environ
        self.colors = dict(zip(names, COLORS, strict=False)) if is_colored else {}
        self.lock = threading.Lock()

    def show(self, name: str, text: str) -> None:
        """Write one line; a reader who went away (`make run | head`) does not stop the programs."""
        color = self.colors.get(name, "")
        line = f"{color}{name:<{self.width}} |{PLAIN if color else ''} {text}\n"
        with self.lock:
            try:
                self.stream.write(line)
                self.stream.flush()
            except (OSError, ValueError):
                self.stream = Path(os.devnull).open("w")  # noqa: SIM115 (open until the program ends)


class Program:
    """One program that is to run for as long as the supervisor does."""

    def __init__(self, name: str, command: Sequence[str], screen: Screen) -> None:
        self.name = name
        self.command = command
        self.screen = screen
        self.process: subprocess.Popen[str] | None = None
        self.deaths = 0
        self.started_at = 0.0
        self.due_at = 0.0

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches the supervisor alone and the group can be ended."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(FOLLOW), str(os.getpid()), *self.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        threading.Thread(target=self.relay, args=(self.process.stdout,), daemon=True).start()

    def relay(self, output: TextIO) -> None:
        """Show what it says, line by line."""
        for line in output:
            self.screen.show(self.name, line.rstrip())

    def look_after(self) -> None:
        """Start it if it is not running and its pause is over."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self.kill_group()  # the pool of a killed worker
            self.deaths = 1 if now - self.started_at > STEADY_SECONDS else self.deaths + 1
            pause = min(LONGEST_PAUSE_SECONDS, 2 ** (self.deaths - 1))
            self.screen.show(
                self.name, f"stopped ({_how(self.process.returncode)}); starting again in {pause} s"
            )
            self.due_at, self.process = now + pause, None
        if self.process is None and now >= self.due_at:
            self.start()

    def terminate(self) -> None:
        """Ask it to finish."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def is_running(self) -> bool:
        """Whether the program itself (not what it started) is alive."""
        return self.process is not None and self.process.poll() is None

    def kill_group(self) -> None:
        """End it and whatever it started, now."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait()


class Supervisor:
    """Runs programs until SIGINT, SIGTERM or SIGHUP; a second signal ends them without waiting."""

    def __init__(self, commands: Mapping[str, Sequence[str]], stream: TextIO) -> None:
        self.screen = Screen(stream, list(commands))
        self.programs = [Program(name, command, self.screen) for name, command in commands.items()]
        self.stopping = threading.Event()
        self.hurry = threading.Event()

    def run(self, every_look: Callable[[], None]) -> None:
        """Run everything; call `every_look` a few times a second. Nothing is left running at the end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)
        try:
            while not self.stopping.is_set():
                for program in self.programs:
                    program.look_after()
                every_look()
                self.stopping.wait(LOOK_SECONDS)
        finally:
            self.stop()

    def on_signal(self, *_: object) -> None:
        """Begin to stop; the second time, stop waiting too."""
        (self.hurry if self.stopping.is_set() else self.stopping).set()

    def stop(self) -> None:
        """Ask all to finish, wait a little, then end what is left with everything that it started."""
        for program in self.programs:
            program.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        while any(program.is_running() for program in self.programs) and time.monotonic() < deadline:
            if self.hurry.wait(LOOK_SECONDS):
                break
        for program in self.programs:
            program.kill_group()


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
