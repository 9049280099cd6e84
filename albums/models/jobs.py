from __future__ import annotations

from django.db import models
from django.utils import timezone

from albums.querysets import JobQuerySet


class JobKind(models.TextChoices):
    ANALYZE = "analyze", "Analyze a photo"
    DESCRIBE = "describe", "Describe the faces that people drew on a photo"
    CLUSTER = "cluster", "Sort the new faces of a room"
    REGROUP = "regroup", "Sort all faces of a large room once more"
    LEARN = "learn", "Learn from what people labelled in a room"
    FIND = "find", "Look for the members who asked for it"
    ARRANGE = "arrange", "Put the new photos of a room in order"
    TAGS = "tags", "Learn a room's own tags"
    NAMES = "names", "Ask a server for better names of places"
    PACK = "pack", "Prepare a zip"
    VEIL = "veil", "Blur the faces of people who asked for it"
    MODE = "mode", "Do what a room has decided about faces"
    RENDER = "render", "Make the copies of an edited photo"
    RENDER_MANY = "rendermany", "Make the copies of many edited photos of a room"


class JobState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Job(models.Model):
    """A piece of work that must not be lost. This row is the truth; a message in the queue is only a doorbell."""

    kind = models.CharField(max_length=10, choices=JobKind)
    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="jobs")
    photo = models.ForeignKey(
        "albums.Photo", null=True, blank=True, on_delete=models.CASCADE, related_name="jobs"
    )
    download = models.ForeignKey(
        "albums.Download", null=True, blank=True, on_delete=models.CASCADE, related_name="jobs"
    )
    state = models.CharField(max_length=8, choices=JobState, default=JobState.QUEUED)
    requests = models.PositiveIntegerField(default=1)  # asked for again while it ran: then it runs once more
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    owner = models.CharField(max_length=64, blank=True)  # the run that holds the lease
    failure = models.CharField(max_length=300, blank=True)
    rung_at = models.DateTimeField(default=timezone.now)  # when a message was last sent for it
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "photo"], condition=models.Q(photo__isnull=False), name="one_job_per_photo"
            ),
            models.UniqueConstraint(
                fields=["kind", "room"],
                condition=models.Q(photo__isnull=True, download__isnull=True),
                name="one_job_per_room",
            ),
            models.UniqueConstraint(
                fields=["kind", "download"],
                condition=models.Q(download__isnull=False),
                name="one_job_per_download",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "lease_until"], name="jobs_to_sweep"),
            models.Index(fields=["room", "state"], name="jobs_of_room"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.photo_id or self.download_id or self.room_id} ({self.state})"
