from __future__ import annotations

from typing import Any

from rest_framework import serializers

from albums.api.fields import IdField
from albums.api.serializers.rooms import UserSerializer
from albums.models import Child, Consent, TakedownRequest
from albums.models.privacy import RequestState


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    child = serializers.IntegerField(source="child_id", read_only=True, allow_null=True)

    class Meta:
        model = Consent
        fields = ("id", "child", "text_version", "language", "given_at", "withdrawn_at")
        read_only_fields = fields


class ConsentStateSerializer(serializers.Serializer[Any]):
    """Whether a face is looked for, and what the person decided about being shown."""

    finds_faces = serializers.BooleanField(help_text="false: the host has switched faces off.")
    text_version = serializers.CharField(help_text="Of the text that has to be shown before a yes.")
    consent = ConsentSerializer(allow_null=True, help_text="The one that holds now.")
    is_concealed = serializers.BooleanField(help_text="Left out of people, search and suggestions of others.")
    is_veiled = serializers.BooleanField(help_text="And blurred in what others view and download.")


class NewConsentSerializer(serializers.Serializer[Any]):
    text_version = serializers.CharField(max_length=20, help_text="Of the text that was shown.")
    language = serializers.CharField(max_length=10, default="en", help_text="In which it was shown.")


class WithdrawalSerializer(serializers.Serializer[Any]):
    """What was deleted."""

    faces = serializers.IntegerField(help_text="Descriptions of faces.")
    crops = serializers.IntegerField(help_text="Cut-out faces.")
    photos = serializers.IntegerField(help_text="On which somebody had been found.")
    was_named = serializers.BooleanField()
    had_search = serializers.BooleanField(help_text="The description of a selfie or a tapped face.")
    summary = serializers.CharField()


class ChildSerializer(serializers.ModelSerializer[Child]):
    consent = serializers.SerializerMethodField()
    person = serializers.SerializerMethodField(help_text="Their album, once faces were accepted.")

    class Meta:
        model = Child
        fields = ("id", "name", "created_at", "consent", "person")
        read_only_fields = fields

    def get_consent(self, child: Child) -> bool:
        """Needs the consents of the child at hand."""
        return any(consent.withdrawn_at is None for consent in child.consents.all())

    def get_person(self, child: Child) -> int | None:
        person = getattr(child, "person", None)
        return person.pk if person else None


class NewChildSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)


class ConcealSerializer(serializers.Serializer[Any]):
    veil = serializers.BooleanField(
        default=False, help_text="Also blur the face in what others view and download."
    )


class TakedownSerializer(serializers.ModelSerializer[TakedownRequest]):
    """Somebody asks for a photo to be taken down."""

    photo = serializers.IntegerField(source="photo_id", read_only=True)
    user = UserSerializer(read_only=True, allow_null=True)
    state = serializers.ChoiceField(RequestState.choices, read_only=True)

    class Meta:
        model = TakedownRequest
        fields = ("id", "photo", "user", "reason", "state", "answer", "created_at", "answered_at")
        read_only_fields = fields


class NewTakedownSerializer(serializers.Serializer[Any]):
    photo = IdField(help_text="A photo of this room.")
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class TakedownAnswerSerializer(serializers.Serializer[Any]):
    is_taken_down = serializers.BooleanField(help_text="true: the photo goes to the trash.")
    answer = serializers.CharField(
        max_length=500, allow_blank=True, default="", help_text="Needed where the photo stays."
    )
