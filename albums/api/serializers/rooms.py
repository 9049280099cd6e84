from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums.api.fields import IdField, TimeField
from albums.api.links import RoomLinks, absolute
from albums.models import Invitation, Membership, Receipt, Room
from albums.models.rooms import FaceMode, Role, UploadPolicy
from albums.permissions import Action, actions_of

GIVEN_ROLES = [(Role.MEMBER.value, "Member"), (Role.VIEWER.value, "Viewer")]  # the owner's is handed over


class UserSerializer(serializers.Serializer[Any]):
    """Somebody, as everybody in the room sees them."""

    id = serializers.IntegerField(source="pk", read_only=True)
    name = serializers.CharField(source="__str__", read_only=True)
    is_guest = serializers.BooleanField(read_only=True)


class CoverSerializer(serializers.Serializer[Any]):
    photo = serializers.IntegerField()
    url = serializers.CharField()
    color = serializers.CharField()


class RoomSerializer(serializers.ModelSerializer[Room]):
    """A room; needs `with_counts`, `with_role_of` and `with_first_photo`."""

    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    photo_count = serializers.IntegerField(read_only=True)
    member_count = serializers.IntegerField(read_only=True)
    has_password = serializers.BooleanField(read_only=True)
    cover = serializers.SerializerMethodField()
    can = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Room
        fields = (
            "id", "name", "description", "date", "time_zone", "upload_policy", "has_password", "ends_on", "is_express",
            "face_mode",
            "shows_blurred", "created_at", "role",
            "can", "photo_count", "member_count", "cover", "url",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(CoverSerializer(allow_null=True))
    def get_cover(self, room: Any) -> dict[str, Any] | None:
        """The chosen one, else the first photo."""
        cover = room.cover
        pk, color = (
            (cover.pk, cover.color)
            if cover and not cover.deleted_at
            else (room.first_photo, room.first_color)
        )
        return {"photo": pk, "url": RoomLinks(room.pk).current(pk), "color": color} if pk else None

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField([action.value for action in Action]))
    )
    def get_can(self, room: Any) -> list[str]:
        return sorted(actions_of(Role(room.role), room))


class RoomChangeSerializer(serializers.Serializer[Any]):
    """What its owner decides about a room."""

    name = serializers.CharField(max_length=80)
    description = serializers.CharField(max_length=500, allow_blank=True, required=False)
    date = serializers.DateField(allow_null=True, required=False)
    time_zone = serializers.CharField(max_length=64, required=False)
    upload_policy = serializers.ChoiceField(choices=UploadPolicy.choices, required=False)
    password = serializers.CharField(
        max_length=128, allow_blank=True, trim_whitespace=False, required=False, write_only=True,
        help_text="Asked of everybody who joins from now on; empty takes it away.",
    )  # fmt: skip

    ends_on = serializers.DateField(
        allow_null=True,
        required=False,
        help_text="At the end of this day everything in the room is deleted for good; tomorrow at the earliest.",
    )


class NewRoomSerializer(RoomChangeSerializer):
    is_express = serializers.BooleanField(
        default=False,
        help_text="Only sort the photos and give them back: an hour after its zip was fetched, or a day after the last "
        "photo, everything in it is deleted.",
    )


class RoomPatchSerializer(RoomChangeSerializer):
    is_express = serializers.ChoiceField(
        choices=[False], required=False, help_text="false: keep an express room as a usual one."
    )
    shows_blurred = serializers.BooleanField(
        required=False, help_text="Blurred photos stay in albums and zips."
    )
    face_mode = serializers.ChoiceField(
        choices=FaceMode.choices,
        required=False,
        help_text="What happens with faces. What a mode forbids is deleted at once.",
    )
    cover = IdField(allow_null=True, required=False, help_text="A photo of this room.")


class ReceiptSerializer(serializers.ModelSerializer[Receipt]):
    """What is left of a room that ended: numbers, and when everything was deleted."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Receipt
        fields = (
            "id", "room_key", "room_name", "reason", "photos", "renditions", "faces", "descriptors", "size_bytes",
            "ended_at", "url",
        )  # fmt: skip
        read_only_fields = fields


class ProgressSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    ready = serializers.IntegerField()
    pending = serializers.IntegerField()
    failed = serializers.IntegerField()
    in_albums = serializers.IntegerField(
        help_text="Of the total those that albums hold: not left out as duplicates, blurred or set aside."
    )
    seconds_left = serializers.IntegerField(allow_null=True)
    again = serializers.IntegerField(
        help_text="Of those that are ready how many are looked at once more, for instance as faces are looked for again."
    )
    is_sorting = serializers.BooleanField(help_text="The faces are being sorted into people.")


class MemberSerializer(serializers.ModelSerializer[Membership]):
    user = UserSerializer(read_only=True)
    is_you = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = ("id", "user", "role", "joined_at", "is_you")
        read_only_fields = fields

    def get_is_you(self, membership: Membership) -> bool:
        return bool(membership.user_id == self.context["request"].user.pk)


class RoleSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=GIVEN_ROLES)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    code = serializers.CharField(source="spoken_code", read_only=True)
    link = serializers.SerializerMethodField()
    created_by = UserSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Invitation
        fields = (
            "id", "token", "code", "link", "role", "expires_at", "max_uses", "uses", "revoked_at", "created_by",
            "created_at", "is_usable", "problem",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.URLField())
    def get_link(self, invitation: Invitation) -> str:
        return absolute(self.context["request"], invitation.get_absolute_url())


class NewInvitationSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=GIVEN_ROLES, default=Role.MEMBER)
    expires_at = TimeField(allow_null=True, default=None)
    max_uses = serializers.IntegerField(min_value=1, max_value=100_000, allow_null=True, default=None)


class JoinSerializer(serializers.Serializer[Any]):
    invitation = serializers.CharField(
        max_length=200, help_text="The token of a link, or a code as it is typed."
    )
    password = serializers.CharField(max_length=128, allow_blank=True, trim_whitespace=False, default="")
    name = serializers.CharField(
        max_length=60,
        required=False,
        help_text="Without an account: the guest's name. The answer brings a token.",
    )


class InvitedRoomSerializer(serializers.Serializer[Any]):
    """What somebody may see who holds an invitation and is not in yet."""

    name = serializers.CharField()
    description = serializers.CharField()
    date = serializers.DateField(allow_null=True)
    photo_count = serializers.IntegerField()
    member_count = serializers.IntegerField()
    has_password = serializers.BooleanField()


class InvitedSerializer(serializers.Serializer[Any]):
    room = InvitedRoomSerializer()
    role = serializers.ChoiceField(choices=GIVEN_ROLES)
    host = serializers.CharField(allow_null=True)
    is_member = serializers.BooleanField(help_text="You are in this room already.")


class JoinedSerializer(serializers.Serializer[Any]):
    room = RoomSerializer()
    token = serializers.CharField(
        allow_null=True, help_text="Of a guest who was made by this request; keep it."
    )
