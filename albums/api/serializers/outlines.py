from __future__ import annotations

from typing import Any

from rest_framework import serializers

from albums.models import Photo
from albums.models.photos import PhotoKind, PhotoState
from albums.templatetags.photos import MIDDLE_PX, alt_text, renditions_of, srcset_of


class DayOutlineSerializer(serializers.Serializer[Any]):
    """A day of a list. A day that a piece breaks off goes on in the next piece."""

    day = serializers.DateField()
    title = serializers.CharField(help_text="The day in words.")
    photos = serializers.ListField(child=serializers.IntegerField(), help_text="Ids, in order of time.")
    shapes = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Of each photo: its width in twentieths of its height, 10 to 64.",
    )
    hours = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2),
        help_text="How many photos follow each other in one hour of the day: [[18, 40], [19, 55]].",
    )


class OutlineSerializer(serializers.Serializer[Any]):
    """Which photos a list has, day by day, and how wide they are."""

    total = serializers.IntegerField(
        allow_null=True, help_text="Of the whole list; only with its first piece."
    )
    next = serializers.CharField(allow_null=True, help_text="`after` of the next piece.")
    days = DayOutlineSerializer(many=True)


class TileSerializer(serializers.ModelSerializer[Photo]):
    """What a grid shows of a photo."""

    kind = serializers.ChoiceField(PhotoKind.choices, read_only=True)
    state = serializers.ChoiceField(PhotoState.choices, read_only=True)
    page = serializers.CharField(source="get_absolute_url", read_only=True)
    placeholder = serializers.SerializerMethodField()
    alt = serializers.SerializerMethodField(help_text="What it is, in words.")
    srcset = serializers.SerializerMethodField(
        help_text="Its renditions up to 1280 px, smallest first; empty while there are none."
    )

    class Meta:
        model = Photo
        fields = (
            "id",
            "kind",
            "state",
            "filename",
            "seconds",
            "color",
            "placeholder",
            "page",
            "alt",
            "srcset",
        )
        read_only_fields = fields

    def get_placeholder(self, photo: Photo) -> str:
        """None where faces are blurred: the tiny picture shows them."""
        return "" if photo.veil else photo.shown_placeholder

    def get_alt(self, photo: Photo) -> str:
        return alt_text(photo)

    def get_srcset(self, photo: Photo) -> str:
        return srcset_of(photo, [row for row in renditions_of(photo) if row.side_px <= MIDDLE_PX])


class TilesSerializer(serializers.Serializer[Any]):
    tiles = TileSerializer(many=True)
