"""Lists every file below a folder; whatever can't be opened is in the list too, with the reason."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from processing.organizing.errors import OrganizeError

LINKED_FOLDER = "This is a link to a folder and is not followed. Move the folder itself here."
SPECIAL = "This is no ordinary file (a device, a pipe or a socket), so it holds no picture."


@dataclass(frozen=True, slots=True)
class Entry:
    """One name below the folder: `file` is relative with slashes; `error` says why it can't be a photo."""

    file: str
    path: Path
    error: str | None = None
    size: int = 0


def scan(folder: Path, ignored: Collection[Path] = ()) -> list[Entry]:
    """List everything below a folder.

    Args:
        folder: where to start. Links to files are followed, links to folders are not.
        ignored: files that are left out: the outputs of this work.

    Returns:
        Sorted by `file`. Names that are no valid text keep their bytes as surrogates (PEP 383).

    Raises:
        OrganizeError: the folder is missing, no folder, or can't be opened.
    """
    try:
        with os.scandir(folder):
            pass
    except FileNotFoundError as error:
        raise OrganizeError(f"The folder {shown(folder)} does not exist. Check its name.") from error
    except NotADirectoryError as error:
        raise OrganizeError(f"{shown(folder)} is a file. Name the folder that holds the photos.") from error
    except OSError as error:
        raise OrganizeError(
            f"The folder {shown(folder)} can't be opened ({reason(error)}). Check that you may read it."
        ) from error
    left_out = {os.path.realpath(path) for path in ignored}
    entries = (entry for entry in _below(folder) if os.path.realpath(entry.path) not in left_out)
    return sorted(entries, key=lambda entry: entry.file)


def group_copies(entries: Collection[Entry]) -> dict[str, str]:
    """Find files with the same bytes. Only files of equal size are read.

    Args:
        entries: files without an error.

    Returns:
        For each `file` the first one (in the order given) with the same bytes, maybe itself.
    """
    by_size: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_size[entry.size].append(entry)
    first: dict[str, str] = {}
    for same_size in by_size.values():
        seen: dict[str, str] = {}
        for entry in same_size:
            key = _digest(entry) if len(same_size) > 1 else entry.file
            first[entry.file] = seen.setdefault(key, entry.file)
    return first


def reason(error: OSError) -> str:
    """Say in words why the system refused."""
    return (error.strerror or "unknown error").lower()


def shown(path: Path | str) -> str:
    """Make a path printable: bytes that are no text become question marks."""
    return str(path).encode("utf-8", "replace").decode()


def _below(folder: Path) -> Iterator[Entry]:
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            found = sorted(os.scandir(here), key=lambda item: item.name)
        except OSError as error:
            message = f"The folder can't be opened ({reason(error)}). Check that you may read it."
            yield Entry(_relative(here, folder) + "/", here, message)
            continue
        for item in found:
            path = Path(item.path)
            if item.is_dir(follow_symlinks=False):
                waiting.append(path)
            else:
                yield _entry(path, folder)


def _entry(path: Path, folder: Path) -> Entry:
    file = _relative(path, folder)
    try:
        status = path.stat()
    except OSError as error:
        return Entry(
            file, path, f"The file can't be opened ({reason(error)}). Check that it is there and may be read."
        )
    if stat.S_ISDIR(status.st_mode):
        return Entry(file, path, LINKED_FOLDER)
    return Entry(file, path, None if stat.S_ISREG(status.st_mode) else SPECIAL, status.st_size)


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _digest(entry: Entry) -> str:
    """Hash a file; one that can't be read is like no other, and its reader says why later."""
    made = sha256()
    try:
        with entry.path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                made.update(chunk)
    except OSError:
        return entry.file
    return made.hexdigest()
