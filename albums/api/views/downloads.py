from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from albums.api.pagination import NumberedPages
from albums.api.serializers.downloads import DownloadSerializer, EstimateSerializer, NewDownloadSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import Download
from albums.services.downloads import delete_download, estimate, request_download, retry_download
from albums.zip_options import ZipOptions


class DownloadViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.DestroyModelMixin, InRoomViewSet
):
    """The zips that you asked for. Their `url` answers ranges, so a broken download goes on where it was."""

    noun = "download"
    queryset = Download.objects.none()
    serializer_class = DownloadSerializer
    pagination_class = NumberedPages
    filter_backends = ()
    lookup_value_converter = "uuid"
    throttle_scope = "download"

    def get_throttles(self) -> list[BaseThrottle]:
        return super().get_throttles() if self.action in ("create", "retry") else []

    def rows(self) -> QuerySet[Any]:
        return Download.objects.filter(room=self.room, user=user_of(self.request)).defer("entries")

    @extend_schema(request=NewDownloadSerializer, responses={201: DownloadSerializer})
    def create(self, request: Request, room: str) -> Response:
        """Ask for an album or for some photos. The number in the answer is the number in the zip.

        Where the options change any bytes, the state is `preparing` until a job has made them: ask again until it is `ready`
        (then `url` answers) or `failed` (then `failure` says why).
        """
        values = self.read_body(NewDownloadSerializer)
        download = request_download(
            user=user_of(request),
            room=self.room,
            album=values.get("album"),
            photo_ids=values.get("photos"),
            options=ZipOptions.of(values.get("options") or {}),
        )
        return Response(self.get_serializer(download).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=NewDownloadSerializer, responses={200: EstimateSerializer})
    @action(detail=False, methods=["post"])
    def estimate(self, request: Request, room: str) -> Response:
        """How many photos, files and bytes a zip would have. Nothing is made."""
        values = self.read_body(NewDownloadSerializer)
        found = estimate(
            user=user_of(request),
            room=self.room,
            album=values.get("album"),
            photo_ids=values.get("photos"),
            options=ZipOptions.of(values.get("options") or {}),
        )
        return Response(EstimateSerializer(found._asdict()).data)

    @extend_schema(request=None, responses={200: DownloadSerializer})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, room: str, pk: str) -> Response:
        """Have one prepared once more that failed."""
        download = retry_download(user=user_of(request), download=self.get_object())
        return Response(self.get_serializer(download).data)

    def perform_destroy(self, instance: Download) -> None:
        """Cancel it, or forget it with everything that was prepared for it. Photos stay."""
        delete_download(user=user_of(self.request), download=instance)
