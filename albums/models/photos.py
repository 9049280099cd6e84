from __future__ import annotations

from datetime import datetime, timedelta
from datetime import timezone as fixed_zone
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from albums.querysets import PhotoQuerySet


class PhotoState(models.TextChoices):
    PENDING = "pending", "Waiting"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class PhotoKind(models.TextChoices):
    PHOTO = "photo", "Photo"
    VIDEO = "video", "Video"


class TimeSource(models.TextChoices):
    """Where `taken_at` comes from, best first; the last three are no time of taking but the best there is."""

    PERSON = "person", "Set by hand"
    CAMERA = "camera", "The camera's clock, with its time zone"
    PLACE = "place", "The camera's clock, in the time zone of the place"
    ROOM = "room", "The camera's clock, in the time zone of the room"
    SATELLITE = "satellite", "Satellites"
    FILENAME = "filename", "The file's name"
    FILE = "file", "The file's last change"
    UPLOAD = "upload", "The upload"


class PlaceSource(models.TextChoices):
    GPS = "gps", "The photo's own position"
    NEAR = "near", "Photos taken near in time"
    PERSON = "person", "Set by hand"


class Quality(models.TextChoices):
    SHARP = "sharp", "Sharp"
    SOFT = "soft", "Soft"
    BLURRED = "blurred", "Blurred"


class Exposure(models.TextChoices):
    GOOD = "good", "Well exposed"
    DARK = "dark", "Too dark"
    BRIGHT = "bright", "Too bright"


class LeftOut(models.TextChoices):
    """Why a photo is in no album, zip or count although it is not in the trash."""

    DUPLICATE = "duplicate", "Duplicate"
    BLURRED = "blurred", "Blurred"
    ASIDE = "aside", "Set aside"


def original_path(photo: Photo, filename: str) -> str:
    """Where the original is kept: by content, so that a name from outside never becomes a path."""
    suffix = photo.format.lower() if photo.format.isalnum() else "bin"
    return f"rooms/{photo.room_id}/originals/{photo.sha256[:2]}/{photo.sha256}.{suffix}"


def rendition_path(rendition: Rendition, filename: str) -> str:
    photo = rendition.photo
    return f"rooms/{photo.room_id}/renditions/{photo.sha256[:2]}/{photo.sha256}-{rendition.side_px}.jpg"


class Photo(models.Model):
    """One photo or video in one room: the untouched original and what is known about it."""

    room = models.ForeignKey("albums.Room", on_delete=models.CASCADE, related_name="photos")
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="uploaded_photos"
    )
    kind = models.CharField(max_length=5, choices=PhotoKind, default=PhotoKind.PHOTO)
    filename = models.CharField(max_length=255)
    format = models.CharField(max_length=16)
    content_type = models.CharField(max_length=64)
    original = models.FileField(upload_to=original_path, max_length=255)
    sha256 = models.CharField(max_length=64)
    crc32 = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    modified_at = models.DateTimeField(null=True, blank=True)  # the file's own time, as its device said

    # what processing found
    state = models.CharField(max_length=8, choices=PhotoState, default=PhotoState.PENDING)
    failure = models.CharField(
        max_length=300, blank=True
    )  # a sentence for people, also where it is ready in part
    width = models.PositiveIntegerField(default=0)  # as displayed, in pixels
    height = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(null=True, blank=True)  # of a video
    color = models.CharField(max_length=7, default="#808080")  # shown until the picture has come
    placeholder = models.CharField(
        max_length=400, blank=True
    )  # a tiny picture of it in base64, shown blurred until the real one has come
    veil = models.PositiveIntegerField(
        default=0
    )  # which faces are to be blurred for others, as a number (albums/veils.py); 0: none is
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_offset_minutes = models.SmallIntegerField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    camera = models.CharField(max_length=120, blank=True)
    sort_at = models.DateTimeField(default=timezone.now)  # taken_at, else modified_at, else uploaded_at

    # time: what the file says, from which taken_at is made (processing/arranging/times.py)
    clock_at = models.DateTimeField(
        null=True, blank=True
    )  # the camera's wall clock, written as if it were UTC
    clock_offset_minutes = models.SmallIntegerField(
        null=True, blank=True
    )  # of that clock, if the file says it
    satellite_at = models.DateTimeField(null=True, blank=True)
    time_source = models.CharField(max_length=9, choices=TimeSource, blank=True)
    serial = models.CharField(max_length=64, blank=True)  # of the camera's body
    device = models.ForeignKey(
        "albums.Device", null=True, blank=True, on_delete=models.SET_NULL, related_name="photos"
    )

    # place and event
    place = models.ForeignKey(
        "albums.Place", null=True, blank=True, on_delete=models.SET_NULL, related_name="photos"
    )
    place_source = models.CharField(max_length=6, choices=PlaceSource, blank=True)
    event = models.ForeignKey(
        "albums.Event", null=True, blank=True, on_delete=models.SET_NULL, related_name="photos"
    )
    is_event_fixed = models.BooleanField(default=False)  # somebody put it into this event

    # how good it is, and what it is like
    sharpness = models.FloatField(null=True, blank=True)  # 0 (blurred) to 1
    quality = models.CharField(max_length=7, choices=Quality, blank=True)
    exposure = models.CharField(max_length=6, choices=Exposure, blank=True)
    left_out = models.CharField(max_length=9, choices=LeftOut, blank=True)  # empty: it is in albums and zips
    is_left_out_fixed = models.BooleanField(default=False)  # somebody decided so: no machine changes it
    duplicates = models.ForeignKey(
        "albums.PhotoGroup", null=True, blank=True, on_delete=models.SET_NULL, related_name="duplicates"
    )
    look_alikes = models.ForeignKey(
        "albums.PhotoGroup", null=True, blank=True, on_delete=models.SET_NULL, related_name="look_alikes"
    )
    is_look_alikes_fixed = models.BooleanField(
        default=False
    )  # somebody took it out of a group or put it there
    look_alike_rank = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 is the best of its group
    # How often somebody asked since it was last put in order among the room's photos; 0 means it is in order.
    arrange_requests = models.PositiveIntegerField(default=1)

    # what was done to it (albums/models/edits.py); None: nothing
    edit = models.ForeignKey(
        "albums.Edit", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # what people decided last
    shown_edit = models.ForeignKey(
        "albums.Edit", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # what everybody sees: the copies of this one are there
    edited_width = models.PositiveIntegerField(default=0)  # of shown_edit, in pixels; 0: as the original
    edited_height = models.PositiveIntegerField(default=0)
    edited_placeholder = models.CharField(max_length=400, blank=True)

    # what people say
    caption = models.CharField(max_length=500, blank=True)
    stars = models.PositiveSmallIntegerField(default=0)  # 1 to 5; 0: nobody gave any

    verified_at = models.DateTimeField(null=True, blank=True)  # when the original last had its SHA-256
    damage = models.CharField(max_length=200, blank=True)  # what is wrong with the original, as a sentence

    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ("-sort_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["room", "sha256"], name="one_photo_per_room_and_content")
        ]
        indexes = [
            # With deleted_at as a column, PostgreSQL would sort all photos of a room for each page.
            models.Index(
                fields=["room", "sort_at", "id"], name="photo_present", condition=models.Q(deleted_at=None)
            ),
            models.Index(
                fields=["room", "sort_at", "id"],
                name="photo_in_albums",
                condition=models.Q(deleted_at=None, left_out=""),
            ),
            models.Index(
                fields=["room", "left_out"], name="photo_left_out", condition=~models.Q(left_out="")
            ),
            models.Index(
                fields=["room"],
                name="photo_to_arrange",
                condition=models.Q(arrange_requests__gt=0, state="ready"),
            ),
            models.Index(fields=["room", "state"], name="photo_progress"),
            models.Index(fields=["room"], name="photo_veiled", condition=~models.Q(veil=0)),
            models.Index(fields=["room", "uploaded_at"], name="photo_arrivals"),
            models.Index(
                fields=["deleted_at"], name="photo_trash", condition=models.Q(deleted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return reverse("albums:photo", args=[self.room_id, self.pk])

    @property
    def is_video(self) -> bool:
        return self.kind == PhotoKind.VIDEO

    @property
    def shown_width(self) -> int:
        """Of what people see: the edited copy if there is one."""
        return self.edited_width or self.width

    @property
    def shown_height(self) -> int:
        return self.edited_height or self.height

    @property
    def shown_placeholder(self) -> str:
        return self.edited_placeholder if self.shown_edit_id else self.placeholder

    @property
    def is_see_through(self) -> bool:
        """Whether parts of what everybody sees are transparent: only such copies have no tiny picture; veiled ones are white there."""
        return (
            bool(self.shown_edit_id and self.edited_width and not self.edited_placeholder) and not self.veil
        )

    @property
    def look(self) -> str:
        """Another one whenever the pictures under its addresses change: browsers keep them for long."""
        return look_of(self.veil, self.shown_edit_id)

    @property
    def is_time_known(self) -> bool:
        """Whether somebody or some clock knew when it was taken; else its place in the order is a guess."""
        return self.taken_at is not None and self.time_source not in ("", TimeSource.FILE, TimeSource.UPLOAD)

    @property
    def is_place_cleared(self) -> bool:
        """Whether somebody said that nobody is to know where it was taken, whatever its file says."""
        return self.place_id is None and self.place_source == PlaceSource.PERSON

    @property
    def is_in_albums(self) -> bool:
        return self.deleted_at is None and not self.left_out

    @property
    def local_time(self) -> datetime:
        """When it was taken, on the clock of the place: its own offset if known, else the room's time zone."""
        if self.taken_at and self.taken_offset_minutes is not None:
            return self.taken_at.astimezone(fixed_zone(timedelta(minutes=self.taken_offset_minutes)))
        return self.sort_at.astimezone(ZoneInfo(self.room.time_zone))


def look_of(veil: int, edit_id: int | None) -> str:
    """A name for how a photo looks with a veil (0: none) and an edit: "", "12", "12-7" or "0-7"."""
    if edit_id:
        return f"{veil}-{edit_id}"
    return str(veil) if veil else ""


class Rendition(models.Model):
    """A smaller JPEG of a photo, made once and served instead of the original."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")
    side_px = models.PositiveIntegerField()
    file = models.FileField(upload_to=rendition_path, max_length=255)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["photo", "side_px"], name="one_rendition_per_size")]

    def __str__(self) -> str:
        return f"{self.photo_id} at {self.side_px} px"


def veiled_path(copy: VeiledCopy, filename: str) -> str:
    photo = copy.photo
    return f"rooms/{photo.room_id}/veiled/{photo.sha256[:2]}/{filename}"


class VeiledCopy(models.Model):
    """A copy of a photo in which the faces of people who asked for it are blurred; others get it instead of the photo."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="veiled_copies")
    side_px = models.PositiveIntegerField()  # 0: as large as the original
    veil = (
        models.PositiveIntegerField()
    )  # which faces are blurred in it; one that is out of date is never served
    file = models.FileField(upload_to=veiled_path, max_length=255)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    crc32 = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "veiled copies"
        constraints = [models.UniqueConstraint(fields=["photo", "side_px"], name="one_veiled_copy_per_size")]

    def __str__(self) -> str:
        return f"{self.photo_id} at {self.side_px} px, veiled"

    @property
    def content_type(self) -> str:
        """A JPEG, but for what is too long for one."""
        return "image/png" if self.suffix == ".png" else "image/jpeg"

    @property
    def suffix(self) -> str:
        return ".png" if (self.file.name or "").endswith(".png") else ".jpg"


class Analysis(models.Model):
    """What one analyzer of one version said about one photo, or why it could not."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="analyses")
    analyzer = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    data = models.JSONField(default=dict)
    failure = models.CharField(max_length=300, blank=True)
    seconds = models.FloatField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "analyses"
        constraints = [
            models.UniqueConstraint(fields=["photo", "analyzer"], name="one_analysis_per_analyzer")
        ]

    def __str__(self) -> str:
        return f"{self.analyzer} {self.version} of {self.photo_id}"


class Feature(models.Model):
    """An array that an analyzer made of a photo: little-endian bytes, its shape and type are known by its name."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="features")
    name = models.CharField(max_length=20)  # "phash", "gray", "embedding" ...
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["photo", "name"], name="one_feature_per_name")]

    def __str__(self) -> str:
        return f"{self.name} of {self.photo_id}"
