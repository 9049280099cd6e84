from __future__ import annotations

from typing import Any

from rest_framework import serializers

from albums import veils
from albums.models import Photo
from albums.slides import MOST_HELD
from albums.templatetags.photos import alt_text, media_url, renditions_of
from albums.templatetags.talk import for_wall


class SlideSerializer(serializers.Serializer[Photo]):
    """As much of a photo as a screen shows. Needs `with_files`."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    src = serializers.SerializerMethodField(help_text="The largest rendition; of a video its poster.")
    small = serializers.SerializerMethodField(help_text="The smallest one.")
    video = serializers.SerializerMethodField(
        help_text="The original of a video; empty for photos and where `note` says why."
    )
    note = serializers.SerializerMethodField(help_text="Why a video is shown as a picture only; else empty.")
    alt = serializers.SerializerMethodField()
    by = serializers.SerializerMethodField(help_text="Who added it; empty where that person has left.")
    caption = serializers.CharField()
    width = serializers.IntegerField(source="shown_width")
    height = serializers.IntegerField(source="shown_height")
    color = serializers.CharField()
    page = serializers.CharField(source="get_absolute_url")

    def get_src(self, photo: Photo) -> str:
        renditions = renditions_of(photo)
        return media_url(photo, renditions[-1].side_px) if renditions else ""

    def get_small(self, photo: Photo) -> str:
        renditions = renditions_of(photo)
        return media_url(photo, renditions[0].side_px) if renditions else ""

    def get_video(self, photo: Photo) -> str:
        return media_url(photo, "original") if photo.is_video and not self._is_kept_back(photo) else ""

    def get_note(self, photo: Photo) -> str:
        return veils.no_video_sentence() if photo.is_video and self._is_kept_back(photo) else ""

    def _is_kept_back(self, photo: Photo) -> bool:
        """Whether who asks gets only the picture of a video; its number tells whether that has to be asked at all."""
        request = self.context.get("request")
        return bool(photo.veil) and veils.is_veiled_for(photo, request.user if request else None)

    def get_alt(self, photo: Photo) -> str:
        return alt_text(photo)

    def get_by(self, photo: Photo) -> str:
        return str(photo.uploader) if photo.uploader else ""


class WallSlideSerializer(SlideSerializer):
    """For a screen that everybody sees: also whoever opened it gets the veiled copies of photos of themselves."""

    def get_src(self, photo: Photo) -> str:
        return for_wall(super().get_src(photo))

    def get_small(self, photo: Photo) -> str:
        return for_wall(super().get_small(photo))


class FeedSerializer(serializers.Serializer[Any]):
    newest = WallSlideSerializer(many=True)
    gone = serializers.ListField(child=serializers.IntegerField())


class MixSerializer(serializers.Serializer[Any]):
    slides = WallSlideSerializer(many=True)


class HeldSerializer(serializers.Serializer[Any]):
    held = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=20 * MOST_HELD,
        help_text="Ids of the photos that the wall holds, with commas between them.",
    )


class WantedSerializer(serializers.Serializer[Any]):
    best = serializers.BooleanField(default=False, help_text="Of look-alikes the best one alone.")
