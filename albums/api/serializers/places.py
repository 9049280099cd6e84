from __future__ import annotations

from typing import Any

from rest_framework import serializers

from albums.api.fields import IdField, IdsField
from albums.api.serializers.photo_changes import PhotoChangeSerializer
from albums.models import Place
from albums.models.photos import PlaceSource
from albums.services.places import LONGEST_NAME


class PlaceSerializer(serializers.ModelSerializer[Place]):
    """A place of a room: a town, or what people call it."""

    name = serializers.CharField(source="__str__", read_only=True)
    photo_count = serializers.IntegerField(read_only=True, help_text="In albums.")
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Place
        fields = (
            "id", "name", "country_code", "country", "region", "city", "latitude", "longitude", "time_zone", "is_own",
            "photo_count", "url",
        )  # fmt: skip
        read_only_fields = fields


class PlaceOfPhotoSerializer(serializers.Serializer[Any]):
    """Where a photo was taken; `source` is "gps", "near" (photos taken near in time) or "person"."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    country_code = serializers.CharField()
    country = serializers.CharField()
    region = serializers.CharField()
    city = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            **super().get_fields(),
            "source": serializers.ChoiceField(choices=PlaceSource.choices),
        }  # a name that Field has


class PlacePatchSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME)
    merge = serializers.BooleanField(
        default=False, help_text="If a place of this name is in the room already, make them one."
    )


class PlaceIdsSerializer(serializers.Serializer[Any]):
    places = IdsField()


class PlaceChangedSerializer(serializers.Serializer[Any]):
    """What became of it, and what can be undone at photo-changes/{id}/undo/."""

    place = PlaceSerializer(allow_null=True)
    changes = PhotoChangeSerializer(many=True)


class PhotosPlaceSerializer(serializers.Serializer[Any]):
    """Where photos were taken: a place of the room, a town, a pin; with `name` a place of one's own there, or without any."""

    photos = IdsField()
    place = IdField(required=False)
    town = IdField(required=False, help_text="From places/towns/.")
    latitude = serializers.FloatField(min_value=-90, max_value=90, required=False)
    longitude = serializers.FloatField(min_value=-180, max_value=180, required=False)
    name = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True, default="")
    do = serializers.ChoiceField(
        choices=["set", "clear", "forget"],
        default="set",
        help_text="clear: nowhere; forget: what the file or other photos say.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("latitude" in attrs) != ("longitude" in attrs):
            raise serializers.ValidationError({"longitude": ["A pin has a latitude and a longitude."]})
        return attrs


class PhotosPlacedSerializer(serializers.Serializer[Any]):
    change = PhotoChangeSerializer()


class PointSerializer(serializers.Serializer[Any]):
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    photos = serializers.IntegerField(help_text="How many lie here.")
    photo = serializers.IntegerField(help_text="One of them.")
    place = serializers.IntegerField(allow_null=True, help_text="Where all of them are.")


class PointsSerializer(serializers.Serializer[Any]):
    """`is_single`: each point is one photo; else they are counted by squares of the map, the fullest first."""

    is_single = serializers.BooleanField()
    points = PointSerializer(many=True)


class TownSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    region = serializers.CharField()
    country = serializers.CharField()
    country_code = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    population = serializers.IntegerField()
    time_zone = serializers.CharField()


class TownsSerializer(serializers.Serializer[Any]):
    towns = TownSerializer(many=True)
