from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from albums.activity import happenings_of, keys_of, read_keys
from albums.api.pagination import NumberedPages
from albums.api.serializers.notifications import (
    HappeningSerializer,
    MailSerializer,
    NotificationSerializer,
    ReadSerializer,
    UnreadSerializer,
)
from albums.api.views.base import NO_ROOM, InRoomViewSet, find, user_of
from albums.models import Membership, Notification, Room
from albums.notification_lists import Line, lines_of, unread_count
from albums.services.notifications import mark_all_read, mark_read, switch_mail

NO_NOTIFICATION = "There is no such notification for you."


class NotificationViewSet(GenericViewSet[Notification]):
    """What you should hear of, in all your rooms, the latest first."""

    queryset = Notification.objects.none()
    serializer_class = NotificationSerializer
    pagination_class = NumberedPages
    filter_backends = ()
    lookup_value_converter = "row"

    def get_queryset(self) -> QuerySet[Notification]:
        rows = Notification.objects.of(user_of(self.request)).filter(count__gt=0)
        return rows.select_related("room")

    @extend_schema(responses=NotificationSerializer(many=True))
    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self._answer(rows or [], many=True))

    @extend_schema(responses=UnreadSerializer, filters=False)
    @action(detail=False, pagination_class=None)
    def unread(self, request: Request) -> Response:
        """How many you have not read. Ask once a minute at most."""
        return Response({"unread": unread_count(user_of(request))})

    @extend_schema(request=ReadSerializer, responses=UnreadSerializer, operation_id="notifications_read_all")
    @action(detail=False, methods=["post"], url_path="read")
    def read_all(self, request: Request) -> Response:
        """Mark everything read, or everything of one room."""
        serializer = ReadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        room = serializer.validated_data.get("room")
        user = user_of(request)
        found = find(Room.objects.visible_to(user), NO_ROOM, pk=room) if room else None
        mark_all_read(user=user, room=found)
        return Response({"unread": unread_count(user)})

    @extend_schema(request=None, responses=NotificationSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: int) -> Response:
        """Mark one read."""
        notice = find(self.get_queryset(), NO_NOTIFICATION, pk=pk)
        mark_read(user=user_of(request), notification=notice)
        notice.refresh_from_db()
        return Response(self._answer([notice])[0])

    def _answer(self, rows: Any, *, many: bool = True) -> Any:
        lines: list[Line] = lines_of(list(rows), user_of(self.request))
        return NotificationSerializer(lines, many=many, context=self.get_serializer_context()).data


class RoomMailViewSet(InRoomViewSet):
    """Whether you get mail about a room."""

    queryset = Membership.objects.none()
    serializer_class = MailSerializer
    filter_backends = ()
    pagination_class = None

    @extend_schema(responses=MailSerializer)
    def retrieve(self, request: Request, room: str) -> Response:
        membership = Membership.objects.get(room=self.room, user=user_of(request))
        return Response(MailSerializer(membership).data)

    @extend_schema(request=MailSerializer, responses=MailSerializer)
    def update(self, request: Request, room: str) -> Response:
        is_on = self.read_body(MailSerializer)["sends_mail"]
        return Response(MailSerializer(switch_mail(user=user_of(request), room=self.room, is_on=is_on)).data)


class ActivityViewSet(InRoomViewSet):
    """What happened in a room, the latest first: one line per person, kind and hour."""

    queryset = Membership.objects.none()
    serializer_class = HappeningSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    @extend_schema(responses=HappeningSerializer(many=True))
    def list(self, request: Request, room: str) -> Response:
        keys: Any = list(keys_of(self.room))  # put together once, and not once more to count them
        rows: Any = self.paginate_queryset(keys)
        lines = happenings_of(self.room, read_keys(rows), user_of(request))
        return self.get_paginated_response(self.get_serializer(lines, many=True).data)
