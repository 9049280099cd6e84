from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from albums.api.pagination import NumberedPages
from albums.api.serializers.rooms import (
    NewRoomSerializer,
    ProgressSerializer,
    RoomPatchSerializer,
    RoomSerializer,
)
from albums.api.views.base import NO_ROOM, find, user_of
from albums.models import Room
from albums.permissions import Action, require
from albums.services.face_modes import set_face_mode
from albums.services.members import leave_room
from albums.services.progress import room_progress
from albums.services.rooms import create_room, delete_room, keep_room, update_room


class RoomViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Room]):
    """Rooms that you are in."""

    queryset = Room.objects.none()
    serializer_class = RoomSerializer
    pagination_class = NumberedPages
    filter_backends = ()
    lookup_url_kwarg = "room"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Room]:
        user = user_of(self.request)
        return (
            Room.objects.visible_to(user)
            .with_counts()
            .with_role_of(user)
            .with_first_photo()
            .select_related("cover")
        )

    def get_object(self) -> Room:
        return find(self.get_queryset(), NO_ROOM, pk=self.kwargs["room"])

    @extend_schema(request=NewRoomSerializer, responses={201: RoomSerializer})
    def create(self, request: Request) -> Response:
        values = self._read(NewRoomSerializer(data=request.data))
        room = create_room(owner=user_of(request), **values)
        return Response(self._answer(room.pk), status=status.HTTP_201_CREATED)

    @extend_schema(request=RoomPatchSerializer, responses=RoomSerializer)
    def partial_update(self, request: Request, room: UUID) -> Response:
        found = self.get_object()
        require(user_of(request), Action.CHANGE_ROOM, found)
        changes = self._read(RoomPatchSerializer(data=request.data, partial=True))
        if changes.get("cover"):
            cover = found.photos.present().filter(pk=changes["cover"]).first()
            if cover is None:
                raise ValidationError({"cover": ["There is no such photo in this room."]})
            changes["cover"] = cover
        if "is_express" in changes and not changes.pop("is_express"):
            keep_room(user=user_of(request), room=found)
        if "face_mode" in changes:
            set_face_mode(user=user_of(request), room=found, mode=changes.pop("face_mode"))
        update_room(user=user_of(request), room=found, **changes)
        return Response(self._answer(room))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, room: UUID) -> Response:
        delete_room(user=user_of(request), room=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=ProgressSerializer)
    @action(detail=True)
    def progress(self, request: Request, room: UUID) -> Response:
        return Response(ProgressSerializer(room_progress(self.get_object())).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, room: UUID) -> Response:
        leave_room(user=user_of(request), room=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, room_id: UUID) -> Any:
        return self.get_serializer(self.get_queryset().get(pk=room_id)).data

    @staticmethod
    def _read(serializer: Any) -> dict[str, Any]:
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)
