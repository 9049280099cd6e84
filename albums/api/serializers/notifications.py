from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums import activity
from albums.activity_texts import sentence
from albums.api.fields import IdField
from albums.api.serializers.rooms import UserSerializer
from albums.models.talk import NoticeKind
from albums.notification_lists import photos_in


class NotificationSerializer(serializers.Serializer[Any]):
    """Something that you should hear of; while it is unread, more of its kind joins it."""

    id = serializers.IntegerField(source="notice.pk")
    room = serializers.UUIDField(source="notice.room_id")
    room_name = serializers.CharField(source="notice.room.name")
    kind = serializers.ChoiceField(choices=NoticeKind.choices, source="notice.kind")
    sentence = serializers.CharField(help_text="In the language of the request.")
    count = serializers.IntegerField(source="notice.count")
    photos = serializers.SerializerMethodField(help_text="Ids, the latest first; at most 100.")
    created_at = serializers.DateTimeField(source="notice.created_at")
    updated_at = serializers.DateTimeField(source="notice.updated_at")
    read_at = serializers.DateTimeField(source="notice.read_at", allow_null=True)

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_photos(self, line: Any) -> list[int]:
        return photos_in(line.notice)


class UnreadSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField()


class ReadSerializer(serializers.Serializer[Any]):
    room = serializers.UUIDField(required=False, help_text="Only those of this room.")


class MailSerializer(serializers.Serializer[Any]):
    sends_mail = serializers.BooleanField(help_text="Whether you get mail about this room.")


class HappeningSerializer(serializers.Serializer[Any]):
    """One line of a room's activity: what one person did in one hour."""

    kind = serializers.ChoiceField(
        choices=[activity.ADDED, activity.JOINED, activity.COMMENTED, activity.LIKED, activity.NAMED]
    )
    who = UserSerializer(allow_null=True, help_text="null: several people, or somebody who has left.")
    at = serializers.DateTimeField()
    count = serializers.IntegerField()
    sentence = serializers.SerializerMethodField(help_text="In the language of the request.")
    photos = serializers.SerializerMethodField(help_text="Ids of the latest few.")
    people = serializers.SerializerMethodField(help_text="Ids of who was named.")
    quote = serializers.CharField(help_text="The latest comment.")

    def get_sentence(self, line: activity.Happening) -> str:
        return sentence(line, self.context["request"].user).text

    @extend_schema_field(serializers.ListField(child=IdField()))
    def get_photos(self, line: activity.Happening) -> list[int]:
        return [photo.pk for photo in line.photos]

    @extend_schema_field(serializers.ListField(child=IdField()))
    def get_people(self, line: activity.Happening) -> list[int]:
        return [person.pk for person in line.people]
