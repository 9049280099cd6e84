from __future__ import annotations

from rest_framework import serializers

from albums.api.serializers.rooms import UserSerializer
from albums.models import PhotoChange


class PhotoChangeSerializer(serializers.ModelSerializer[PhotoChange]):
    """Something that somebody did to photos; it can be undone at photo-changes/{id}/undo/."""

    actor = UserSerializer(read_only=True, allow_null=True)
    summary = serializers.CharField(source="told", read_only=True)

    class Meta:
        model = PhotoChange
        fields = ("id", "kind", "summary", "actor", "created_at", "undone_at")
        read_only_fields = fields
