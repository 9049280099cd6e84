"""Fetches the model files that make a feature better: goes on where it stopped, checked before it counts, in one piece or not at all."""

from __future__ import annotations

import errno
import http.client
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from processing import fetched_models
from processing.errors import ProcessingError
from processing.model_files import TORCHVISION, ModelFile

MIRROR_VARIABLE = "PHOTOROOM_MODELS_URL"
READ_BYTES = 1 << 18
TIMEOUT_SECONDS = 30
SPARE_BYTES = 64 << 20  # of the disk, that a download does not use up
Progress = Callable[[int, int], None]


class FetchFailed(ProcessingError):
    """A model file could not be fetched; the sentence says what to do."""


def address(model: ModelFile) -> str:
    """Where a file is fetched from: torchvision's server, or PHOTOROOM_MODELS_URL with the same file names.

    Raises:
        FetchFailed: that variable is no address of the web.
    """
    base = os.environ.get(MIRROR_VARIABLE) or TORCHVISION
    if not base.startswith(("https://", "http://")):
        raise FetchFailed(f"{MIRROR_VARIABLE} must begin with https:// or http://, not {base!r}.")
    return urljoin(base.rstrip("/") + "/", Path(model.source).name)


def fetch(model: ModelFile, progress: Progress = lambda done, total: None) -> Path:
    """Fetch a file into the folder of models.

    Args:
        model: one of `model_files.fetchable()`.
        progress: told how many bytes of how many are there; 0 of them: nobody knows.

    Returns:
        Its path. If it was there already and intact, nothing is fetched.

    Raises:
        FetchFailed: no network, no such file, a full disk, a connection that broke off (what came is kept, the next call goes
            on), or bytes that are not those of the file (they are removed).
    """
    path = fetched_models.folder() / Path(model.source).name
    if path.is_file() and fetched_models.sha256_of(path).startswith(model.sha256):
        return path
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _download(model, part, progress)
        if not fetched_models.sha256_of(part).startswith(model.sha256):
            part.unlink()
            raise FetchFailed(
                f"What came from {address(model)} is not the file {path.name}: its SHA-256 is another one. "
                "It was removed. Try again, or from another network."
            )
        part.replace(path)
    except OSError as error:
        raise _failure(error, model, path.parent) from error
    return path


def _download(model: ModelFile, part: Path, progress: Progress) -> None:
    """Bring the rest of a file, or all of it if the server can't begin in the middle."""
    have = part.stat().st_size if part.exists() else 0
    url = address(model)
    headers = {"User-Agent": "Photoroom", **({"Range": f"bytes={have}-"} if have else {})}
    try:
        answer: Any = urllib.request.urlopen(  # noqa: S310  (the address begins with http: see `address`)
            urllib.request.Request(url, headers=headers),  # noqa: S310
            timeout=TIMEOUT_SECONDS,
        )
    except urllib.error.HTTPError as error:
        if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise FetchFailed(
                f"The server answered {error.code} for {url}. Try again later, or set {MIRROR_VARIABLE} to a copy of it."
            ) from error
        if _is_whole(error, have):
            return  # all of it came before; the check decides
        part.unlink()
        _download(model, part, progress)
        return
    with answer:
        goes_on = answer.status == http.client.PARTIAL_CONTENT and _starts_at(answer, have)
        have = have if goes_on else 0
        total = have + int(answer.headers.get("Content-Length") or 0)
        _need_room(part.parent, total - have)
        with part.open("ab" if goes_on else "wb") as target:
            have = _copy(answer, target, have, total, progress)
    if total and have < total:
        raise _broken_off(have, total)


def _copy(answer: Any, target: Any, have: int, total: int, progress: Progress) -> int:
    """Write what comes; answer how much is there then."""
    while True:
        try:
            piece = answer.read(READ_BYTES)
        except (http.client.IncompleteRead, ConnectionError, TimeoutError) as error:
            raise _broken_off(have, total) from error
        if not piece:
            return have
        target.write(piece)
        have += len(piece)
        progress(have, total)


def _starts_at(answer: Any, have: int) -> bool:
    return str(answer.headers.get("Content-Range", "")).startswith(f"bytes {have}-")


def _is_whole(error: urllib.error.HTTPError, have: int) -> bool:
    return (error.headers.get("Content-Range") or "") == f"bytes */{have}"


def _need_room(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size + SPARE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _broken_off(have: int, total: int) -> FetchFailed:
    return FetchFailed(
        f"The connection broke off after {have / 1e6:.1f} of {total / 1e6:.1f} MB. Run the same command again: it goes on there."
    )


def _failure(error: OSError, model: ModelFile, folder: Path) -> FetchFailed:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FetchFailed(
            f"There is not enough room in {folder} for {model.size / 1e6:.0f} MB. Free some, or set "
            f"{fetched_models.FOLDER_VARIABLE} to a folder elsewhere."
        )
    if isinstance(error, urllib.error.URLError | TimeoutError | ConnectionError):
        reason = getattr(error, "reason", error)
        return FetchFailed(
            f"{address(model)} can't be reached ({reason}). Check the network of this machine, or fetch the file elsewhere "
            f"and put it into {folder}."
        )
    return FetchFailed(
        f"{folder} can't be written to ({error.strerror or error}). Check who may write there."
    )
