"""EDGE: files of the site's storage, read as paths and written under exact names."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from processing.errors import UnreadableImage


@contextmanager
def local_copy(file: FieldFile) -> Iterator[Path]:
    """The file as a path: itself on a local disk, else a copy for as long as the block runs."""
    try:
        path = Path(file.path)
    except NotImplementedError:
        with (
            tempfile.NamedTemporaryFile(suffix=Path(file.name or "").suffix) as copy,
            file.open("rb") as source,
        ):
            shutil.copyfileobj(source, copy)
            copy.flush()
            yield Path(copy.name)
        return
    if not path.exists():
        raise UnreadableImage(
            "The original of this photo is missing from the site's storage. Upload it again."
        )
    yield path


def replace_file(field: FieldFile, name: str, data: bytes) -> None:
    """Write under exactly this name: what an interrupted run left there is overwritten, not joined by a second file."""
    for old in {name, field.name or name}:
        field.storage.delete(old)
    field.name = field.storage.save(name, ContentFile(data))
