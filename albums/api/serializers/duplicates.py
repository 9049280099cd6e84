from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums.api.fields import IdField, IdsField
from albums.api.serializers.photo_changes import PhotoChangeSerializer
from albums.api.serializers.photos import PhotoSerializer
from albums.models import PhotoGroup


class CopySerializer(serializers.Serializer[Any]):
    """A photo of a group: what kind of copy it is ("best" for the proposed one), and how surely, 0 to 1."""

    photo = PhotoSerializer()
    kind = serializers.CharField()
    score = serializers.FloatField()
    left_out = serializers.CharField(help_text="Empty: it is in the albums.")


class DuplicatesSerializer(serializers.ModelSerializer[PhotoGroup]):
    """One shot that is there several times; `copies` best first. The context brings `copies` by group."""

    proposed = serializers.IntegerField(source="proposed_id", allow_null=True, read_only=True)
    chosen = serializers.IntegerField(source="chosen_id", allow_null=True, read_only=True)
    copies = serializers.SerializerMethodField()

    class Meta:
        model = PhotoGroup
        fields = ("id", "proposed", "chosen", "is_settled", "copies")
        read_only_fields = fields

    @extend_schema_field(CopySerializer(many=True))
    def get_copies(self, group: PhotoGroup) -> Any:
        photos = self.context["copies"].get(group.pk, [])
        order = {key: at for at, key in enumerate(group.data.get("members", []))}
        kinds, scores = group.data.get("kinds", {}), group.data.get("scores", {})
        rows = [
            {
                "photo": photo,
                "kind": kinds.get(str(photo.pk), ""),
                "score": max(0.0, scores.get(str(photo.pk), 0.0)),
                "left_out": photo.left_out,
            }
            for photo in sorted(photos, key=lambda photo: (order.get(photo.pk, len(order)), photo.pk))
        ]
        return CopySerializer(rows, many=True, context=self.context).data


class KeepSerializer(serializers.Serializer[Any]):
    photo = IdField()


class GroupIdsSerializer(serializers.Serializer[Any]):
    """Only these groups; all open ones, at most 1,000 at once, if left out."""

    groups = IdsField(required=False)


class LeftOutChangedSerializer(serializers.Serializer[Any]):
    """What can be undone, null if nothing had to be changed."""

    change = PhotoChangeSerializer(allow_null=True)


class KeptBestSerializer(LeftOutChangedSerializer):
    """Groups that were decided, photos that were set aside, groups that are still open."""

    groups = serializers.IntegerField()
    photos = serializers.IntegerField()
    left = serializers.IntegerField()
