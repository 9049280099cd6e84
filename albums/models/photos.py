from __future__ import annotations

from datetime import datetime, timedelta
from datetime import timezone as fixed_zone
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from albums.querysets import PhotoQuerySet


class PhotoState(models.TextChoices):
    PENDING = "pending", "Waiting"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class PhotoKind(models.TextChoices):
    PHOTO = "photo", "Photo"
    VIDEO = "video", "Video"


def original_path(photo: Photo, filename: str) -> str:
    """Where the original is kept: by content, so that a name from outside never becomes a path."""
    suffix = photo.format.lower() if photo.format.isalnum() else "bin"
    return f"rooms/{photo.room_id}/originals/{photo.sha256[:2]}/{photo.sha256}.{suffix}"


def rendition_path(rendition: Rendition, filename: str) -> str:
    photo = rendition.photo
    return f"rooms/{photo.room_id}/renditions/{photo.sha256[:2]}/{photo.sha256}-{rendition.side_px}.jpg"


class Photo(models.Model):
    """One photo or video in one room: the untouched original and what is known about it."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="photos")
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="uploaded_photos"
    )
    kind = models.CharField(max_length=5, choices=PhotoKind, default=PhotoKind.PHOTO)
    filename = models.CharField(max_length=255)
    format = models.CharField(max_length=16)
    content_type = models.CharField(max_length=64)
    original = models.FileField(upload_to=original_path, max_length=255)
    sha256 = models.CharField(max_length=64)
    crc32 = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    modified_at = models.DateTimeField(null=True, blank=True)  # the file's own time, as its device said

    # what processing found
    state = models.CharField(max_length=8, choices=PhotoState, default=PhotoState.PENDING)
    failure = models.CharField(
        max_length=300, blank=True
    )  # a sentence for people, also where it is ready in part
    width = models.PositiveIntegerField(default=0)  # as displayed, in pixels
    height = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(null=True, blank=True)  # of a video
    color = models.CharField(max_length=7, default="#808080")  # shown until the picture has come
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_offset_minutes = models.SmallIntegerField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    camera = models.CharField(max_length=120, blank=True)
    sort_at = models.DateTimeField(default=timezone.now)  # taken_at, else modified_at, else uploaded_at

    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ("-sort_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["room", "sha256"], name="one_photo_per_room_and_content")
        ]
        indexes = [
            # With deleted_at as a column, PostgreSQL would sort all photos of a room for each page.
            models.Index(
                fields=["room", "sort_at", "id"], name="photo_present", condition=models.Q(deleted_at=None)
            ),
            models.Index(fields=["room", "state"], name="photo_progress"),
            models.Index(
                fields=["deleted_at"], name="photo_trash", condition=models.Q(deleted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return reverse("albums:photo", args=[self.room_id, self.pk])

    @property
    def is_video(self) -> bool:
        return self.kind == PhotoKind.VIDEO

    @property
    def local_time(self) -> datetime:
        """When it was taken, on the clock of the place: its own offset if known, else the room's time zone."""
        if self.taken_at and self.taken_offset_minutes is not None:
            return self.taken_at.astimezone(fixed_zone(timedelta(minutes=self.taken_offset_minutes)))
        return self.sort_at.astimezone(ZoneInfo(self.room.time_zone))


class Rendition(models.Model):
    """A smaller JPEG of a photo, made once and served instead of the original."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")
    side_px = models.PositiveIntegerField()
    file = models.FileField(upload_to=rendition_path, max_length=255)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["photo", "side_px"], name="one_rendition_per_size")]

    def __str__(self) -> str:
        return f"{self.photo_id} at {self.side_px} px"


class Analysis(models.Model):
    """What one analyzer of one version said about one photo, or why it could not."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="analyses")
    analyzer = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    data = models.JSONField(default=dict)
    failure = models.CharField(max_length=300, blank=True)
    seconds = models.FloatField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "analyses"
        constraints = [
            models.UniqueConstraint(fields=["photo", "analyzer"], name="one_analysis_per_analyzer")
        ]

    def __str__(self) -> str:
        return f"{self.analyzer} {self.version} of {self.photo_id}"
