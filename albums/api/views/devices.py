from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.pagination import NumberedPages
from albums.api.serializers.events import DeviceChangedSerializer, DevicePatchSerializer, DeviceSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import Device, PhotoChange
from albums.permissions import Action, require
from albums.services import clocks as services


class DeviceViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """The cameras and phones of a room, and by how much their clocks were off. Their photos: photos/?device=ID."""

    noun = "camera"
    queryset = Device.objects.none()
    serializer_class = DeviceSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        in_albums = Q(photos__deleted_at=None, photos__left_out="")
        devices = Device.objects.visible_to(user_of(self.request)).filter(room=self.room)
        devices = devices.select_related("uploader", "room").annotate(
            photo_count=Count("photos", filter=in_albums)
        )
        return devices.order_by("-photo_count", "id")

    @extend_schema(request=DevicePatchSerializer, responses=DeviceChangedSerializer)
    def partial_update(self, request: Request, room: str, pk: int) -> Response:
        """Shift all its photos."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        device = self.get_object()
        values = self.read_body(DevicePatchSerializer)
        if "shift_seconds" in values:
            change = services.shift_camera(
                user=user_of(request), device=device, seconds=values["shift_seconds"]
            )
            return self.answer(device, change)
        photo = device.photos.present().select_related("place", "room").filter(pk=values["photo"]).first()
        if photo is None:
            raise ValidationError({"photo": ["This camera has not taken this photo."]})
        change = services.shift_by_photo(
            user=user_of(request), device=device, photo=photo, local_time=values["local_time"]
        )
        return self.answer(device, change)

    @extend_schema(request=None, responses=DeviceChangedSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, room: str, pk: int) -> Response:
        """Yes: its clock is off by what other cameras suggest."""
        device = self.get_object()
        return self.answer(device, services.accept_proposal(user=user_of(request), device=device))

    @extend_schema(request=None, responses=DeviceChangedSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, room: str, pk: int) -> Response:
        """No: its clock is right."""
        device = self.get_object()
        return self.answer(device, services.decline_proposal(user=user_of(request), device=device))

    def answer(self, device: Device, change: PhotoChange | None) -> Response:
        answer = {"device": self.rows().get(pk=device.pk), "changes": [change] if change else []}
        return Response(DeviceChangedSerializer(answer, context=self.get_serializer_context()).data)
