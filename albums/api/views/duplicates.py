from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.pagination import NumberedPages
from albums.api.serializers.duplicates import (
    DuplicatesSerializer,
    GroupIdsSerializer,
    KeepSerializer,
    KeptBestSerializer,
    LeftOutChangedSerializer,
)
from albums.api.serializers.photos import PhotoIdsSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import Photo, PhotoChange, PhotoGroup
from albums.models.order import GroupKind
from albums.services import duplicates as services
from albums.services import left_out


class DuplicateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """Photos that are the same shot. The list holds what nobody has decided about."""

    noun = "group of duplicates"
    queryset = PhotoGroup.objects.none()
    serializer_class = DuplicatesSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        if self.action == "list":
            return services.open_groups(self.room).order_by("pk")
        return PhotoGroup.objects.filter(room=self.room, kind=GroupKind.DUPLICATES).select_related("room")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With the photos of all groups that are shown, in a fixed number of queries."""
        if args and not getattr(self, "swagger_fake_view", False):
            groups = args[0] if kwargs.get("many") else [args[0]]
            kwargs["context"] = {**self.get_serializer_context(), "copies": self.copies_of(groups)}
        return super().get_serializer(*args, **kwargs)

    def copies_of(self, groups: list[PhotoGroup]) -> dict[int, list[Photo]]:
        copies: dict[int, list[Photo]] = defaultdict(list)
        rows = Photo.objects.filter(room=self.room, duplicates__in=groups).present()
        for photo in rows.select_related("uploader", "room", "place", "shown_edit"):
            copies[photo.duplicates_id or 0].append(photo)
        return copies

    @extend_schema(request=KeepSerializer, responses=LeftOutChangedSerializer)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, room: str, pk: int) -> Response:
        """Keep this photo and set the others aside; said again with another photo, that one is kept instead."""
        photo = self.read_body(KeepSerializer)["photo"]
        return changed(self, services.keep(user=user_of(request), group=self.get_object(), photo_id=photo))

    @extend_schema(request=None, responses=LeftOutChangedSerializer)
    @action(detail=True, methods=["post"], url_path="keep-all")
    def keep_all(self, request: Request, room: str, pk: int) -> Response:
        """These are different photos: all stay, and nobody is asked again."""
        return changed(self, services.keep_all(user=user_of(request), group=self.get_object()))

    @extend_schema(request=GroupIdsSerializer, responses=KeptBestSerializer)
    @action(detail=False, methods=["post"], url_path="keep-proposed")
    def keep_proposed(self, request: Request, room: str) -> Response:
        """Keep the proposed photo of every open group, at most 1,000 groups at once; one change that can be undone."""
        groups = self.read_body(GroupIdsSerializer).get("groups")
        kept = services.keep_proposed(user=user_of(request), room=self.room, group_ids=groups)
        return Response(KeptBestSerializer(kept, context=self.get_serializer_context()).data)


class SettingAside(InRoomViewSet):
    """What the photos of a room can, too: leave its albums and come back."""

    @extend_schema(request=PhotoIdsSerializer, responses=LeftOutChangedSerializer)
    @action(detail=False, methods=["post"], url_path="set-aside")
    def set_aside(self, request: Request, room: str) -> Response:
        """Out of albums, zips and counts; they stay in the room."""
        photos = self.read_body(PhotoIdsSerializer)["photos"]
        return changed(self, left_out.set_aside(user=user_of(request), room=self.room, photo_ids=photos))

    @extend_schema(request=PhotoIdsSerializer, responses=LeftOutChangedSerializer)
    @action(detail=False, methods=["post"], url_path="bring-back")
    def bring_back(self, request: Request, room: str) -> Response:
        """Back into the albums, whyever they were left out; no machine takes them out again."""
        photos = self.read_body(PhotoIdsSerializer)["photos"]
        return changed(self, left_out.bring_back(user=user_of(request), room=self.room, photo_ids=photos))


def changed(view: InRoomViewSet, change: PhotoChange | None) -> Response:
    return Response(LeftOutChangedSerializer({"change": change}, context=view.get_serializer_context()).data)
