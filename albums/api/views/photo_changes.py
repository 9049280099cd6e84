from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.pagination import NumberedPages
from albums.api.serializers.photo_changes import PhotoChangeSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import PhotoChange
from albums.services.photo_history import undo


class PhotoChangeViewSet(mixins.ListModelMixin, InRoomViewSet):
    """What people did to photos, their times, places, tags and order, the latest first."""

    noun = "change"
    queryset = PhotoChange.objects.none()
    serializer_class = PhotoChangeSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        changes = PhotoChange.objects.filter(room=self.room).select_related("actor", "room")
        return changes.defer("before", "after")

    @extend_schema(request=None, responses=PhotoChangeSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, room: str, pk: int) -> Response:
        """Take it back; what was decided anew since then stays."""
        return Response(self.get_serializer(undo(user=user_of(request), change=self.get_object())).data)
