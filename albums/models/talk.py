"""What people say to each other, and what the site tells them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from albums.querysets import CommentQuerySet, NotificationQuerySet


class Comment(models.Model):
    """What somebody says about a photo, under the name that they have in the room."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="comments")
    photo = models.ForeignKey("albums.Photo", on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="comments"
    )
    text = models.CharField(max_length=1000)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "id")
        indexes = [models.Index(fields=["room", "-created_at"], name="comments_of_room")]

    def __str__(self) -> str:
        return f"{self.author_id} on {self.photo_id}"


class NoticeKind(models.TextChoices):
    NEW_PHOTOS_OF_YOU = "of_you", _("New photos of you")
    ALBUM_READY = "album", _("Your album is ready")
    JOINED = "joined", _("Somebody joined")
    ROOM_ENDS = "ends", _("The room ends")
    COMMENTED = "comment", _("Somebody commented on your photo")
    LIKED = "like", _("Somebody likes your photo")
    TAKEDOWN = "takedown", _("Somebody asks to take a photo down")
    TAKEDOWN_ANSWERED = "answer", _("Your request was answered")


class Notification(models.Model):
    """Something that one user should hear of, in one room. While it is unread, more of its kind joins it."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="notifications")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=8, choices=NoticeKind)
    data = models.JSONField(default=dict)  # what its sentence is made of: photo ids, names, days
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)  # what came after it goes into the next mail

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ("-updated_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "user", "kind"],
                condition=models.Q(read_at=None),
                name="one_unread_notification_per_kind",
            )
        ]
        indexes = [
            models.Index(fields=["user", "-updated_at"], name="notifications_of_user"),
            models.Index(
                fields=["updated_at"], name="notifications_to_mail", condition=models.Q(read_at=None)
            ),
            models.Index(fields=["user"], name="notifications_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id} in {self.room_id}"
