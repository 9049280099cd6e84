from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.pagination import NumberedPages
from albums.api.serializers.events import (
    EventChangedSerializer,
    EventIdsSerializer,
    EventPatchSerializer,
    EventPhotosSerializer,
    EventSerializer,
    NewEventSerializer,
)
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import Event, PhotoChange
from albums.permissions import Action, require
from albums.services import events as services

NOT_HERE = _("Some of these events are not in this room (any more).")


class EventViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """The events of a room, as time went. Their photos: photos/?event=ID."""

    noun = "event"
    queryset = Event.objects.none()
    serializer_class = EventSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        events = (
            Event.objects.visible_to(user_of(self.request)).filter(room=self.room).select_related("place")
        )
        return events.shown() if self.action == "list" else events

    @extend_schema(request=NewEventSerializer, responses={201: EventChangedSerializer})
    def create(self, request: Request, room: str) -> Response:
        """A new event with these photos. They stay in it, also when more photos arrive."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        values = self.read_body(NewEventSerializer)
        event, change = services.move_to_event(
            user=user_of(request), room=self.room, photo_ids=values["photos"], to=None, name=values["name"]
        )
        return self.answer(event, change, status=201)

    @extend_schema(request=EventPatchSerializer, responses=EventChangedSerializer)
    def partial_update(self, request: Request, room: str, pk: int) -> Response:
        """Give it a name."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        event = self.get_object()
        name = self.read_body(EventPatchSerializer)["name"]
        return self.answer(event, services.rename_event(user=user_of(request), event=event, name=name))

    @extend_schema(request=EventPhotosSerializer, responses=EventChangedSerializer)
    @action(detail=True, methods=["post"])
    def photos(self, request: Request, room: str, pk: int) -> Response:
        """These photos belong to this event; they stay in it."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        event = self.get_object()
        photo_ids = self.read_body(EventPhotosSerializer)["photos"]
        event, change = services.move_to_event(
            user=user_of(request), room=self.room, photo_ids=photo_ids, to=event
        )
        return self.answer(event, change)

    @extend_schema(request=EventIdsSerializer, responses=EventChangedSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, room: str, pk: int) -> Response:
        """These events are this event."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        into = self.get_object()
        wanted = self.read_body(EventIdsSerializer)["events"]
        others = list(self.rows().filter(pk__in=wanted))
        if len(others) != len(wanted):
            raise ValidationError({"events": [NOT_HERE]})
        return self.answer(into, services.merge_events(user=user_of(request), into=into, others=others))

    @extend_schema(
        request=EventPhotosSerializer, responses=EventChangedSerializer, operation_id="events_release"
    )
    @action(detail=False, methods=["post"])
    def release(self, request: Request, room: str) -> Response:
        """Let these photos go where time and place put them."""
        require(user_of(request), Action.EDIT_PHOTOS, self.room)
        photo_ids = self.read_body(EventPhotosSerializer)["photos"]
        change = services.release_photos(user=user_of(request), room=self.room, photo_ids=photo_ids)
        return self.answer(None, change)

    def answer(self, event: Event | None, change: PhotoChange | None, status: int = 200) -> Response:
        answer = {"event": event, "changes": [change] if change else []}
        return Response(
            EventChangedSerializer(answer, context=self.get_serializer_context()).data, status=status
        )
