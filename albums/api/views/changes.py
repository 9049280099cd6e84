from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.pagination import NumberedPages
from albums.api.serializers.people import ChangeSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import PersonChange
from albums.services.history import undo


class ChangeViewSet(mixins.ListModelMixin, InRoomViewSet):
    """What people did to people and faces, the latest first."""

    noun = "change"
    queryset = PersonChange.objects.none()
    serializer_class = ChangeSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        return (
            PersonChange.objects.told_to(self.room, user_of(self.request))
            .select_related("actor", "room")
            .defer("before", "after")
        )

    @extend_schema(request=None, responses=ChangeSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, room: str, pk: int) -> Response:
        """Take it back; what was decided anew since then stays."""
        return Response(self.get_serializer(undo(user=user_of(request), change=self.get_object())).data)
