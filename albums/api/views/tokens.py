from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core import exceptions as django
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.services import rename
from accounts.tokens import create_token, tokens_of
from albums.api.errors import SecondFactorNeeded
from albums.api.serializers.accounts import MePatchSerializer, MeSerializer, SignInSerializer, TokenSerializer
from albums.api.views.base import user_of
from albums.errors import AlbumError


class WrongCredentials(AlbumError):
    code = "wrong_credentials"


class TokenView(APIView):
    """A token for programs, made from e-mail and password."""

    throttle_scope = "token"

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny()] if self.request.method == "POST" else [IsAuthenticated()]

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Signing in needs no session, and so no CSRF token either."""
        return [] if self.request and self.request.method == "POST" else super().get_authenticators()

    @extend_schema(
        request=SignInSerializer, responses={201: TokenSerializer}, auth=[], operation_id="token_create"
    )
    def post(self, request: Request) -> Response:
        body = SignInSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = _authenticated(request, **body.validated_data)
        return Response(_new_token(user), status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None}, operation_id="token_revoke")
    def delete(self, request: Request) -> Response:
        """Revoke the token that this request is sent with."""
        if not isinstance(request.auth, AuthToken):
            raise PermissionDenied(_("Send the token that you want to revoke in the Authorization header."))
        request.auth.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class NewTokenView(APIView):
    """A token for whoever is signed in on the site, guests too."""

    throttle_scope = "token"

    @extend_schema(request=None, responses={201: TokenSerializer}, operation_id="token_new")
    def post(self, request: Request) -> Response:
        if request.auth is not None:  # a stolen token must not outlive its revocation
            raise PermissionDenied(_("A token can't make another one; sign in on the site."))
        return Response(_new_token(user_of(request)), status=status.HTTP_201_CREATED)


class MeView(APIView):
    """Who you are."""

    @extend_schema(responses=MeSerializer, operation_id="me")
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(user_of(request)).data)

    @extend_schema(request=MePatchSerializer, responses=MeSerializer, operation_id="me_change")
    def patch(self, request: Request) -> Response:
        body = MePatchSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = user_of(request)
        rename(user=user, display_name=body.validated_data["name"])
        return Response(MeSerializer(user).data)


def _authenticated(request: Request, *, email: str, password: str) -> User:
    """Through allauth, which counts failed attempts per account beside our limit per address."""
    try:
        found = get_adapter().authenticate(request._request, email=email, password=password)
    except django.ValidationError as error:
        raise WrongCredentials(" ".join(error.messages)) from error
    if found is None or not found.is_active:
        raise WrongCredentials(_("The e-mail address and the password do not belong together."))
    user = cast("User", found)
    if is_mfa_enabled(user):
        raise SecondFactorNeeded(
            _("Your account asks for a second factor; make the token on the site, under Account.")
        )
    is_mandatory = settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory"
    if is_mandatory and not EmailAddress.objects.filter(user=user, verified=True).exists():
        raise WrongCredentials(
            _("Confirm your e-mail address first: open the link in the message that we sent.")
        )
    return user


def _new_token(user: User) -> dict[str, object]:
    token = create_token(user=user)
    return TokenSerializer({"token": token, "expiry": tokens_of(user)[0].expiry}).data
