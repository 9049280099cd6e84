"""What the machine thinks it knows about faces and asks people: guesses, questions, searches. People decide."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from albums.models.people import Assignment, Face, Person
from albums.people_querysets import ProposalQuerySet, QuestionQuerySet


class Proposal(models.Model):
    """Whose face it probably is, learned from the faces that people labelled. Made anew whenever they say more."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="proposals")
    face = models.OneToOneField(Face, on_delete=models.CASCADE, related_name="proposal")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="proposals")
    second = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    probability = models.FloatField()
    teaches = models.FloatField(default=0)  # how much an answer would teach, 0 to 1

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ("probability", "id")  # the most doubtful first
        indexes = [models.Index(fields=["person", "probability"], name="proposals_of_person")]

    def __str__(self) -> str:
        return f"face {self.face_id}: person {self.person_id} at {self.probability:.0%}"


class LabelOrder(models.Model):
    """Which faces of a room to label next, the one that teaches most first."""

    room = models.OneToOneField("albums.Room", on_delete=models.CASCADE, related_name="label_order")
    faces = models.JSONField(default=list)  # face ids
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{len(self.faces)} faces of {self.room}"


class Question(models.Model):
    """A doubt that one word settles: are these two people the same, or is this face this person?"""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="questions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="questions")
    other = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    face = models.ForeignKey(Face, null=True, blank=True, on_delete=models.CASCADE, related_name="questions")
    distance = models.FloatField()
    gain = models.PositiveIntegerField()  # faces that a yes brings into the right album
    skips = models.PositiveIntegerField(default=0)  # answered "not sure": asked after the others
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ("skips", "-gain", "distance", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(other__isnull=True) ^ models.Q(face__isnull=True),
                name="question_about_a_person_or_a_face",
            ),
            models.UniqueConstraint(fields=["person", "other"], name="one_question_per_two_people"),
            models.UniqueConstraint(fields=["person", "face"], name="one_question_per_face_and_person"),
        ]

    def __str__(self) -> str:
        return f"is {self.other_id or f'face {self.face_id}'} person {self.person_id}?"


class SearchState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class FaceSearch(models.Model):
    """Somebody looks for themselves in one room, with a selfie or a tapped face.

    The selfie lies here only until a worker has described it, and is gone before anything is found. The descriptor belongs to
    this user and this room; both go when the user says so, leaves the room, or deletes the account.
    """

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="searches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="searches")
    child = models.ForeignKey(
        "albums.Child", null=True, blank=True, on_delete=models.CASCADE, related_name="searches"
    )  # whom a parent looks for; None: themselves
    state = models.CharField(max_length=8, choices=SearchState, default=SearchState.WAITING)
    failure = models.CharField(max_length=300, blank=True)
    selfie = models.BinaryField(null=True, blank=True)
    face = models.ForeignKey(
        Face, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # tapped
    descriptor = models.BinaryField(null=True, blank=True)
    sure = models.JSONField(default=list)  # face ids, most alike first
    maybe = models.JSONField(default=list)
    declined = models.JSONField(default=list)  # face ids of which the user said: not me
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    searched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "face searches"
        constraints = [
            models.UniqueConstraint(
                fields=["room", "user"],
                condition=models.Q(child=None),
                name="one_face_search_per_user_and_room",
            ),
            models.UniqueConstraint(
                fields=["child"],
                condition=models.Q(child__isnull=False),
                name="one_face_search_per_child",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.room} ({self.state})"


class FaceMemory(models.Model):
    """What people said about a face of a photo that was deleted for good, in case the same photo comes back.

    It holds a box and who it is, no descriptor; it goes with the room or the person.
    """

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="face_memories")
    sha256 = models.CharField(max_length=64)
    x = models.IntegerField()
    y = models.IntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    assignment = models.CharField(max_length=10, choices=Assignment, default=Assignment.MACHINE)
    is_drawn = models.BooleanField(default=False)
    is_dismissed = models.BooleanField(default=False)
    withdrawal = models.CharField(max_length=32, blank=True, editable=False)  # as of a face
    is_veiled = models.BooleanField(default=False)
    refused = models.JSONField(default=list)  # keys of people

    class Meta:
        verbose_name_plural = "face memories"
        indexes = [models.Index(fields=["room", "sha256"], name="memories_of_photo")]

    def __str__(self) -> str:
        return f"a face on {self.sha256[:8]}"
