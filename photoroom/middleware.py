"""What holds for every answer of the site, whichever app gives it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]
API_PREFIX = "/api/"  # looks who sends before it reads, see albums/api/uploads.py
TOO_LARGE = "This is more than somebody can send who is not signed in. Sign in, then try again."


class PrivatePages:
    """No shared cache keeps what was made for somebody, and after signing out the browser forgets its own copies, too.

    Without the second, the next person at the same computer would find photos and pages by the back button.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = SESSION_KEY in request.session
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if was_signed_in and SESSION_KEY not in request.session:
            response["Clear-Site-Data"] = '"cache"'
        return response


class SmallBodies:
    """Who is not signed in sends small forms only.

    The look for a form's CSRF token takes in the whole body, files included, before any view asks who sends it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_large = int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if is_large and not request.path_info.startswith(API_PREFIX) and not request.user.is_authenticated:
            return HttpResponse(TOO_LARGE, status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)
