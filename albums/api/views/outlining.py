from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.serializers.outlines import OutlineSerializer, TilesSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.cursors import parse_cursor
from albums.outlines import DayOutline, Outline, outline_of, title_of
from albums.querysets import PhotoQuerySet
from albums.search import Search, number

MOST_TILES = 200
AFTER = OpenApiParameter("after", str, description="The `next` of the piece before.")
PHOTOS = OpenApiParameter(
    "photos", str, description=f"Ids with commas, at most {MOST_TILES}: 3,5.", required=True
)


class Outlining(InRoomViewSet):
    """What a grid asks for: the outline of a list, then what the tiles near the screen show."""

    @extend_schema(parameters=[AFTER], responses=OutlineSerializer)
    @method_decorator(gzip_page)
    @action(detail=False, pagination_class=None, filter_backends=())
    def outline(self, request: Request, room: str) -> Response:
        """Ids and shapes of a list, 10,000 photos at a time. All filters of photos hold, as in the address of a page."""
        query = QueryDict(request.META.get("QUERY_STRING", ""))
        text = query.get("after", "")
        place = parse_cursor(text)
        if text and place is None:
            raise ValidationError({"after": ["Send the `next` of the piece before."]})
        photos = Search.of(query).photos(self.room, user_of(request))
        piece = outline_of(photos, self.room, place)
        total = None if place else _total(piece, photos)
        answer = {"total": total, "next": piece.next, "days": [_day(day) for day in piece.days]}
        return Response(answer)  # as it is: a serializer would take longer than everything else

    @extend_schema(parameters=[PHOTOS], responses=TilesSerializer)
    @method_decorator(gzip_page)
    @action(detail=False, pagination_class=None, filter_backends=())
    def tiles(self, request: Request, room: str) -> Response:
        """What to show of these photos; those that are not here any more are left out."""
        parts = request.query_params.get("photos", "").split(",")
        pks = [pk for part in parts if (pk := number(part)) is not None]
        if len(pks) != len(parts) or len(pks) > MOST_TILES:
            raise ValidationError({"photos": [f"Send 1 to {MOST_TILES} ids with commas between them."]})
        photos = self.room.photos.present().filter(pk__in=pks).with_files()
        with timezone.override(self.room.time_zone):
            return Response(TilesSerializer({"tiles": photos}).data)


def _total(piece: Outline, photos: PhotoQuerySet) -> int:
    if piece.next is None:
        return sum(len(day.photos) for day in piece.days)
    return int(photos.order_by().count())


def _day(day: DayOutline) -> dict[str, Any]:
    title = title_of(day.day)
    return {
        "day": day.day.isoformat(),
        "title": title,
        "photos": day.photos,
        "shapes": day.shapes,
        "hours": day.hours,
    }
