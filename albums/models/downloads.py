from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Upload(models.Model):
    """A large file that is still arriving (tus); its bytes lie in UPLOADS_DIR under its id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="uploads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    modified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"{self.filename} ({self.size_bytes} bytes)"


class DownloadState(models.TextChoices):
    PREPARING = "preparing", _("Being prepared")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Download(models.Model):
    """A zip that somebody asked for: which photos under which names, fixed so that it resumes at any byte.

    Where bytes of originals are changed (metadata, size) a job prepares them first, into files below `pack`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="downloads")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="downloads"
    )  # nobody: whoever has the share link
    share_link = models.ForeignKey(
        "albums.ShareLink", null=True, blank=True, on_delete=models.CASCADE, related_name="downloads"
    )
    content_key = models.CharField(
        max_length=64, blank=True, editable=False
    )  # of a share link: names the photos and names in it, so that everybody who wants the same gets the same zip
    title = models.CharField(max_length=160)
    # [[photo id, name in the zip], ...]; of a prepared zip [[photo id or 0, name, bytes, crc32, [year, ... second],
    # [[pack or "" for the photo's original, start, length], ...]], ...]
    entries = models.JSONField()
    options = models.JSONField(default=dict)  # as services/downloads.py understands them
    state = models.CharField(max_length=9, choices=DownloadState, default=DownloadState.READY)
    failure = models.CharField(max_length=300, blank=True)
    prepared = models.PositiveIntegerField(default=0)  # photos, while it is being prepared
    pack = models.CharField(max_length=255, blank=True)  # folder of its prepared bytes in the storage
    # Photos of which it holds the veiled copy: their keys with the veil that it has. It is sent while that is still so.
    veils = models.JSONField(default=dict)
    fetched_at = models.DateTimeField(null=True, blank=True)  # when its last byte was sent
    photo_count = models.PositiveIntegerField()
    file_count = models.PositiveIntegerField(default=0)  # more than photos where some lie in several folders
    size_bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("albums:download", args=[self.pk])

    @property
    def is_ready(self) -> bool:
        return self.state == DownloadState.READY

    @property
    def filename(self) -> str:
        return f"{self.title}.zip"
