from __future__ import annotations

import datetime
import secrets
import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from albums.querysets import InvitationQuerySet, RoomQuerySet

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without I, L, O, 0, 1: read aloud at a party

LAST_DAYS = datetime.timedelta(days=7)  # members are told so long before a room ends
TOKEN_LENGTH = 22  # of secrets.token_urlsafe(16)


class Role(models.TextChoices):
    OWNER = "owner", gettext_lazy("Owner")
    MEMBER = "member", gettext_lazy("Member")
    VIEWER = "viewer", gettext_lazy("Viewer")


class UploadPolicy(models.TextChoices):
    OWNER = "owner", gettext_lazy("Only the owner")
    MEMBERS = "members", gettext_lazy("Owner and members")
    EVERYONE = "everyone", gettext_lazy("Everybody in the room")


class FaceMode(models.TextChoices):
    """What a room does with faces; its host chooses, its page says so."""

    OFF = "off", gettext_lazy("No faces at all")
    CONSENTING = "consenting", gettext_lazy("Only people who said yes")
    EVERYONE = "everyone", gettext_lazy("Everyone on the photos")


class Room(models.Model):
    """The place where friends throw their photos of one event."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=500, blank=True)
    date = models.DateField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    cover = models.ForeignKey(
        "albums.Photo", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    upload_policy = models.CharField(max_length=10, choices=UploadPolicy, default=UploadPolicy.MEMBERS)
    password = models.CharField(max_length=128, blank=True, editable=False)
    people_revision = models.PositiveIntegerField(
        default=0, editable=False
    )  # raised by every human change to people
    sorted_revision = models.PositiveIntegerField(
        default=0, editable=False
    )  # the people_revision that all faces were last sorted with
    shows_blurred = models.BooleanField(default=False)  # blurred photos stay in albums and zips
    ends_on = models.DateField(
        null=True, blank=True
    )  # then everything in it is deleted, members are told before
    end_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    face_mode = models.CharField(max_length=10, choices=FaceMode, default=FaceMode.EVERYONE)
    allows_comments = models.BooleanField(default=True)
    is_express = models.BooleanField(default=False)  # "just process and give me the zip": cleans itself up
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("albums:room", args=[self.pk])

    @property
    def ends_at(self) -> datetime.datetime | None:
        """The moment at which everything in it is deleted: the end of its last day, on its own clock."""
        if self.ends_on is None:
            return None
        after = datetime.datetime.combine(self.ends_on + datetime.timedelta(days=1), datetime.time())
        return after.replace(tzinfo=ZoneInfo(self.time_zone))

    @property
    def is_ending(self) -> bool:
        """Whether its last week has begun: from then on every page of the room says so."""
        return self.ends_at is not None and self.ends_at <= timezone.now() + LAST_DAYS

    @property
    def has_password(self) -> bool:
        return bool(self.password)

    def set_password(self, raw: str) -> None:
        self.password = make_password(raw) if raw else ""

    def check_password(self, raw: str) -> bool:
        return not self.password or check_password(raw, self.password)


class Membership(models.Model):
    """One user in one room, with a role."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    invitation = models.ForeignKey(
        "albums.Invitation", null=True, blank=True, on_delete=models.SET_NULL, related_name="memberships"
    )
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    sends_mail = models.BooleanField(default=True)  # one bundled mail per quiet period about this room
    seen_at = models.DateTimeField(null=True, blank=True)  # when this user last looked at the room's photos
    new_since = models.DateTimeField(
        null=True, blank=True
    )  # photos that came later are "new since your last visit"

    class Meta:
        ordering = ("joined_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="one_membership_per_user_and_room"),
            models.UniqueConstraint(
                fields=["room"], condition=models.Q(role="owner"), name="one_owner_per_room"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.room} ({self.role})"


def new_token() -> str:
    return secrets.token_urlsafe(16)


def new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(8))


class Invitation(models.Model):
    """A way into a room: as a link, a QR code of the link, and a short code that can be typed."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="invitations")
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    code = models.CharField(max_length=8, unique=True, default=new_code, editable=False)
    role = models.CharField(
        max_length=10,
        choices=[(role.value, role.label) for role in (Role.MEMBER, Role.VIEWER)],
        default="member",
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.spoken_code} to {self.room}"

    def get_absolute_url(self) -> str:
        return reverse("albums:join", args=[self.token])

    @property
    def spoken_code(self) -> str:
        return f"{self.code[:4]}-{self.code[4:]}"

    @property
    def problem(self) -> str:
        """Why nobody can join with it any more, as a sentence; empty while it is good."""
        if self.revoked_at:
            return _("This invitation was withdrawn. Ask your host for a new link.")
        if self.expires_at and self.expires_at <= timezone.now():
            return _("This invitation has expired. Ask your host for a new link.")
        if self.max_uses is not None and self.uses >= self.max_uses:
            return _("This invitation has been used up. Ask your host for a new link.")
        return ""

    @property
    def is_usable(self) -> bool:
        return not self.problem
