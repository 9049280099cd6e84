from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums.api.fields import IdField, IdsField
from albums.api.serializers.faces import BoxSerializer
from albums.api.serializers.photo_changes import PhotoChangeSerializer
from albums.models import PhotoTag
from albums.models.tags import TagKind, TagState
from albums.services.marks import LONGEST_CAPTION, MOST_STARS
from albums.services.tags import LONGEST_WORD
from albums.shown_boxes import shown_tag_boxes

SHOWN_STATES = [(state.value, state.label) for state in TagState if state != TagState.REFUSED]


class TagSerializer(serializers.Serializer[Any]):
    """A word as the room uses it."""

    id = serializers.IntegerField(source="tag.pk")
    name = serializers.CharField(source="tag.name")
    kind = serializers.ChoiceField(TagKind.choices, source="tag.kind")
    is_own = serializers.SerializerMethodField(
        help_text="Whether it is the room's, which may rename and delete it."
    )
    photos = serializers.IntegerField(source="count", help_text="In albums, found or accepted.")
    proposed = serializers.IntegerField(
        source="open_count", help_text="Photos for which it is only proposed."
    )

    def get_is_own(self, word: Any) -> bool:
        return word.tag.room_id is not None


class NewTagSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_WORD)
    site = serializers.BooleanField(default=False, help_text="For all rooms; administrators only.")


class TagNameSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_WORD)


class PhotoTagSerializer(serializers.ModelSerializer[PhotoTag]):
    """One word on one photo; `id` is the word's. Needs the photo with its `shown_edit` at hand."""

    id = serializers.IntegerField(source="tag_id")
    name = serializers.CharField(source="tag.name")
    kind = serializers.ChoiceField(TagKind.choices, source="tag.kind")
    state = serializers.ChoiceField(SHOWN_STATES)
    boxes = serializers.SerializerMethodField()

    class Meta:
        model = PhotoTag
        fields = ("id", "name", "kind", "score", "state", "boxes")
        read_only_fields = fields

    @extend_schema_field(BoxSerializer(many=True))
    def get_boxes(self, row: PhotoTag) -> list[dict[str, int]]:
        """Where it is on the photo as shown, the surest first; empty where nobody knows or an edit has cut it away."""
        return [box._asdict() for box in shown_tag_boxes(row)]


class ReviewedSerializer(serializers.ModelSerializer[PhotoTag]):
    """Something that nobody has decided about; `id` is what tags/review/ takes as an answer."""

    tag = serializers.IntegerField(source="tag_id")
    name = serializers.CharField(source="tag.name")
    photo = serializers.IntegerField(source="photo_id")
    state = serializers.ChoiceField(SHOWN_STATES)

    class Meta:
        model = PhotoTag
        fields = ("id", "tag", "name", "photo", "score", "state")
        read_only_fields = fields


class AnswersSerializer(serializers.Serializer[Any]):
    right = IdsField(default=list)
    wrong = IdsField(default=list)


class PutTagSerializer(serializers.Serializer[Any]):
    """A word by its name (made if the room does not know it) or by its id."""

    name = serializers.CharField(max_length=LONGEST_WORD, required=False)
    tag = IdField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("name" in attrs) == ("tag" in attrs):
            raise serializers.ValidationError("Send the tag's name or its id.")
        return attrs


class PutTagsSerializer(PutTagSerializer):
    photos = IdsField()
    remove = serializers.BooleanField(default=False, help_text="Take it off these photos.")


class StarsSerializer(serializers.Serializer[Any]):
    photos = IdsField()
    stars = serializers.IntegerField(min_value=0, max_value=MOST_STARS)


class MarksSerializer(serializers.Serializer[Any]):
    caption = serializers.CharField(max_length=LONGEST_CAPTION, allow_blank=True, required=False)
    stars = serializers.IntegerField(min_value=0, max_value=MOST_STARS, required=False)


class FavoritesSerializer(serializers.Serializer[Any]):
    photos = IdsField()
    is_favorite = serializers.BooleanField(default=True)


class ChangedSerializer(serializers.Serializer[Any]):
    """What can be undone at photo-changes/{id}/undo/; null if nothing changed."""

    change = PhotoChangeSerializer(allow_null=True)
