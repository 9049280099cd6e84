from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums.api.fields import IdField, IdsField
from albums.api.links import RoomLinks
from albums.models import Face


class BoxSerializer(serializers.Serializer[Any]):
    """In pixels of the photo as displayed."""

    x = serializers.IntegerField()
    y = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class PersonLinkSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(help_text="Empty as long as nobody named them.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    url = serializers.CharField()


class FaceSerializer(serializers.ModelSerializer[Face]):
    """A face; the context brings `links`. Needs `person` at hand."""

    photo = serializers.IntegerField(source="photo_id", read_only=True)
    box = serializers.SerializerMethodField()
    person = serializers.SerializerMethodField()
    crop = serializers.SerializerMethodField()

    class Meta:
        model = Face
        fields = ("id", "photo", "box", "person", "assignment", "quality", "crop")
        read_only_fields = fields

    @extend_schema_field(BoxSerializer())
    def get_box(self, face: Face) -> dict[str, int]:
        return {"x": face.x, "y": face.y, "width": face.width, "height": face.height}

    @extend_schema_field(PersonLinkSerializer(allow_null=True))
    def get_person(self, face: Face) -> dict[str, Any] | None:
        if face.person is None:
            return None
        links: RoomLinks = self.context["links"]
        person = face.person
        return {"id": person.pk, "name": person.name, "label": person.label, "url": links.person(person.pk)}

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_crop(self, face: Face) -> str | None:
        links: RoomLinks = self.context["links"]
        return links.crop(face.pk) if face.crop else None


class FaceIdsSerializer(serializers.Serializer[Any]):
    faces = IdsField()


class AssignSerializer(FaceIdsSerializer):
    person = IdField(allow_null=True, default=None, help_text="Without one the faces become a new person.")
    name = serializers.CharField(max_length=60, allow_blank=True, default="", help_text="Of the new person.")
