"""The two files that come out: written beside their place under another name, and renamed when they are complete."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from processing.organizing.errors import OrganizeError
from processing.organizing.folders import reason, shown

PART = ".part"


class Output:
    """A file that appears only when it is complete. Use as a context manager: without `commit` nothing is left.

    Args:
        path: its place; an earlier output of the same kind there is replaced.
        option: the option that names it, for messages.
        is_own: whether a file that is there already is an earlier output.

    Raises:
        OrganizeError: the place can't be written to, or something else is there.
    """

    def __init__(self, path: Path, option: str, is_own: bool) -> None:
        self.path, self.option = path, option
        if path.exists() and not is_own:
            raise OrganizeError(
                f"At {shown(path)} there is something else already. Choose another name with {option}."
            )
        self.part = path.with_name(f".{path.name}.{os.getpid()}{PART}")
        try:
            self.stream = self.part.open("xb")
        except OSError as error:
            raise OrganizeError(self._sentence(error)) from error

    def __enter__(self) -> Output:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        self.part.unlink(missing_ok=True)

    def commit(self) -> None:
        """Put the complete file in its place."""
        try:
            self.stream.flush()
            os.fsync(self.stream.fileno())
            self.stream.close()
            self.part.replace(self.path)
        except OSError as error:
            raise OrganizeError(self._sentence(error)) from error

    def _sentence(self, error: OSError) -> str:
        return (
            f"{shown(self.path)} can't be written ({reason(error)}). Choose another place with {self.option}."
        )


def zip_output(path: Path) -> Output:
    """Prepare the zip."""
    return Output(path, "--zip", path.is_file() and (path.stat().st_size == 0 or zipfile.is_zipfile(path)))


def report_output(path: Path) -> Output:
    """Prepare the report."""
    return Output(path, "--report", path.is_file() and _starts_like_json(path))


def leftovers(path: Path) -> list[Path]:
    """List the unfinished files that killed runs have left beside an output."""
    return sorted(path.parent.glob(f".{_escaped(path.name)}.*{PART}")) if path.parent.is_dir() else []


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _starts_like_json(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(64).lstrip()[:1] in (b"", b"{")
