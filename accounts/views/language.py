from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts.languages import choose_language
from accounts.models import User


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """The language of all pages from now on: a cookie for this browser, and on all devices of who is signed in."""
    response = set_language(request)
    if isinstance(request.user, User):
        choose_language(user=request.user, language=request.POST.get("language", ""))
    return response
