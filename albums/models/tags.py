"""What is on photos, as words: found by machines, decided by people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from albums.querysets import PhotoTagQuerySet, TagQuerySet
from albums.tag_words import word_of


class TagKind(models.TextChoices):
    CATEGORY = "category", _("Category")  # beach, food, wedding: processing/categories.py
    OBJECT = "object", _("Object")  # a class of the network, a label of the detector
    OWN = "own", _("Own")  # somebody's word: "our dog Rex"


class Tag(models.Model):
    """A word for what a photo shows. Categories, objects and own tags of the site belong to no room."""

    room = models.ForeignKey(
        "albums.Room", null=True, blank=True, on_delete=models.CASCADE, related_name="own_tags"
    )
    key = models.CharField(max_length=60)  # lower case, for comparing
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=TagKind)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "key"],
                condition=models.Q(room__isnull=False),
                name="one_tag_per_room_and_word",
            ),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(room__isnull=True), name="one_tag_of_site_per_word"
            ),
        ]

    def __str__(self) -> str:
        return self.word

    @property
    def word(self) -> str:
        """Its name for who reads it now."""
        return word_of(self)

    def url_in(self, room_id: object) -> str:
        return reverse("albums:tag", args=[room_id, self.pk])


class TagState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")  # learned or unsure: on no album until somebody agrees
    MACHINE = "machine", _("Found")
    ACCEPTED = "accepted", _("Accepted")  # added or agreed to by somebody
    REFUSED = "refused", _("Removed")  # by somebody: never found again


class PhotoTag(models.Model):
    """One word on one photo."""

    photo = models.ForeignKey("albums.Photo", on_delete=models.CASCADE, related_name="photo_tags")
    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="photo_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="photo_tags")
    score = models.FloatField(default=1.0)  # how certain the machine is, 0 to 1
    state = models.CharField(max_length=8, choices=TagState, default=TagState.MACHINE)
    boxes = models.JSONField(
        null=True, blank=True
    )  # [[x, y, width, height], ...] in pixels of the original as displayed, the surest first, where they are known
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = PhotoTagQuerySet.as_manager()

    class Meta:
        ordering = ("-score", "id")
        constraints = [models.UniqueConstraint(fields=["photo", "tag"], name="one_word_once_per_photo")]
        indexes = [
            models.Index(fields=["room", "tag", "state", "-score"], name="photos_of_tag"),
            models.Index(fields=["room", "state", "score"], name="tags_to_review"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.photo_id} ({self.state})"


class Favorite(models.Model):
    """A photo that somebody likes; everybody has their own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favorites")
    photo = models.ForeignKey("albums.Photo", on_delete=models.CASCADE, related_name="favorites")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "photo"], name="one_favorite_per_user_and_photo")
        ]

    def __str__(self) -> str:
        return f"{self.photo_id} of {self.user_id}"
