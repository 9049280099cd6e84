from __future__ import annotations

from typing import Any

from rest_framework import serializers

from albums.api.fields import IdField
from albums.api.serializers.rooms import UserSerializer
from albums.models import Comment


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """What somebody said about a photo; `author` is null where the person has left the site."""

    author = UserSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Comment
        fields = ("id", "photo", "author", "text", "created_at")
        read_only_fields = fields


class NewCommentSerializer(serializers.Serializer[Any]):
    photo = IdField()
    text = serializers.CharField(max_length=2000, trim_whitespace=False)


class LikesSerializer(serializers.Serializer[Any]):
    """Who likes a photo: `names` are those of others, the latest first, at most 100."""

    count = serializers.IntegerField()
    is_mine = serializers.BooleanField()
    names = serializers.ListField(child=serializers.CharField())
    sentence = serializers.CharField(allow_blank=True)
