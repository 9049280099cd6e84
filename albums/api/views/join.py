from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.names import clean_name
from accounts.tokens import create_token
from albums.api.serializers.rooms import InvitedSerializer, JoinedSerializer, JoinSerializer
from albums.api.views.base import user_of
from albums.errors import WrongPassword
from albums.limits import note_wrong_guess, require_guesses_left, typed_invitation
from albums.models import Invitation, Membership, Room
from albums.models.rooms import Role
from albums.services.members import join_room

WHO_ARE_YOU = _("Sign in, or send the name under which you want to join.")


class JoinView(APIView):
    """The way into a room. Looking uses nothing up."""

    permission_classes = (AllowAny,)
    throttle_scope = "join"

    @extend_schema(
        operation_id="join_show",
        parameters=[
            OpenApiParameter("invitation", str, required=True, description="A link's token or a typed code.")
        ],
        responses=InvitedSerializer,
    )
    def get(self, request: Request) -> Response:
        invitation = typed_invitation(request, request.query_params.get("invitation", ""))
        return Response(InvitedSerializer(_invited(invitation, request)).data)

    @extend_schema(operation_id="join", request=JoinSerializer, responses={200: JoinedSerializer})
    def post(self, request: Request) -> Response:
        """Join as who you are, or, without an account, as a guest with a name."""
        body = JoinSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        invitation = typed_invitation(request, values["invitation"])
        if not request.user.is_authenticated and "name" not in values:
            raise NotAuthenticated(WHO_ARE_YOU)
        if invitation.room.has_password:
            require_guesses_left(request)
        try:
            user, token = self._join(request, invitation, values)
        except WrongPassword:
            if values["password"]:
                note_wrong_guess(request)
            raise
        room = (
            Room.objects.with_counts()
            .with_role_of(user)
            .with_first_photo()
            .select_related("cover")
            .get(pk=invitation.room_id)
        )
        answer = JoinedSerializer({"room": room, "token": token}, context={"request": request})
        return Response(answer.data, status=status.HTTP_200_OK)

    @transaction.atomic
    def _join(
        self, request: Request, invitation: Invitation, values: dict[str, Any]
    ) -> tuple[User, str | None]:
        """In one piece: a refused password leaves no guest behind."""
        token = None
        if request.user.is_authenticated:
            user = user_of(request)
        else:
            user = User.objects.create_guest(display_name=clean_name(values["name"]))
            token = create_token(user=user)
        join_room(user=user, invitation=invitation, password=values["password"])
        return user, token


def _invited(invitation: Invitation, request: Request) -> dict[str, Any]:
    room = Room.objects.with_counts().get(pk=invitation.room_id)
    owner = Membership.objects.filter(room=room, role=Role.OWNER).select_related("user").first()
    user = request.user
    return {
        "room": room,
        "role": invitation.role,
        "host": str(owner.user) if owner else None,
        "is_member": bool(user.is_authenticated and room.memberships.filter(user=user.pk).exists()),
    }
