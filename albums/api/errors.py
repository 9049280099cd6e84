"""One error shape for everything under /api/, whoever raised it:

{"error": {"code": "not_found", "message": "A sentence.", "fields": {"name": ["..."]}}}
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core import exceptions as django
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.defaults import server_error as page_for_server_error
from rest_framework import exceptions as rest
from rest_framework.response import Response
from rest_framework.views import exception_handler

from albums.errors import AlbumError, EditedMeanwhile, NameTaken, RecipeRefused, TooLarge

API_PREFIX = "/api/"
NOTHING_HERE = _("There is nothing here, or you may not see it.")
MESSAGES = {
    "invalid": gettext_lazy("Some of what was sent is not right; see the fields."),
    "parse_error": gettext_lazy("The request's body can't be read: it is not what its Content-Type says."),
    "too_large": gettext_lazy("This request is larger than the site takes at once. Send it in parts."),
    "not_authenticated": gettext_lazy("Sign in, or send a token in the Authorization header."),
    "authentication_failed": gettext_lazy("This token is not valid (any more). Make a new one."),
}


class SecondFactorNeeded(AlbumError):
    """The password alone is not enough for this account."""

    code = "second_factor_needed"
    status = 403


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; None lets the error become a logged 500."""
    error = _as_known_error(error)
    if isinstance(error, AlbumError):
        return Response(_refusal(error), status=error.status)
    response = exception_handler(error, context)  # sets WWW-Authenticate and Retry-After
    if response is None or not isinstance(error, rest.APIException):
        return response
    fields = _flat(error.detail) if isinstance(error, rest.ValidationError) else {}
    response.data = error_body(_code(error), _message(error, fields), fields)
    return response


def error_body(
    code: str, message: str | Promise, fields: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    return {"error": {"code": code, "message": str(message), "fields": fields or {}}}


@csrf_exempt  # nothing can be changed here, and the refusal would be a page
def unknown_address(request: HttpRequest, **kwargs: Any) -> JsonResponse:
    """What is under /api/ and leads nowhere."""
    message = gettext("There is no such address in this API; /api/v1/docs/ lists them all.")
    try:
        with_slash = resolve(f"{request.path_info}/")
    except Resolver404:
        pass
    else:
        if not request.path_info.endswith("/") and with_slash.func is not unknown_address:
            message = gettext("Addresses of this API end with a slash; add one.")
    return JsonResponse(error_body("not_found", message), status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours: in the API's shape under /api/, else as a page; the traceback is in the log."""
    if not request.path_info.startswith(API_PREFIX):
        return page_for_server_error(request)
    message = gettext(
        "Something went wrong on our side and was logged. Try again; nothing you sent is to blame."
    )
    return JsonResponse(error_body("server_error", message), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _refusal(error: AlbumError) -> dict[str, Any]:
    body = error_body(error.code, str(error))
    if isinstance(error, NameTaken):
        body["error"]["person"] = {"id": getattr(error.person, "pk", None), "name": str(error.person)}
    if isinstance(error, RecipeRefused):
        body["error"]["fields"] = {field: [text] for field, text in error.fields.items()}
    if isinstance(error, EditedMeanwhile):
        body["error"]["number"] = error.number
    return body


def _as_known_error(error: Exception) -> Exception:
    """Django's own errors in DRF's words or ours."""
    if isinstance(error, Http404):
        text = str(error)
        # Django's shortcuts put names of classes into their texts; sentences of ours are kept.
        return rest.NotFound(NOTHING_HERE if "matches the given query" in text or not text else text)
    if isinstance(error, django.PermissionDenied):
        return rest.PermissionDenied(str(error) or None)
    if isinstance(error, django.ValidationError):
        return rest.ValidationError(_django_detail(error))
    if isinstance(error, django.RequestDataTooBig):
        return TooLarge(MESSAGES["too_large"])
    if isinstance(error, (django.SuspiciousOperation, django.BadRequest, UnreadablePostError)):
        return rest.ParseError(MESSAGES["parse_error"])
    return error


def _django_detail(error: django.ValidationError) -> Any:
    return error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}


def _code(error: rest.APIException) -> str:
    if isinstance(error, rest.ValidationError):
        return "invalid"
    codes = error.get_codes()
    return codes if isinstance(codes, str) else error.default_code


def _message(error: rest.APIException, fields: dict[str, list[str]]) -> str:
    message = _own_message(error, fields)
    return message if message.endswith((".", "?", "!")) else f"{message}."


def _own_message(error: rest.APIException, fields: dict[str, list[str]]) -> str:
    if isinstance(error, rest.ValidationError):
        general = fields.get("non_field_errors", [])
        return general[0] if general and len(fields) == 1 else str(MESSAGES["invalid"])
    own_words = isinstance(error, rest.NotAuthenticated) and error.detail != error.default_detail
    return str(error.detail) if own_words else str(MESSAGES.get(error.default_code, error.detail))


def _encodable(item: object) -> str:
    """DRF quotes what was sent, and JSON may bring halves of characters that UTF-8 can't."""
    return str(item).encode(errors="replace").decode()


def _flat(detail: Any, name: str = "") -> dict[str, list[str]]:
    """Nested messages as one level: `{"photos.3": ["..."]}`."""
    if isinstance(detail, dict):
        pairs = [(f"{name}.{key}" if name else str(key), value) for key, value in detail.items()]
    elif any(isinstance(item, (dict, list)) for item in detail):
        pairs = [(f"{name}.{index}" if name else str(index), item) for index, item in enumerate(detail)]
    else:
        return {name or "non_field_errors": [_encodable(item) for item in detail]} if detail else {}
    flat: dict[str, list[str]] = {}
    for key, value in pairs:
        flat.update(_flat(value if isinstance(value, (dict, list)) else [value], key))
    return flat
