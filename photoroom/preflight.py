"""What must be true before the site starts; each check ends with one sentence that says what to do."""

import errno
import fcntl
import hashlib
import socket
import tempfile
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor


def check_data_folder(folder: Path) -> None:
    """The data folder exists, or can be made, and a file can be written in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        raise CommandError(
            f"The data folder {folder} can't be written ({error.strerror}): give yourself the right to write there, "
            "or choose another folder with PHOTOROOM_DATA=/path/to/folder."
        ) from error


def lock_data_folder(folder: Path) -> TextIO:
    """Keep a second `up` off the same data folder; the lock lasts as long as the returned file is open."""
    file = (folder / "up.lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise CommandError(
            f"Photoroom is already running on the data folder {folder}: stop that one first, "
            "or give this one a folder of its own with PHOTOROOM_DATA=/path/to/folder."
        ) from error
    return file


def check_port(host: str, port: int) -> None:
    """Nobody else listens on the address, and this user may."""
    if not 0 < port < 65536:  # glibc takes such a number modulo 65536
        raise CommandError(f"There is no port {port}: choose another with PHOTOROOM_PORT=8000.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandError(_why_not_listen(host, port, error)) from error


def _why_not_listen(host: str, port: int, error: OSError) -> str:
    other = f"choose another with PHOTOROOM_PORT={port + 1 if 1024 < port < 65535 else 8000}"
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: stop that program, or {other}."
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for the system's administrator: {other}."
    return f"This machine has no address {host}: set PHOTOROOM_HOST=127.0.0.1 (this machine only) or 0.0.0.0 (the network)."


def migrate() -> None:
    """Bring the database up to date; nearly free when it is."""
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise CommandError(
            f"The database can't be reached: {str(error).strip()} Start it, or look at PHOTOROOM_DATABASE_URL."
        ) from error
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0, database=DEFAULT_DB_ALIAS)
    connection.close()


def collect_static(*, keep_old: bool) -> None:
    """Publish the static files under names with checksums, if any of them changed since the last time.

    With `keep_old` the files of the last version stay, for servers that still show its pages.
    """
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".collected"
    fingerprint = static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=root.exists() and not keep_old)
    stamp.write_text(fingerprint)


def static_fingerprint() -> str:
    """A checksum over the name, size and time of every static file."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    return digest.hexdigest()
