from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from albums.models.photos import Photo


class EditState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    SAME = "same", "Good as it is"  # looked at, and nothing was to be done: the photo keeps what it had


class EditOrigin(models.TextChoices):
    """How an edit came about."""

    EDITOR = "editor", "The editor"
    PASTE = "paste", "Copied from another photo"
    PRESET = "preset", "A preset"
    ENHANCE = "enhance", "Automatic"
    TURN = "turn", "Turned upright"
    REVERT = "revert", "Back to the original"


TO_ENHANCE = (
    "enhance"  # in place of a key: a worker looks at the photo first, and adds what it chooses to the recipe
)

CLAIM = timedelta(
    seconds=300
)  # how long an edit is in the hands of the worker that has begun it; none takes as long (edit_store.MOST_SECONDS)
STAND_IN = "without-"  # before the key of a version that the site shows while another photo that its parent uses can't be shown


class EditBatch(models.Model):
    """One recipe over many photos: what somebody watches, cancels or takes back as a whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="edit_batches")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="edit_batches"
    )
    origin = models.CharField(max_length=8, choices=EditOrigin)
    title = models.CharField(max_length=120)  # "Evening light" or the name of the photo that was copied from
    recipe = models.JSONField(default=dict)
    total = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "edit batches"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.title} over {self.total} photos"


class Edit(models.Model):
    """One version of what is done to a photo: a recipe, who made it and from which version. Kept for ever."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField()  # 1, 2, 3 ... of this photo; 0 stands for the original
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )  # None: made from the original
    recipe = models.JSONField()
    key = models.CharField(max_length=32, blank=True)  # recipes.Recipe.key; empty: the original again
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="edits"
    )
    origin = models.CharField(max_length=8, choices=EditOrigin, default=EditOrigin.EDITOR)
    batch = models.ForeignKey(
        EditBatch, null=True, blank=True, on_delete=models.CASCADE, related_name="edits"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # what came of it; the files are a cache
    state = models.CharField(max_length=9, choices=EditState, default=EditState.WAITING)
    failure = models.CharField(max_length=300, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    placeholder = models.CharField(max_length=400, blank=True)
    color = models.CharField(max_length=7, blank=True)

    # two workers do not make the same copies, and one photo that ends its worker does not hold up the others
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # begun since it was asked for

    class Meta:
        ordering = ("photo", "-number")
        constraints = [models.UniqueConstraint(fields=["photo", "number"], name="one_edit_per_number")]
        indexes = [
            models.Index(fields=["state"], name="edits_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["batch", "state"], name="edits_of_batch"),
        ]

    def __str__(self) -> str:
        return f"edit {self.number} of {self.photo_id}"


def edited_path(copy: EditedCopy, filename: str) -> str:
    photo = copy.edit.photo
    return f"rooms/{photo.room_id}/edited/{photo.sha256[:2]}/{filename}"


class EditedCopy(models.Model):
    """A file made of an original and a recipe; deleted when another edit is shown, made again when it is wanted again."""

    edit = models.ForeignKey(Edit, on_delete=models.CASCADE, related_name="copies")
    side_px = models.PositiveIntegerField()  # 0: as large as the recipe says
    file = models.FileField(upload_to=edited_path, max_length=255)
    content_type = models.CharField(
        max_length=64, default="image/jpeg"
    )  # image/png, image/webp: with transparency
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    crc32 = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "edited copies"
        constraints = [models.UniqueConstraint(fields=["edit", "side_px"], name="one_edited_copy_per_size")]

    def __str__(self) -> str:
        return f"{self.edit_id} at {self.side_px} px"


class EditPreset(models.Model):
    """A recipe with a name, of one user for all rooms or of a room for everybody in it."""

    room = models.ForeignKey(
        "albums.Room", null=True, blank=True, on_delete=models.CASCADE, related_name="edit_presets"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="edit_presets"
    )  # whose it is; None: the room's
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=60)
    recipe = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "name"], condition=models.Q(user=None), name="one_preset_per_room_and_name"
            ),
            models.UniqueConstraint(
                fields=["user", "name"], condition=models.Q(room=None), name="one_preset_per_user_and_name"
            ),
            models.CheckConstraint(
                condition=models.Q(room=None, user__isnull=False) | models.Q(room__isnull=False, user=None),
                name="a_preset_is_of_a_room_or_a_user",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EditPreview(models.Model):
    """What somebody who edits a photo waits to see: the latest wish of one page replaces the one before it."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="edit_previews")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(
        max_length=16
    )  # a number that the page made up: two windows do not cancel each other
    number = models.PositiveIntegerField(default=0)  # of the wish; a worker stops when it has become another
    wish = models.JSONField(default=dict)  # {"recipe": ..., "side_px": ...} or {"suggest": operation}
    state = models.CharField(max_length=9, choices=EditState, default=EditState.WAITING)
    failure = models.CharField(max_length=300, blank=True)
    result = models.JSONField(default=dict)  # of a suggestion
    file = models.FileField(blank=True, max_length=255)
    content_type = models.CharField(max_length=64, blank=True)
    progress = models.FloatField(default=0)  # 0 to 1
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["photo", "user", "page"], name="one_preview_per_page")]
        indexes = [models.Index(fields=["updated_at"], name="previews_by_age")]

    def __str__(self) -> str:
        return f"preview {self.number} of {self.photo_id}"


class TurnState(models.TextChoices):
    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Turned"
    DECLINED = "declined", "Right as it is"


class TurnProposal(models.Model):
    """A photo that probably lies on its side. What somebody decided stays, whatever a later look says."""

    photo = models.OneToOneField(Photo, on_delete=models.CASCADE, related_name="turn_proposal")
    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="turn_proposals")
    quarters = models.PositiveSmallIntegerField()  # to the right, 1 to 3
    confidence = models.FloatField()
    state = models.CharField(max_length=8, choices=TurnState, default=TurnState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["room"], name="turns_open", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.photo_id} by {self.quarters} quarters"
