"""Where the prepared bytes of zips lie in the storage: one folder per download, packs and their lists of contents."""

from __future__ import annotations

import uuid

from django.core.files.storage import Storage, default_storage

FOLDER = "downloads"


def folder_of(download_id: uuid.UUID) -> str:
    return f"{FOLDER}/{download_id}"


def pack_name(folder: str, key: str) -> str:
    return f"{folder}/{key}.pack"


def files_in(folder: str, storage: Storage = default_storage) -> list[str]:
    """The names of all files of one download, without its folder."""
    try:
        return storage.listdir(folder)[1]
    except FileNotFoundError:
        return []


def delete_packs(folder: str, storage: Storage = default_storage) -> None:
    """Delete what was prepared for one download; harmless where nothing was."""
    names = files_in(folder, storage)
    for name in names:
        storage.delete(f"{folder}/{name}")
    if names:
        storage.delete(folder)  # an empty folder of a disk; nothing at all elsewhere
