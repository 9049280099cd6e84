from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from albums.api.fields import IdField, IdsField
from albums.api.serializers.rooms import UserSerializer
from albums.models import Edit, EditBatch, EditPreset
from albums.models.edits import EditState
from albums.said import in_words
from processing.operation import GROUPS

MOST_NUMBER = 2**31 - 1


class RecipeField(serializers.JSONField):
    """A recipe as processing/recipes.py reads it; what is wrong with it is said by field."""


class OperationSerializer(serializers.Serializer[Any]):
    """What can be done to a photo, with its parameters, in the reader's language."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    group = serializers.CharField()
    group_label = serializers.CharField()
    rank = serializers.IntegerField()
    icon = serializers.CharField()
    version = serializers.IntegerField()
    is_in_browser = serializers.BooleanField(
        help_text="Whether the editor's page shows it at once by itself."
    )
    can_suggest = serializers.BooleanField(help_text="Whether it can say what it would do to a photo.")
    parameters = serializers.ListField(
        child=serializers.JSONField(),
        help_text="`name`, `label`, `neutral`, `kind`, and what belongs to the kind.",
    )


class VersionSerializer(serializers.ModelSerializer[Edit]):
    """A version of what was done to a photo."""

    author = UserSerializer(read_only=True, allow_null=True)
    parent = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text="The number that it was made from; 0 is the original."
    )
    origin_label = serializers.CharField(source="get_origin_display", read_only=True)
    created_label = serializers.SerializerMethodField(
        help_text="When, as pages write it: in the reader's language and the site's time zone."
    )
    is_head = serializers.SerializerMethodField()

    class Meta:
        model = Edit
        fields = (
            "number", "parent", "author", "origin", "origin_label", "created_at", "created_label", "state", "is_head",
            "recipe",
        )  # fmt: skip
        read_only_fields = fields

    def get_parent(self, edit: Edit) -> int:
        return edit.parent.number if edit.parent else 0

    def get_created_label(self, edit: Edit) -> str:
        return date_format(timezone.localtime(edit.created_at), "SHORT_DATETIME_FORMAT")

    def get_is_head(self, edit: Edit) -> bool:
        return bool(edit.pk == self.context.get("head"))


class ShapeSerializer(serializers.Serializer[Any]):
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class EditedFaceSerializer(serializers.Serializer[Any]):
    """A face, as shares of the unedited photo."""

    id = serializers.IntegerField()
    x = serializers.FloatField()
    y = serializers.FloatField()
    width = serializers.FloatField()
    height = serializers.FloatField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_mine = serializers.BooleanField()


class PhotoEditSerializer(serializers.Serializer[Any]):
    """What was done to a photo, and whether its picture is ready."""

    number = serializers.IntegerField(help_text="Of the version that counts; 0 is the original.")
    recipe = serializers.JSONField()
    state = serializers.ChoiceField(choices=[EditState.WAITING, EditState.READY, EditState.FAILED])
    failure = serializers.CharField()
    can_undo = serializers.BooleanField()
    can_redo = serializers.BooleanField()
    width = serializers.IntegerField(help_text="Of the original, in pixels.")
    height = serializers.IntegerField()
    shown = ShapeSerializer(help_text="Of what everybody sees now.")
    faces = EditedFaceSerializer(many=True)
    versions = VersionSerializer(many=True, help_text="The latest 50, the newest first.")
    urls = serializers.DictField(child=serializers.CharField())


class NewEditSerializer(serializers.Serializer[Any]):
    recipe = RecipeField()
    base = serializers.IntegerField(
        min_value=0, max_value=MOST_NUMBER, help_text="The number of the version that you have seen."
    )


class BaseNumberSerializer(serializers.Serializer[Any]):
    base = serializers.IntegerField(min_value=0, max_value=MOST_NUMBER)


class PageField(serializers.RegexField):
    """A name that the page makes up, so that two windows do not cancel each other."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[A-Za-z0-9_-]{1,16}$", **kwargs)


class WishSerializer(serializers.Serializer[Any]):
    page = PageField()
    recipe = RecipeField(required=False)
    side_px = serializers.IntegerField(min_value=1, max_value=100_000, default=1280)
    suggest = serializers.CharField(
        max_length=40, required=False, help_text="An operation, or `enhance`: what would it do?"
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if ("recipe" in values) == ("suggest" in values):
            raise serializers.ValidationError(gettext("Send either recipe or suggest."))
        return values


class AskedPageSerializer(serializers.Serializer[Any]):
    page = PageField()
    number = serializers.IntegerField(min_value=0, max_value=MOST_NUMBER, required=False)


class PreviewSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=[EditState.WAITING, EditState.READY, EditState.FAILED])
    progress = serializers.FloatField(help_text="0 to 1.")
    failure = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="Of the picture.")
    result = serializers.JSONField(
        help_text="Of a suggestion: `steps`, each with its `reason` where there is one."
    )


class PresetSerializer(serializers.ModelSerializer[EditPreset]):
    author = UserSerializer(read_only=True, allow_null=True)
    is_rooms = serializers.SerializerMethodField()

    class Meta:
        model = EditPreset
        fields = ("id", "name", "recipe", "is_rooms", "author", "created_at")
        read_only_fields = fields

    def get_is_rooms(self, preset: EditPreset) -> bool:
        return preset.room_id is not None


class NewPresetSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    recipe = RecipeField()
    is_rooms = serializers.BooleanField(
        default=False, help_text="For everybody in the room, else for yourself."
    )


class PresetNameSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)


WAYS = ("recipe", "preset", "from_photo", "quarters", "enhance", "revert")


class NewBatchSerializer(serializers.Serializer[Any]):
    """One of `recipe`, `preset`, `from_photo`, `quarters`, `enhance` and `revert`."""

    photos = IdsField()
    recipe = RecipeField(required=False)
    preset = IdField(required=False)
    from_photo = IdField(required=False)
    quarters = serializers.IntegerField(
        min_value=1,
        max_value=3,
        required=False,
        help_text="Turn each photo as it is shown now, to the right.",
    )
    enhance = serializers.BooleanField(
        default=False, help_text="Let a worker look at each photo and choose its light and color."
    )
    revert = serializers.BooleanField(default=False, help_text="Show the originals again.")
    groups = serializers.ListField(
        child=serializers.ChoiceField(choices=list(GROUPS)),
        required=False,
        help_text="Whose steps are replaced; everything else that was done to each photo stays.",
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in WAYS if values.get(name) not in (None, False)]
        if len(given) != 1:
            raise serializers.ValidationError(
                gettext("Send one of recipe, preset, from_photo, quarters, enhance and revert.")
            )
        return values


class BatchSerializer(serializers.ModelSerializer[EditBatch]):
    """Needs `done`, `same`, `failed`, `waiting` and `cancelled` (edit_lists.with_counts)."""

    author = UserSerializer(read_only=True, allow_null=True)
    title = serializers.SerializerMethodField()
    done = serializers.IntegerField()
    same = serializers.IntegerField(help_text="Looked at and left, because they were good as they are.")
    failed = serializers.IntegerField()
    waiting = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    can_cancel = serializers.SerializerMethodField()
    can_undo = serializers.SerializerMethodField()

    class Meta:
        model = EditBatch
        fields = (
            "id", "title", "origin", "author", "created_at", "cancelled_at", "undone_at", "total", "done", "same", "failed",
            "waiting", "cancelled", "can_cancel", "can_undo",
        )  # fmt: skip
        read_only_fields = fields

    def get_title(self, batch: EditBatch) -> str:
        return in_words(batch.title)

    def get_can_cancel(self, batch: Any) -> bool:
        return bool(batch.waiting) and batch.undone_at is None

    def get_can_undo(self, batch: EditBatch) -> bool:
        return batch.undone_at is None


class TurnSerializer(serializers.Serializer[Any]):
    """A photo that probably lies on its side."""

    photo = serializers.IntegerField(source="photo_id")
    quarters = serializers.IntegerField(help_text="To the right, 1 to 3.")
    confidence = serializers.FloatField()
    urls = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_urls(self, turn: Any) -> dict[str, str]:
        links = self.context["links"]
        made: dict[str, str] = links.photo(turn.photo_id, turn.photo.look)
        return made


class TurnsSerializer(serializers.Serializer[Any]):
    """Either of the two."""

    photos = IdsField(required=False)
    all = serializers.BooleanField(default=False)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if ("photos" in values) == values["all"]:
            raise serializers.ValidationError(gettext("Send either photos or all."))
        return values
