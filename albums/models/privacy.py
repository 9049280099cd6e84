"""What people decided about their own faces: consent, children, requests to take a photo down."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Child(models.Model):
    """A child in one room whose album a parent looks after: the parent says yes, looks for it, takes it back."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="children")
    guardian = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="children")
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("name", "id")
        verbose_name_plural = "children"
        constraints = [
            models.UniqueConstraint(
                fields=["room", "guardian", "name"], name="one_child_per_name_and_guardian"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Consent(models.Model):
    """Somebody said yes to having a face looked for in one room: their own, or a child's. Kept with the text's version.

    One that was withdrawn stays as proof of when; it holds nothing about a face.
    """

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="consents")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents")
    child = models.ForeignKey(Child, null=True, blank=True, on_delete=models.CASCADE, related_name="consents")
    text_version = models.CharField(max_length=20)  # albums/consent_texts.py
    language = models.CharField(max_length=10, default="en")  # in which the text was read
    given_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-given_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "user"],
                condition=models.Q(child=None, withdrawn_at=None),
                name="one_consent_per_user_and_room",
            ),
            models.UniqueConstraint(
                fields=["child"],
                condition=models.Q(child__isnull=False, withdrawn_at=None),
                name="one_consent_per_child",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}, text {self.text_version}"


class RequestState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Taken down")
    REFUSED = "refused", _("Kept")


class TakedownRequest(models.Model):
    """Somebody on a photo asks the owner of the room to take it down."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="takedown_requests")
    photo = models.ForeignKey("albums.Photo", on_delete=models.CASCADE, related_name="takedown_requests")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="takedown_requests"
    )
    reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=7, choices=RequestState, default=RequestState.OPEN)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["photo", "user"],
                condition=models.Q(state="open"),
                name="one_open_request_per_photo_and_user",
            )
        ]

    def __str__(self) -> str:
        return f"photo {self.photo_id}, {self.state}"

    @property
    def is_put_back(self) -> bool:
        """Whether the photo was taken down and can be seen again."""
        return self.state == RequestState.DONE and self.photo.deleted_at is None
