from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.pagination import NumberedPages
from albums.api.serializers.rooms import InvitationSerializer, NewInvitationSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import Invitation
from albums.permissions import Action, require
from albums.services.invitations import create_invitation, revoke_invitation


class InvitationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """Ways into the room. Whoever sees one can pass it on, so only those who may invite see them."""

    noun = "invitation"
    queryset = Invitation.objects.none()
    serializer_class = InvitationSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(user_of(request), Action.INVITE, self.room)

    def rows(self) -> QuerySet[Any]:
        return (
            Invitation.objects.visible_to(user_of(self.request))
            .filter(room=self.room)
            .select_related("created_by", "room")
        )

    @extend_schema(request=NewInvitationSerializer, responses={201: InvitationSerializer})
    def create(self, request: Request, room: str) -> Response:
        values = self.read_body(NewInvitationSerializer)
        invitation = create_invitation(user=user_of(request), room=self.room, **values)
        return Response(self.get_serializer(invitation).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, room: str, pk: int) -> Response:
        """Withdraw it: who joined with it stays, nobody else can."""
        revoke_invitation(user=user_of(request), invitation=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
