from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums.api.fields import IdField, IdsField
from albums.api.links import RoomLinks
from albums.api.serializers.faces import FaceSerializer
from albums.api.serializers.rooms import UserSerializer
from albums.models import Person, PersonChange, Question
from albums.services.questions import ANSWERS


class FaceCoverSerializer(serializers.Serializer[Any]):
    face = serializers.IntegerField()
    photo = serializers.IntegerField()
    crop = serializers.CharField()


class PersonSerializer(serializers.ModelSerializer[Person]):
    """A person; the context brings `links` and `request`. Needs `cover` and `user` at hand."""

    user = UserSerializer(read_only=True, allow_null=True)
    is_you = serializers.SerializerMethodField()
    cover = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    class Meta:
        model = Person
        fields = (
            "id",
            "name",
            "label",
            "photo_count",
            "is_hidden",
            "is_concealed",
            "user",
            "is_you",
            "cover",
            "url",
        )
        read_only_fields = fields

    def get_is_you(self, person: Person) -> bool:
        return person.user_id is not None and person.user_id == self.context["request"].user.pk

    @extend_schema_field(FaceCoverSerializer(allow_null=True))
    def get_cover(self, person: Person) -> dict[str, Any] | None:
        face = person.cover
        if face is None or not face.crop:
            return None
        links: RoomLinks = self.context["links"]
        return {"face": face.pk, "photo": face.photo_id, "crop": links.crop(face.pk)}

    def get_url(self, person: Person) -> str:
        links: RoomLinks = self.context["links"]
        return links.person(person.pk)


class ChangeSerializer(serializers.ModelSerializer[PersonChange]):
    actor = UserSerializer(read_only=True, allow_null=True)
    summary = serializers.CharField(source="told", read_only=True)

    class Meta:
        model = PersonChange
        fields = ("id", "kind", "summary", "actor", "created_at", "undone_at")
        read_only_fields = fields


class PersonChangedSerializer(serializers.Serializer[Any]):
    """What became of it, and what can be undone at changes/{id}/undo/."""

    person = PersonSerializer(allow_null=True)
    changes = ChangeSerializer(many=True)


class DrawnSerializer(PersonChangedSerializer):
    face = FaceSerializer()


class QuestionSerializer(serializers.ModelSerializer[Question]):
    """Are `person` and `other` the same, or is `face` the person? Needs the people with cover and user at hand."""

    person = PersonSerializer(read_only=True)
    other = PersonSerializer(read_only=True, allow_null=True)
    face = FaceSerializer(read_only=True, allow_null=True)
    gain = serializers.IntegerField(
        read_only=True, help_text="How many faces a yes brings into the right album."
    )

    class Meta:
        model = Question
        fields = ("id", "person", "other", "face", "gain", "skips")
        read_only_fields = fields


class AnswerSerializer(serializers.Serializer[Any]):
    answer = serializers.ChoiceField(choices=ANSWERS)


class PersonPatchSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60, allow_blank=True, required=False)
    merge = serializers.BooleanField(
        default=False, help_text="If somebody of this name is in the room already, make them one."
    )
    is_hidden = serializers.BooleanField(required=False)
    cover = IdField(required=False, help_text="A face of this person.")


class PeopleIdsSerializer(serializers.Serializer[Any]):
    people = IdsField()
