from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums.api.fields import IdsField
from albums.models import Download

ONE_OF_BOTH = "Say what to download: either an album or some photos."


class AlbumSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="room, mine, favorites, best, or person-3, event-3, place-3, tag-3")
    kind = serializers.ChoiceField(
        choices=["room", "mine", "favorites", "best", "person", "event", "place", "tag"]
    )
    title = serializers.CharField()
    photos = serializers.IntegerField()
    size_bytes = serializers.IntegerField()
    cover = serializers.CharField(allow_null=True)


class DownloadSerializer(serializers.ModelSerializer[Download]):
    photos = serializers.IntegerField(source="photo_count", read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Download
        fields = ("id", "title", "filename", "photos", "size_bytes", "created_at", "url")
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_url(self, download: Download) -> str:
        return download.get_absolute_url()


class NewDownloadSerializer(serializers.Serializer[Any]):
    album = serializers.RegexField(
        r"^(room|mine|person-[1-9][0-9]{0,17})\Z", required=False, help_text="room, mine, or person-3"
    )
    photos = IdsField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("album" in attrs) == ("photos" in attrs):
            raise serializers.ValidationError(ONE_OF_BOTH)
        return attrs
