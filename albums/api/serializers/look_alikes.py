from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums.api.fields import IdField, IdsField
from albums.api.serializers.photo_changes import PhotoChangeSerializer
from albums.api.serializers.photos import PhotoSerializer
from albums.models import PhotoGroup


class ShotSerializer(serializers.Serializer[Any]):
    """A photo of a group: its place (1 is the best), what is said for or against it, and how far it is behind, 0 or less."""

    photo = PhotoSerializer()
    rank = serializers.IntegerField(allow_null=True, help_text="Null until the room is put in order again.")
    score = serializers.FloatField()
    reasons = serializers.ListField(child=serializers.CharField())


class LookAlikesSerializer(serializers.ModelSerializer[PhotoGroup]):
    """Photos of one moment, the best first. The context brings `shots` by group."""

    proposed = serializers.IntegerField(source="proposed_id", allow_null=True, read_only=True)
    chosen = serializers.IntegerField(source="chosen_id", allow_null=True, read_only=True)
    photos = serializers.SerializerMethodField()

    class Meta:
        model = PhotoGroup
        fields = ("id", "proposed", "chosen", "is_settled", "photos")
        read_only_fields = fields

    @extend_schema_field(ShotSerializer(many=True))
    def get_photos(self, group: PhotoGroup) -> Any:
        reasons, scores = group.data.get("reasons", {}), group.data.get("scores", {})
        rows = [
            {
                "photo": photo,
                "rank": photo.look_alike_rank,
                "score": scores.get(str(photo.pk), 0.0),
                "reasons": reasons.get(str(photo.pk), []),
            }
            for photo in self.context["shots"].get(group.pk, [])
        ]
        return ShotSerializer(rows, many=True, context=self.context).data


class ChoiceSerializer(serializers.Serializer[Any]):
    photo = IdField()


class ApartSerializer(serializers.Serializer[Any]):
    photos = IdsField()
    is_moment = serializers.BooleanField(
        default=False, help_text="They are look-alikes of each other: a group of their own."
    )


class ChosenSerializer(serializers.Serializer[Any]):
    """What can be undone at photo-changes/{id}/undo/."""

    change = PhotoChangeSerializer()


class SimilarSerializer(serializers.Serializer[Any]):
    photo = PhotoSerializer()
    similarity = serializers.FloatField(help_text="Cosine of their features: 1 for the same picture.")
