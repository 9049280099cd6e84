from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums.api.fields import IdsField, TimeField
from albums.api.links import absolute
from albums.api.serializers.rooms import UserSerializer
from albums.models import ShareLink, ShareVisit
from albums.services.share_links import LONGEST_PASSWORD, LONGEST_TITLE, SHORTEST_PASSWORD


class ShareLinkSerializer(serializers.ModelSerializer[ShareLink]):
    """A link that shows photos to people outside the room; needs `links_of`."""

    address = serializers.SerializerMethodField()
    created_by = UserSerializer(read_only=True, allow_null=True)
    has_password = serializers.BooleanField(read_only=True)
    is_usable = serializers.BooleanField(read_only=True)
    visit_count = serializers.IntegerField(read_only=True)
    download_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = ShareLink
        fields = (
            "id", "address", "kind", "query", "title", "has_password", "expires_at", "allows_downloads", "shows_metadata",
            "revoked_at", "is_usable", "visit_count", "download_count", "created_by", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.URLField())
    def get_address(self, link: ShareLink) -> str:
        return absolute(self.context["request"], link.get_absolute_url())


class ShareLinkChangeSerializer(serializers.Serializer[Any]):
    """What a link asks and shows."""

    title = serializers.CharField(max_length=LONGEST_TITLE, required=False)
    password = serializers.CharField(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        allow_blank=True,
        trim_whitespace=False,
        required=False,
        write_only=True,
        help_text="Asked before anything is shown; empty takes it away. A new one locks out who knows the old one.",
    )
    expires_at = TimeField(allow_null=True, required=False)
    allows_downloads = serializers.BooleanField(
        required=False, help_text="false: photos are shown up to 2,048 pixels large."
    )
    shows_metadata = serializers.BooleanField(
        required=False,
        help_text="false: times, places and names are gone from the page, the files and their names.",
    )


class NewShareLinkSerializer(ShareLinkChangeSerializer):
    title = serializers.CharField(max_length=LONGEST_TITLE)
    query = serializers.CharField(
        max_length=2000,
        allow_blank=True,
        default="",
        help_text="An album: the filters of a list of photos, such as `person=3&best=1`. It stays up to date. Empty: the whole room.",
    )
    photos = IdsField(required=False, help_text="A selection instead, which stays as it is.")


class ShareVisitSerializer(serializers.ModelSerializer[ShareVisit]):
    """A line of a link's log."""

    class Meta:
        model = ShareVisit
        fields = ("id", "kind", "visitor", "photo_count", "at")
        read_only_fields = fields
