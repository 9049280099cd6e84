from __future__ import annotations

import copy
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox import auth as knox
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(knox.TokenAuthentication):
    """Knox's, for a header that may hold any bytes; its tokens are hexadecimal digits."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isalnum():
            raise AuthenticationFailed
        return super().authenticate_credentials(token)


class TokenScheme(KnoxTokenScheme):
    target_class = "albums.api.authentication.TokenAuthentication"


class HeaderSessionAuthentication(SessionAuthentication):
    """The session cookie, with the CSRF token looked for in the header only.

    Django looks into the form before the header, and so would take in a whole file before anybody asked who sends it.
    """

    def enforce_csrf(self, request: Any) -> None:
        without_form = copy.copy(getattr(request, "_request", request))
        without_form._post = QueryDict()
        without_form._files = MultiValueDict()
        super().enforce_csrf(without_form)


class HeaderSessionScheme(OpenApiAuthenticationExtension):
    target_class = HeaderSessionAuthentication
    name = "cookieAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
