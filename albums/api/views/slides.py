from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.filters import PhotoFilter
from albums.api.pagination import PhotoCursor
from albums.api.serializers.slides import (
    FeedSerializer,
    HeldSerializer,
    MixSerializer,
    SlideSerializer,
    WantedSerializer,
)
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import Photo
from albums.permissions import seen_photos
from albums.search import number
from albums.slides import MOST_HELD, feed_of, mix_of


class SlideCursor(PhotoCursor):
    """In the order in which they were taken."""

    page_size = 50
    max_page_size = 200
    ordering = "sort_at"


class SlideViewSet(mixins.ListModelMixin, InRoomViewSet):
    """Photos and videos that are ready, for a slideshow: the filters of photos/, the first taken first."""

    noun = "photo"
    queryset = Photo.objects.none()
    serializer_class = SlideSerializer
    pagination_class = SlideCursor
    filterset_class = PhotoFilter

    def rows(self) -> QuerySet[Any]:
        return seen_photos(user_of(self.request), self.room).filter(state="ready").with_files()


class LiveViewSet(InRoomViewSet):
    """The live wall of a room: what has just come, what has gone, and a mix for quiet times."""

    noun = "photo"
    queryset = Photo.objects.none()
    serializer_class = FeedSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(parameters=[HeldSerializer], responses=FeedSerializer)
    def retrieve(self, request: Request, room: str) -> Response:
        """The latest photos, and which of those that the wall holds must not be shown any more. Answers 304 by ETag."""
        parts = request.query_params.get("held", "").split(",")[:MOST_HELD]
        held = [pk for part in parts if (pk := number(part)) is not None]
        feed = self.get_serializer(feed_of(self.room.photos.all(), held)).data
        etag = f'"{hashlib.sha256(repr(feed).encode()).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if request.headers.get("If-None-Match") == etag:
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(feed, headers=headers)

    @extend_schema(parameters=[WantedSerializer], responses=MixSerializer)
    def mix(self, request: Request, room: str) -> Response:
        """Some photos from anywhere in the room, others each time."""
        is_best = request.query_params.get("best", "").lower() in ("1", "true")
        slides = mix_of(self.room.photos.all(), is_best=is_best)
        return Response(MixSerializer({"slides": slides}, context=self.get_serializer_context()).data)
