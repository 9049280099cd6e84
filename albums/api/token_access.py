from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from rest_framework.exceptions import AuthenticationFailed

from albums.api.authentication import TokenAuthentication
from albums.api.errors import MESSAGES, error_body

View = Callable[..., HttpResponseBase]


def accept_token(view: View) -> View:
    """Let programs fetch the bytes that the API points to with the token that they have, where browsers use the session."""

    @wraps(view)
    def with_token(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            found = TokenAuthentication().authenticate(request)
        except AuthenticationFailed as error:
            return JsonResponse(
                error_body(error.default_code, MESSAGES[error.default_code]), status=error.status_code
            )
        if found:
            request.user = found[0]
        return view(request, *args, **kwargs)

    return with_token
