"""Nothing but the deletion of files, after the row's deletion is committed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.db.models.signals import post_delete
from django.dispatch import receiver

from albums.models import Download, EditedCopy, EditPreview, Face, Photo, Rendition, VeiledCopy
from albums.packs import delete_packs, folder_of


def delete_after_commit(file: FieldFile) -> None:
    if file.name:
        storage, name = file.storage, file.name
        transaction.on_commit(lambda: storage.delete(name))


@receiver(post_delete, sender=Photo)
def delete_original(instance: Photo, **kwargs: Any) -> None:
    delete_after_commit(instance.original)


@receiver(post_delete, sender=Rendition)
def delete_rendition(instance: Rendition, **kwargs: Any) -> None:
    delete_after_commit(instance.file)


@receiver(post_delete, sender=VeiledCopy)
def delete_veiled_copy(instance: VeiledCopy, **kwargs: Any) -> None:
    delete_after_commit(instance.file)


@receiver(post_delete, sender=EditedCopy)
def delete_edited_copy(instance: EditedCopy, **kwargs: Any) -> None:
    delete_after_commit(instance.file)


@receiver(post_delete, sender=EditPreview)
def delete_preview(instance: EditPreview, **kwargs: Any) -> None:
    delete_after_commit(instance.file)


@receiver(post_delete, sender=Face)
def delete_crop(instance: Face, **kwargs: Any) -> None:
    delete_after_commit(instance.crop)


@receiver(post_delete, sender=Download)
def delete_prepared_bytes(instance: Download, **kwargs: Any) -> None:
    folder = folder_of(instance.pk)
    transaction.on_commit(lambda: delete_packs(folder))
