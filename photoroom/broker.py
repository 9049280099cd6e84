"""Celery's queue in a folder, for the embedded mode: kombu's filesystem transport, made atomic.

The stock transport creates a message's file and then writes it, so that a consumer may read half a message (kombu issue
1551); one such read ends the worker and loses the message. Here a file appears under its name only when it is complete,
and a consumer owns the message whose file it managed to delete. The broker stays a doorbell: the rows in the database
say what is still to do.
"""

import fcntl
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

import kombu.transport
from kombu.transport import filesystem
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps, loads

SCHEME = "atomicfs"


def register() -> None:
    """Let Celery understand broker addresses that begin with `atomicfs://`."""
    kombu.transport.TRANSPORT_ALIASES[SCHEME] = "photoroom.broker:Transport"


def transport_options(folder: Path) -> dict[str, Any]:
    """The options that put every file of the queue below `folder`."""
    messages = str(folder / "messages")
    return {
        "data_folder_in": messages,
        "data_folder_out": messages,
        "control_folder": str(folder / "exchanges"),
        "polling_interval": 0.1,
    }


class Channel(filesystem.Channel):
    """A folder of messages, each of them whole or not there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for folder in (self.data_folder_in, self.data_folder_out, self.control_folder):
            Path(folder).mkdir(parents=True, exist_ok=True)

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        # The wall clock, not the stock transport's monotonic one: the order must survive a restart of the machine.
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for name in sorted(os.listdir(self.data_folder_in)):  # noqa: PTH208 (polled ten times a second)
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            file = Path(self.data_folder_in) / name
            try:
                payload = file.read_bytes()
                file.unlink()  # of several consumers exactly one succeeds, and the message is its
            except FileNotFoundError:
                continue
            return loads(payload.decode())
        raise Empty

    def get_table(self, exchange: str) -> list[exchange_queue_t]:
        """The queues that are bound to an exchange."""
        try:
            rows = loads(self._exchange_file(exchange).read_text())
        except FileNotFoundError:
            return []
        return [exchange_queue_t(*row) for row in rows]

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        if row not in self.get_table(
            exchange
        ):  # publishers declare their queue each time; the lock is for changes only
            self._change_table(exchange, lambda rows: rows if row in rows else [row, *rows])

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any
    ) -> None:
        self._purge(queue)
        row = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._change_table(exchange, lambda rows: [other for other in rows if other != row])

    def _change_table(
        self, exchange: str, change: Callable[[list[exchange_queue_t]], list[exchange_queue_t]]
    ) -> None:
        with _locked(Path(self.control_folder) / "lock"):
            _write_whole(self._exchange_file(exchange), dumps(change(self.get_table(exchange))))


class Transport(filesystem.Transport):
    """The transport behind `atomicfs://`."""

    Channel = Channel
    driver_type = SCHEME
    driver_name = SCHEME


def _write_whole(file: Path, text: str) -> None:
    """Write a file so that nobody ever sees a part of it."""
    draft = file.parent / f"{uuid.uuid4().hex}.draft"
    draft.write_text(text)
    draft.replace(file)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
