"""How rooms end, and what the nightly check of files found."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone


class Receipt(models.Model):
    """Says that a room and everything in it is gone; it outlives the room and holds no photo, face or name of a person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room_key = models.UUIDField()
    room_name = models.CharField(max_length=80)
    reason = models.CharField(
        max_length=200
    )  # a sentence: "It ended on 3 May 2026, as its host had decided."
    photos = models.PositiveIntegerField()
    renditions = models.PositiveIntegerField(default=0)
    faces = models.PositiveIntegerField()
    descriptors = models.PositiveIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField()
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="receipts"
    )  # who were in the room
    ended_at = models.DateTimeField(null=True, blank=True)  # empty while things are still being deleted

    class Meta:
        ordering = ("-ended_at",)
        constraints = [models.UniqueConstraint(fields=["room_key"], name="one_receipt_per_room")]

    def __str__(self) -> str:
        return f"{self.room_name} ended"

    def get_absolute_url(self) -> str:
        return reverse("albums:receipt", args=[self.pk])


class FileProblemKind(models.TextChoices):
    MISSING = "missing", "Missing"
    CHANGED = "changed", "Changed"
    ORPHAN = "orphan", "Belongs to nothing"


class FileProblem(models.Model):
    """A kept file that is missing or changed, or one that belongs to nothing."""

    kind = models.CharField(max_length=7, choices=FileProblemKind)
    name = models.CharField(max_length=255, unique=True)  # in the storage
    room = models.ForeignKey(
        "albums.Room", null=True, blank=True, on_delete=models.CASCADE, related_name="file_problems"
    )
    photo = models.ForeignKey(
        "albums.Photo", null=True, blank=True, on_delete=models.CASCADE, related_name="file_problems"
    )
    size_bytes = models.PositiveBigIntegerField(default=0)
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-found_at", "name")

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"
