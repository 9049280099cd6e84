from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from albums.people_querysets import ChangeQuerySet, FaceQuerySet, PersonQuerySet
from albums.said import in_words


class Person(models.Model):
    """One human in one room, named or not: the faces that belong together, and so their album."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="people")
    name = models.CharField(max_length=60, blank=True)
    is_hidden = models.BooleanField(default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="people"
    )  # "this is me"
    child = models.OneToOneField(
        "albums.Child", null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )  # a parent said: this is my child
    is_concealed = models.BooleanField(
        default=False
    )  # "don't show me": in no list, search or suggestion of anybody else
    is_veiled = models.BooleanField(default=False)  # and blurred in what others view and download
    cover = models.ForeignKey(
        "albums.Face", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_cover_chosen = models.BooleanField(default=False)
    photo_count = models.PositiveIntegerField(
        default=0
    )  # kept by recount_people, photos in the trash left out
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged_people"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        ordering = ("-photo_count", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "user"],
                condition=models.Q(user__isnull=False),
                name="one_person_per_user_and_room",
            )
        ]
        indexes = [models.Index(fields=["room", "merged_into", "-photo_count"], name="people_strip")]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("albums:person", args=[self.room_id, self.pk])

    @property
    def label(self) -> str:
        return self.name or gettext("Person %(number)s") % {"number": self.pk}


class Assignment(models.TextChoices):
    MACHINE = "machine", _("Found by likeness")
    NAMED = "named", _("In the group when it was named")
    CONFIRMED = "confirmed", _("Confirmed by somebody")


def crop_path(face: Face, filename: str) -> str:
    return f"rooms/{face.room_id}/faces/{face.photo.sha256[:2]}/{filename}"


class Face(models.Model):
    """One face on one photo; its box is in pixels of the photo as displayed."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="faces")
    photo = models.ForeignKey("albums.Photo", on_delete=models.CASCADE, related_name="faces")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="faces")
    assignment = models.CharField(max_length=10, choices=Assignment, default=Assignment.MACHINE)
    x = models.IntegerField()
    y = models.IntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    score = models.FloatField()
    sharpness = models.FloatField(default=0)
    pose = models.PositiveSmallIntegerField(default=0)
    quality = models.CharField(max_length=1, default="B")
    eyes = models.FloatField(null=True, blank=True)  # how open, 0 to 1; None: can't be told
    smile = models.FloatField(null=True, blank=True)
    descriptor = (
        models.BinaryField()
    )  # 128 little-endian float32; empty until a drawn face has been described
    crop = models.FileField(upload_to=crop_path, max_length=255, blank=True)
    is_drawn = models.BooleanField(default=False)  # by somebody who saw a face that the machine missed
    is_dismissed = models.BooleanField(default=False)  # somebody said: this is no face
    is_sorted = models.BooleanField(default=False)  # has been sorted into people once
    is_exemplar = models.BooleanField(default=False)  # stands for its person when new faces arrive
    # Somebody withdrew their consent: the box stays so that nobody describes it again. It can be told whose it was only
    # together with the consent that was withdrawn (services/withdrawals.py); nothing else is left of the face.
    withdrawal = models.CharField(max_length=32, blank=True, editable=False)
    is_veiled = models.BooleanField(default=False)  # blurred for everybody, though nobody is named any more

    objects = FaceQuerySet.as_manager()

    class Meta:
        ordering = ("photo_id", "x", "id")
        indexes = [
            models.Index(fields=["room", "person"], name="faces_of_people"),
            models.Index(fields=["room"], condition=models.Q(is_sorted=False), name="faces_to_sort"),
            models.Index(
                fields=["room"], condition=models.Q(is_exemplar=True), name="faces_that_stand_for_people"
            ),
            models.Index(
                fields=["room"], condition=models.Q(is_veiled=True), name="faces_veiled_for_everybody"
            ),
        ]

    def __str__(self) -> str:
        return f"face {self.pk} on photo {self.photo_id}"

    @property
    def is_fixed(self) -> bool:
        return self.person_id is not None and self.assignment != Assignment.MACHINE


class Refusal(models.Model):
    """Somebody said of a face: not this person. Remembered through every re-run."""

    face = models.ForeignKey(Face, on_delete=models.CASCADE, related_name="refusals")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="refusals")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["face", "person"], name="one_refusal_per_face_and_person")
        ]

    def __str__(self) -> str:
        return f"face {self.face_id} is not person {self.person_id}"


class ChangeKind(models.TextChoices):
    NAME = "name", _("Named")
    MERGE = "merge", _("Merged")
    MOVE = "move", _("Moved faces")
    REFUSE = "refuse", _("Split off")
    HIDE = "hide", _("Hidden or shown")
    CLAIM = "claim", _("Claimed")
    CONFIRM = "confirm", _("Confirmed")
    DRAW = "draw", _("Drew a face")
    DISMISS = "dismiss", _("Took a wrong box away")


class PersonChange(models.Model):
    """One thing that somebody did to people and faces, with what is needed to undo it."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="changes")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=ChangeKind)
    summary = models.CharField(max_length=200)
    before = models.JSONField()  # see services/history.py
    after = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["room", "-created_at"], name="changes_of_room")]

    def __str__(self) -> str:
        return self.summary

    @property
    def told(self) -> str:
        """Its summary for who reads it now."""
        return in_words(self.summary)
