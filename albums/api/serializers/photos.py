from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums.api.fields import MOST_HASHES, FileTimeField, HashField, IdsField
from albums.api.links import SIZES, RoomLinks
from albums.api.serializers.faces import FaceSerializer
from albums.api.serializers.places import PlaceOfPhotoSerializer
from albums.api.serializers.rooms import UserSerializer
from albums.api.serializers.tags import PhotoTagSerializer
from albums.models import Photo
from albums.models.photos import Exposure, LeftOut, Quality, TimeSource


class PhotoUrlsSerializer(serializers.Serializer[Any]):
    """Paths on this site: what is shown by its longer side and at full size, the untouched original, the page."""

    page = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field]:
        return {**{size: serializers.CharField() for size in SIZES}, **super().get_fields()}


class PhotoSerializer(serializers.ModelSerializer[Photo]):
    """A photo in a list; the context brings `links` (RoomLinks). Needs `uploader` and `room` at hand."""

    uploader = UserSerializer(read_only=True, allow_null=True)
    taken_at = serializers.SerializerMethodField()
    latitude = serializers.SerializerMethodField(
        help_text="Of the file; null where somebody cleared its place."
    )
    longitude = serializers.SerializerMethodField()
    place = serializers.SerializerMethodField()
    # An empty text where nothing is known; fields that are only read would not say so.
    time_source = serializers.ChoiceField(TimeSource.choices, allow_blank=True, read_only=True)
    quality = serializers.ChoiceField(Quality.choices, allow_blank=True, read_only=True)
    exposure = serializers.ChoiceField(Exposure.choices, allow_blank=True, read_only=True)
    left_out = serializers.ChoiceField(LeftOut.choices, allow_blank=True, read_only=True)
    width = serializers.IntegerField(read_only=True, help_text="Of the original, in pixels as displayed.")
    height = serializers.IntegerField(read_only=True)
    shown_width = serializers.IntegerField(
        read_only=True, help_text="Of what everybody sees: the edited copy."
    )
    shown_height = serializers.IntegerField(read_only=True)
    is_edited = serializers.SerializerMethodField(help_text="Whether an edited copy is shown.")
    edit_number = serializers.SerializerMethodField(
        help_text="Of the version that is shown; 0: the original."
    )
    urls = serializers.SerializerMethodField()

    class Meta:
        model = Photo
        fields: tuple[str, ...] = (
            "id", "kind", "filename", "width", "height", "shown_width", "shown_height", "is_edited", "edit_number", "color", "taken_at", "sort_at", "uploaded_at", "uploader",
            "state", "failure", "size_bytes", "sha256", "camera", "latitude", "longitude", "place", "event", "device",
            "time_source", "seconds", "deleted_at", "caption", "stars", "quality", "sharpness", "exposure", "left_out", "urls",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_taken_at(self, photo: Photo) -> str | None:
        """On the clock of the place, with its offset."""
        return photo.local_time.isoformat() if photo.taken_at else None

    def get_latitude(self, photo: Photo) -> float | None:
        return None if photo.is_place_cleared else photo.latitude

    def get_longitude(self, photo: Photo) -> float | None:
        return None if photo.is_place_cleared else photo.longitude

    @extend_schema_field(PlaceOfPhotoSerializer(allow_null=True))
    def get_place(self, photo: Photo) -> dict[str, Any] | None:
        if photo.place is None:
            return None
        place = {"id": photo.place.pk, "name": str(photo.place), "source": photo.place_source}
        return place | {
            name: getattr(photo.place, name) for name in ("country_code", "country", "region", "city")
        }

    def get_is_edited(self, photo: Photo) -> bool:
        return photo.shown_edit_id is not None

    def get_edit_number(self, photo: Photo) -> int:
        return photo.shown_edit.number if photo.shown_edit else 0

    @extend_schema_field(PhotoUrlsSerializer())
    def get_urls(self, photo: Photo) -> dict[str, str]:
        links: RoomLinks = self.context["links"]
        return links.photo(photo.pk, photo.look)


class ListedPhotoSerializer(PhotoSerializer):
    """A photo with what people say about it; needs `with_marks`."""

    tags = PhotoTagSerializer(source="photo_tags", many=True, read_only=True)
    is_favorite = serializers.BooleanField(read_only=True)  # of whoever asks

    class Meta(PhotoSerializer.Meta):
        fields = (*PhotoSerializer.Meta.fields, "tags", "is_favorite")
        read_only_fields = fields


class PhotoDetailSerializer(ListedPhotoSerializer):
    """A photo by itself, with its faces."""

    faces = FaceSerializer(many=True, read_only=True)

    class Meta(ListedPhotoSerializer.Meta):
        fields = (*ListedPhotoSerializer.Meta.fields, "faces")
        read_only_fields = fields


class UploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=None)
    filename = serializers.CharField(max_length=255, allow_blank=True, default="")
    sha256 = HashField(allow_blank=True, default="")
    last_modified = FileTimeField(default=None, help_text="ISO 8601, or milliseconds since 1970.")


class UploadResultSerializer(serializers.Serializer[Any]):
    result = serializers.ChoiceField(choices=["created", "duplicate", "restored"])
    photo = PhotoSerializer()


class HashesSerializer(serializers.Serializer[Any]):
    sha256 = serializers.ListField(child=HashField(), max_length=MOST_HASHES)


class KnownSerializer(serializers.Serializer[Any]):
    known = serializers.ListField(child=serializers.CharField())


class PhotoIdsSerializer(serializers.Serializer[Any]):
    photos = IdsField()


class MovedPhotosSerializer(serializers.Serializer[Any]):
    photos = serializers.ListField(child=serializers.IntegerField())


class RetriedSerializer(serializers.Serializer[Any]):
    retried = serializers.IntegerField()
