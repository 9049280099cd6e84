"""The secret key: from the environment, or made once and kept readable to this user only."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path


def secret_key(from_environment: str, data_dir: Path) -> str:
    """The key given, else the one in the data folder, else a new one; an unwritable folder gets one for this process."""
    if from_environment:
        return from_environment
    path = data_dir / "secret.key"
    try:
        if not path.exists():
            _create(path)
        return path.read_text().strip()
    except OSError:  # `manage.py up` says in a sentence that the folder can't be written
        return secrets.token_urlsafe(50)


def _create(path: Path) -> None:
    """Write whole, then link: a process that starts beside this one never reads half a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
