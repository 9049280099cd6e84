from __future__ import annotations

from typing import Any

from rest_framework import serializers

FILTERS = "Filters of `photos/`, as they stand in an address."


class SuggestionSerializer(serializers.Serializer[Any]):
    """Something that the last words may be the beginning of."""

    kind = serializers.ChoiceField(
        choices=["person", "event", "place", "tag", "date", "camera", "uploader", "quality"]
    )
    name = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    face = serializers.CharField(allow_null=True, help_text="Of a person: the path of the face, cut out.")
    filters = serializers.DictField(
        child=serializers.CharField(), help_text=f"{FILTERS} With the suggestion taken."
    )


class UnderstoodSerializer(serializers.Serializer[Any]):
    """What typed words mean in this room."""

    filters = serializers.DictField(
        child=serializers.CharField(), help_text=f"{FILTERS} What was not understood stands in `q`."
    )
    url = serializers.CharField(help_text="The page that shows what is found.")
    suggestions = SuggestionSerializer(many=True)
