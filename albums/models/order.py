"""How a room's photos are put in order: cameras, places, events, groups of photos that are alike."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from albums.event_words import event_in_words
from albums.querysets import EventQuerySet, InRoomQuerySet, PhotoGroupQuerySet, PlaceQuerySet
from albums.said import in_words


class Device(models.Model):
    """A camera or phone of somebody in a room. All its photos are shifted together when its clock was wrong."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="devices")
    camera = models.CharField(max_length=120)
    serial = models.CharField(max_length=64, blank=True)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )  # None where the serial number says whose it is
    shift_seconds = models.IntegerField(default=0)  # added to its clock
    proposed_seconds = models.IntegerField(null=True, blank=True)  # a shift that other cameras suggest
    evidence = models.JSONField(default=list)  # [[photo of this camera, photo of another], ...] behind it
    declined_seconds = models.IntegerField(null=True, blank=True)  # somebody said no to it

    objects = InRoomQuerySet.as_manager()

    class Meta:
        ordering = ("camera", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "camera", "serial", "uploader"],
                condition=models.Q(uploader__isnull=False),
                name="one_device_of_uploader",
            ),
            models.UniqueConstraint(
                fields=["room", "camera", "serial"],
                condition=models.Q(uploader__isnull=True),
                name="one_device_of_serial",
            ),
        ]

    def __str__(self) -> str:
        return self.camera


class Place(models.Model):
    """A town, or whatever people call it, in one room: a place album."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="places")
    country_code = models.CharField(max_length=2, blank=True)
    country = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=120, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    is_own = models.BooleanField(default=False)  # named by somebody: "Grandma's garden"
    detail = models.CharField(max_length=120, blank=True)  # a better name, from Nominatim where that is on
    # What the gazetteer calls it, whatever people made of its name: photos found there come to this album.
    key = models.CharField(max_length=300, blank=True, editable=False)
    is_chosen = models.BooleanField(default=False)  # somebody put photos here by hand: the row stays
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged"
    )  # somebody said that both are one: photos found here go there

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ("country", "city", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "key"], condition=~models.Q(key=""), name="one_place_per_room_and_key"
            )
        ]

    def __str__(self) -> str:
        return self.detail or self.city or self.region or self.country or gettext("Somewhere")

    def get_absolute_url(self) -> str:
        return reverse("albums:place", args=[self.room_id, self.pk])

    @property
    def area(self) -> str:
        """What lies around it: "Lazio, Italy"."""
        parts = [self.city, self.region, self.country]
        return ", ".join(dict.fromkeys(part for part in parts if part and part != str(self)))

    @property
    def full_name(self) -> str:
        """City, region, country, each once."""
        parts = [self.detail, self.city, self.region, self.country]
        return ", ".join(dict.fromkeys(part for part in parts if part))


class Event(models.Model):
    """Photos that belong together by time and place: a dinner, a walk, a night."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="events")
    name = models.CharField(max_length=120, blank=True)
    is_named = models.BooleanField(default=False)  # somebody gave the name: no machine changes it
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    photo_count = models.PositiveIntegerField(default=0)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at", "id")

    def __str__(self) -> str:
        return (self.name if self.is_named else event_in_words(self.name)) or gettext("An event")

    def get_absolute_url(self) -> str:
        return reverse("albums:event", args=[self.room_id, self.pk])


class GroupKind(models.TextChoices):
    DUPLICATES = "duplicates", _("The same shot")
    LOOK_ALIKES = "look_alikes", _("Look-alikes")


class PhotoGroup(models.Model):
    """Photos of the same shot (duplicates) or of the same moment (look-alikes), with the best of them."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="photo_groups")
    kind = models.CharField(max_length=11, choices=GroupKind)
    proposed = models.ForeignKey(
        "albums.Photo", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # by the machine
    chosen = models.ForeignKey(
        "albums.Photo", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # by somebody
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_settled = models.BooleanField(default=False)  # somebody decided about it: nothing left to ask
    data = models.JSONField(default=dict)  # scores and reasons by photo
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PhotoGroupQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["room", "kind", "is_settled"], name="groups_of_room")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def best_id(self) -> int | None:
        return self.chosen_id or self.proposed_id


class PlaceName(models.Model):
    """What a Nominatim server said about a position, so that nobody asks it twice. Coordinates are rounded."""

    latitude = models.FloatField()
    longitude = models.FloatField()
    answer = models.JSONField(default=dict)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["latitude", "longitude"], name="one_answer_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.latitude}, {self.longitude}"


class PhotoChange(models.Model):
    """One thing that somebody did to photos, with what is needed to undo it (services/photo_history.py)."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="photo_changes")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(
        max_length=12
    )  # "time", "place", "left_out", "best", "tags", "stars", "caption", "event"
    summary = models.CharField(max_length=200)
    before = models.JSONField()
    after = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = InRoomQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["room", "-created_at"], name="photo_changes_of_room")]

    def __str__(self) -> str:
        return self.summary

    @property
    def told(self) -> str:
        """Its summary for who reads it now."""
        return in_words(self.summary)
