from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.links import RoomLinks
from albums.api.serializers.search import UnderstoodSerializer
from albums.api.views.base import InRoomViewSet
from albums.models import Room
from albums.search import Search
from albums.terms import vocabulary_of
from albums.understanding import Suggestion, suggest, understand

LONGEST = 200


class SearchViewSet(InRoomViewSet):
    """Words as somebody types them, made into filters of photos."""

    queryset = Room.objects.none()
    serializer_class = UnderstoodSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="What was typed: Anna beach June.", required=True)
        ],
        responses=forced_singular_serializer(UnderstoodSerializer),
        operation_id="search_retrieve",
    )
    def list(self, request: Request, room: str) -> Response:
        """What the words mean, and what the last of them may be the beginning of."""
        typed = request.query_params.get("q", "")
        if len(typed) > LONGEST or "\x00" in typed:
            raise ValidationError({"q": [f"Send at most {LONGEST} characters of text."]})
        with timezone.override(self.room.time_zone):
            vocabulary = vocabulary_of(self.room)
            found = understand(Search(), typed, vocabulary)
            suggestions = suggest(Search(), typed, vocabulary)
        links = RoomLinks(self.room.pk)
        answer = {
            "filters": found.parts,
            "url": f"{self.room.get_absolute_url()}{found.query}",
            "suggestions": [self._suggestion(suggestion, links) for suggestion in suggestions],
        }
        return Response(UnderstoodSerializer(answer).data)

    @staticmethod
    def _suggestion(suggestion: Suggestion, links: RoomLinks) -> dict[str, Any]:
        term = suggestion.term
        return {
            "kind": term.kind,
            "name": term.label,
            "detail": term.detail,
            "face": links.crop(term.face.pk) if term.face and term.face.crop else None,
            "filters": suggestion.search.parts,
        }
