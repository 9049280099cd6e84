"""Photos shown to people who are not in the room."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def new_share_token() -> str:
    return secrets.token_urlsafe(24)


class ShareKind(models.TextChoices):
    ROOM = "room", _("The whole room")
    ALBUM = "album", _("An album")
    SELECTION = "selection", _("Chosen photos")


class ShareLink(models.Model):
    """A link that shows some photos of a room to whoever has it, without joining."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="share_links")
    token = models.CharField(max_length=40, unique=True, default=new_share_token, editable=False)
    kind = models.CharField(max_length=9, choices=ShareKind)
    query = models.CharField(
        max_length=2000, blank=True
    )  # of an album: the search that it is (albums/search.py)
    photos = models.ManyToManyField("albums.Photo", blank=True, related_name="+")  # of a selection
    title = models.CharField(max_length=120)
    password = models.CharField(max_length=128, blank=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    allows_downloads = models.BooleanField(default=True)
    shows_metadata = models.BooleanField(
        default=False
    )  # else times, places, names are gone from pages, files and file names
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.title} ({self.kind})"

    def get_absolute_url(self) -> str:
        return reverse("albums:shared", args=[self.token])

    @property
    def has_password(self) -> bool:
        return bool(self.password)

    def set_password(self, raw: str) -> None:
        self.password = make_password(raw) if raw else ""

    def check_password(self, raw: str) -> bool:
        return not self.password or check_password(raw, self.password)

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())


class VisitKind(models.TextChoices):
    VISIT = "visit", _("Looked")
    PHOTO = "photo", _("Downloaded a photo")
    ZIP = "zip", _("Downloaded a zip")
    REFUSED = "refused", _("Wrong password")


class ShareVisit(models.Model):
    """One line of a link's log: no address of a visitor is kept, only a number that tells visitors of one day apart."""

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="visits")
    kind = models.CharField(max_length=7, choices=VisitKind)
    visitor = models.CharField(max_length=16, blank=True)
    photo_count = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["link", "-at"], name="visits_of_link")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.link_id}"
