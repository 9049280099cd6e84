from __future__ import annotations

import math
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums.api.fields import IdField, IdsField
from albums.api.links import RoomLinks
from albums.models import Face, Person, Proposal
from albums.services.labelling import LabelFace
from albums.shown_boxes import shown_box

MOST_PX = 1_000_000


class BoxSerializer(serializers.Serializer[Any]):
    """In pixels of the photo as shown: of the edited copy where there is one."""

    x = serializers.IntegerField()
    y = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class PersonLinkSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(help_text="Empty as long as nobody named them.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    url = serializers.CharField()


def person_link(person: Person, links: RoomLinks) -> dict[str, Any]:
    return {"id": person.pk, "name": person.name, "label": person.label, "url": links.person(person.pk)}


class FaceSerializer(serializers.ModelSerializer[Face]):
    """A face; the context brings `links`. Needs `person` and `photo` with its `shown_edit` at hand."""

    photo = serializers.IntegerField(source="photo_id", read_only=True)
    box = serializers.SerializerMethodField()
    person = serializers.SerializerMethodField()
    crop = serializers.SerializerMethodField()

    class Meta:
        model = Face
        fields = ("id", "photo", "box", "person", "assignment", "quality", "is_drawn", "crop")
        read_only_fields = fields

    @extend_schema_field(BoxSerializer(allow_null=True))
    def get_box(self, face: Face) -> dict[str, int] | None:
        """On the photo as shown; null where an edit has cut the face away."""
        box = shown_box(face)
        return box._asdict() if box else None

    @extend_schema_field(PersonLinkSerializer(allow_null=True))
    def get_person(self, face: Face) -> dict[str, Any] | None:
        if face.person is None:
            return None
        return person_link(face.person, self.context["links"])

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_crop(self, face: Face) -> str | None:
        links: RoomLinks = self.context["links"]
        return links.crop(face.pk) if face.crop else None


class FaceIdsSerializer(serializers.Serializer[Any]):
    faces = IdsField()


class AssignSerializer(FaceIdsSerializer):
    person = IdField(allow_null=True, default=None, help_text="Without one the faces become a new person.")
    name = serializers.CharField(max_length=60, allow_blank=True, default="", help_text="Of the new person.")


class DrawnBoxSerializer(serializers.Serializer[Any]):
    """In pixels of the photo as shown; what is not on the photo is cut off."""

    x = serializers.IntegerField(min_value=-MOST_PX, max_value=MOST_PX)
    y = serializers.IntegerField(min_value=-MOST_PX, max_value=MOST_PX)
    width = serializers.IntegerField(min_value=1, max_value=MOST_PX)
    height = serializers.IntegerField(min_value=1, max_value=MOST_PX)


class DrawSerializer(serializers.Serializer[Any]):
    photo = IdField()
    box = DrawnBoxSerializer()
    person = IdField(allow_null=True, default=None, help_text="Whose face it is, if that is known.")
    name = serializers.CharField(
        max_length=60, allow_blank=True, default="", help_text="Instead of `person`: a name, in use or new."
    )


class CandidateSerializer(serializers.Serializer[Any]):
    person = PersonLinkSerializer()
    probability = serializers.FloatField(allow_null=True, help_text="0 to 1, null where nothing is known.")


class LabelFaceSerializer(serializers.Serializer[Any]):
    """A face to be labelled and who it may be, most certain first; the context brings `links`."""

    face = FaceSerializer()
    candidates = serializers.SerializerMethodField()

    @extend_schema_field(CandidateSerializer(many=True))
    def get_candidates(self, found: LabelFace) -> list[dict[str, Any]]:
        links: RoomLinks = self.context["links"]
        return [
            {"person": person_link(person, links), "probability": probability}
            for person, probability in found.candidates
        ]


class ProposalSerializer(serializers.ModelSerializer[Proposal]):
    """Whose face it probably is; the context brings `links`. Needs `face`, its person and `second` at hand."""

    face = FaceSerializer(read_only=True)
    second = serializers.SerializerMethodField()

    class Meta:
        model = Proposal
        fields = ("face", "probability", "second")
        read_only_fields = fields

    @extend_schema_field(PersonLinkSerializer(allow_null=True))
    def get_second(self, proposal: Proposal) -> dict[str, Any] | None:
        """Who it is if not this person."""
        links: RoomLinks = self.context["links"]
        return person_link(proposal.second, links) if proposal.second else None


class AcceptSerializer(serializers.Serializer[Any]):
    """Either of the two."""

    faces = IdsField(required=False)
    above = serializers.FloatField(
        min_value=0, max_value=1, required=False, help_text="All that are at least this probable."
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if ("faces" in values) == ("above" in values):
            raise serializers.ValidationError("Send either faces or above.")
        if not math.isfinite(values.get("above", 0)):
            raise serializers.ValidationError({"above": ["A probability is a number from 0 to 1."]})
        return values


class SearchSerializer(serializers.Serializer[Any]):
    """What a search for oneself has found and is not answered yet, most alike first; the context brings `links`."""

    state = serializers.CharField(help_text="`waiting`, `done` or `failed`.")
    failure = serializers.CharField(help_text="With `failed`: a sentence.")
    created_at = serializers.DateTimeField()
    searched_at = serializers.DateTimeField(allow_null=True)
    sure = FaceSerializer(many=True)
    maybe = FaceSerializer(many=True)


class SelfieSerializer(serializers.Serializer[Any]):
    selfie = serializers.FileField(max_length=None, help_text="A picture of at most 15 MB. It is not kept.")


class TappedFaceSerializer(serializers.Serializer[Any]):
    face = IdField(help_text="Your face on a photo of this room.")
