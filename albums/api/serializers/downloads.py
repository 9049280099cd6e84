from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums.api.fields import IdsField
from albums.models import Download
from processing.exporting.choices import Edits, Layout, Metadata, Size


@extend_schema_field({"type": "object", "description": "What was chosen, without the defaults."})
class OptionsField(serializers.JSONField):
    pass


ONE_OF_BOTH = "Say what to download: either an album or some photos."


class AlbumSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="room, mine, favorites, best, or person-3, event-3, place-3, tag-3")
    kind = serializers.ChoiceField(
        choices=["room", "mine", "favorites", "best", "person", "event", "place", "tag"]
    )
    title = serializers.CharField()
    photos = serializers.IntegerField()
    size_bytes = serializers.IntegerField(
        allow_null=True, help_text="Null for tags: ask for an estimate of a download."
    )
    cover = serializers.CharField(allow_null=True)


class DownloadSerializer(serializers.ModelSerializer[Download]):
    photos = serializers.IntegerField(source="photo_count", read_only=True)
    files = serializers.IntegerField(
        source="file_count",
        read_only=True,
        help_text="More than photos where some lie in the folders of several people or tags.",
    )
    options = OptionsField(read_only=True)
    prepared = serializers.IntegerField(read_only=True, help_text="Photos, while the state is preparing.")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Download
        fields = (
            "id", "title", "filename", "photos", "files", "size_bytes", "options", "state", "prepared", "failure",
            "created_at", "fetched_at", "url",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_url(self, download: Download) -> str:
        return download.get_absolute_url()


class OptionsSerializer(serializers.Serializer[Any]):
    """How a zip is made; without any of it: the photos as everybody sees them, side by side, ready at once."""

    layout = serializers.ChoiceField([(key.value, key.value) for key in Layout], default=Layout.FLAT)
    size = serializers.ChoiceField([(key.value, key.value) for key in Size], default=Size.ORIGINAL)
    metadata = serializers.ChoiceField([(key.value, key.value) for key in Metadata], default=Metadata.AS_IS)
    edits = serializers.ChoiceField(
        [(key.value, key.value) for key in Edits],
        default=Edits.EDITED,
        help_text="Of edited photos what everybody sees, what was added, or both. A blurred face stays blurred.",
    )
    only_best = serializers.BooleanField(default=False)
    with_blurred = serializers.BooleanField(default=False)
    has_index = serializers.BooleanField(default=False)


class NewDownloadSerializer(serializers.Serializer[Any]):
    album = serializers.RegexField(
        r"^(room|mine|favorites|best|(person|event|place|tag)-[1-9][0-9]{0,17}|search(\?[^\x00-\x20]{0,1000})?)\Z",
        required=False,
        help_text="room, mine, favorites, best, person-3, event-3, place-3, tag-3, or search?q=beach&person=3",
    )
    photos = IdsField(required=False)
    options = OptionsSerializer(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("album" in attrs) == ("photos" in attrs):
            raise serializers.ValidationError(ONE_OF_BOTH)
        return attrs


class EstimateSerializer(serializers.Serializer[Any]):
    photos = serializers.IntegerField()
    files = serializers.IntegerField()
    size_bytes = serializers.IntegerField()
    edited = serializers.IntegerField(help_text="Photos of these that somebody edited.")
    is_exact = serializers.BooleanField(help_text="False where the files have to be prepared first.")
