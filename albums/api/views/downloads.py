from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from albums.api.pagination import NumberedPages
from albums.api.serializers.downloads import DownloadSerializer, NewDownloadSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import Download
from albums.services.downloads import request_download


class DownloadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """The zips that you asked for. Their `url` answers ranges, so a broken download goes on where it was."""

    noun = "download"
    queryset = Download.objects.none()
    serializer_class = DownloadSerializer
    pagination_class = NumberedPages
    filter_backends = ()
    lookup_value_converter = "uuid"
    throttle_scope = "download"

    def get_throttles(self) -> list[BaseThrottle]:
        return super().get_throttles() if self.action == "create" else []

    def rows(self) -> QuerySet[Any]:
        return Download.objects.filter(room=self.room, user=user_of(self.request)).defer("entries")

    @extend_schema(request=NewDownloadSerializer, responses={201: DownloadSerializer})
    def create(self, request: Request, room: str) -> Response:
        """Ask for an album or for some photos. The number in the answer is the number in the zip."""
        values = self.read_body(NewDownloadSerializer)
        download = request_download(
            user=user_of(request), room=self.room, album=values.get("album"), photo_ids=values.get("photos")
        )
        return Response(self.get_serializer(download).data, status=status.HTTP_201_CREATED)
