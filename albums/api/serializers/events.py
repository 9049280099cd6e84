from __future__ import annotations

from typing import Any

from rest_framework import serializers

from albums.api.fields import IdField, IdsField, within_reason
from albums.api.serializers.photo_changes import PhotoChangeSerializer
from albums.api.serializers.rooms import UserSerializer
from albums.models import Device, Event, Place


class EventPlaceSerializer(serializers.ModelSerializer[Place]):
    """Where most of an event's photos were taken."""

    name = serializers.CharField(source="__str__", read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Place
        fields = ("id", "name", "country_code", "country", "region", "city", "time_zone", "url")
        read_only_fields = fields


class EventSerializer(serializers.ModelSerializer[Event]):
    """Photos that belong together by time and place, or because somebody said so."""

    name = serializers.CharField(source="__str__", read_only=True)
    place = EventPlaceSerializer(read_only=True, allow_null=True)
    photo_count = serializers.IntegerField(read_only=True, help_text="In albums.")
    is_named = serializers.BooleanField(read_only=True, help_text="Somebody gave the name.")
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Event
        fields = ("id", "name", "is_named", "starts_at", "ends_at", "place", "photo_count", "url")
        read_only_fields = fields


class EventPatchSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(
        max_length=80, allow_blank=True, help_text="Empty: one is made of day and place."
    )


class EventIdsSerializer(serializers.Serializer[Any]):
    events = IdsField()


class EventPhotosSerializer(serializers.Serializer[Any]):
    photos = IdsField()


class NewEventSerializer(EventPhotosSerializer):
    name = serializers.CharField(max_length=80, allow_blank=True, default="")


class EventChangedSerializer(serializers.Serializer[Any]):
    """What became of it, and what can be undone at photo-changes/{id}/undo/."""

    event = EventSerializer(allow_null=True)
    changes = PhotoChangeSerializer(many=True)


class WallClockField(serializers.DateTimeField):
    """A date and a time as a clock on the wall showed them: ISO 8601 without an offset."""

    def enforce_timezone(self, value: Any) -> Any:
        if value.tzinfo is not None:
            raise serializers.ValidationError("Send the local time without an offset.")
        return value

    def to_internal_value(self, value: Any) -> Any:
        return within_reason(super().to_internal_value(value))


class PhotosTimesSerializer(serializers.Serializer[Any]):
    """One of: the local time of the first of the photos, by how much all are shifted, or back to what the files say."""

    photos = IdsField()
    local_time = WallClockField(
        required=False, help_text="On the clock of its place; the others keep their distance."
    )
    shift_seconds = serializers.IntegerField(
        min_value=-2_000_000_000, max_value=2_000_000_000, required=False
    )
    forget = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in ("local_time", "shift_seconds") if name in attrs]
        if len(given) + bool(attrs["forget"]) != 1:
            raise serializers.ValidationError("Send one of local_time, shift_seconds and forget.")
        return attrs


class PhotosTimedSerializer(serializers.Serializer[Any]):
    change = PhotoChangeSerializer()


class DeviceSerializer(serializers.ModelSerializer[Device]):
    """A camera or phone; `shift_seconds` is added to its clock, `proposed_seconds` is what other cameras suggest instead."""

    uploader = UserSerializer(
        read_only=True, allow_null=True, help_text="Null where a serial number says whose it is."
    )
    photo_count = serializers.IntegerField(read_only=True, help_text="In albums.")
    evidence = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        read_only=True,
        help_text="Pairs of photos of this camera and another one that seem to show the same moment.",
    )

    class Meta:
        model = Device
        fields = (
            "id",
            "camera",
            "serial",
            "uploader",
            "photo_count",
            "shift_seconds",
            "proposed_seconds",
            "evidence",
        )
        read_only_fields = fields


class DevicePatchSerializer(serializers.Serializer[Any]):
    """By how much its clock was slow (below zero: fast), or when one of its photos was really taken."""

    shift_seconds = serializers.IntegerField(
        min_value=-2_000_000_000, max_value=2_000_000_000, required=False
    )
    photo = IdField(required=False, help_text="One of its photos.")
    local_time = WallClockField(
        required=False, help_text="When that photo was taken, on the clock of its place."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        by_photo = "photo" in attrs and "local_time" in attrs
        if by_photo == ("shift_seconds" in attrs):
            raise serializers.ValidationError("Send shift_seconds, or photo and local_time.")
        return attrs


class DeviceChangedSerializer(serializers.Serializer[Any]):
    """What became of it, and what can be undone at photo-changes/{id}/undo/."""

    device = DeviceSerializer()
    changes = PhotoChangeSerializer(many=True)
