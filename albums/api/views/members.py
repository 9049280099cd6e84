from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.pagination import NumberedPages
from albums.api.serializers.rooms import MemberSerializer, RoleSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import Membership
from albums.permissions import Action, require
from albums.services.members import change_role, hand_over, remove_member


class MemberViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """Who is in the room."""

    noun = "member"
    queryset = Membership.objects.none()
    serializer_class = MemberSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        return Membership.objects.filter(room=self.room).select_related("user", "room")

    @extend_schema(request=RoleSerializer, responses=MemberSerializer)
    def partial_update(self, request: Request, room: str, pk: int) -> Response:
        require(user_of(request), Action.MANAGE_MEMBERS, self.room)
        membership = self.get_object()
        role = self.read_body(RoleSerializer)["role"]
        changed = change_role(user=user_of(request), membership=membership, role=role)
        return Response(self.get_serializer(changed).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, room: str, pk: int) -> Response:
        require(user_of(request), Action.MANAGE_MEMBERS, self.room)
        remove_member(user=user_of(request), membership=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=MemberSerializer)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, room: str, pk: int) -> Response:
        """Make this member the owner; you become a member."""
        require(user_of(request), Action.MANAGE_MEMBERS, self.room)
        membership = self.get_object()
        hand_over(user=user_of(request), membership=membership)
        return Response(self.get_serializer(membership).data)
