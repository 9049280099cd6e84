from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY, clear_login
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from accounts.languages import is_offered

GetResponse = Callable[[HttpRequest], HttpResponse]
WORDED = frozenset({"application/json", "application/problem+json", "text/html", "text/plain"})
DAY_SECONDS = 24 * 60 * 60
RENEWED = "renewed_at"

# allauth's pages, by the beginnings of their names; and those of them on which somebody gets into an account.
ALLAUTH = ("account_", "mfa_", "usersessions_")
WAYS_IN = frozenset(
    {
        "account_confirm_email",
        "account_email_verification_sent",
        "account_inactive",
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_authenticate",
        "mfa_trust",
    }
)


class Language(LocaleMiddleware):
    """The language that somebody chose for themselves, else the cookie's, else the browser's, else the site's."""

    def process_request(self, request: HttpRequest) -> None:
        chosen = getattr(request.user, "language", "")
        if not is_offered(chosen):
            super().process_request(request)
            return
        translation.activate(chosen)
        request.LANGUAGE_CODE = chosen

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Photos and archives speak no language, and are cached for every one."""
        kind = response.get("Content-Type", "").partition(";")[0]
        return super().process_response(request, response) if kind in WORDED else response


class RenewSession:
    """Whoever comes back stays signed in: once a day the session and its cookie get their full time again."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and time.time() - request.session.get(RENEWED, 0) >= DAY_SECONDS:
            start_session(request=request)
        return response


def start_session(*, request: HttpRequest, **_: Any) -> None:
    """Note the day; the change has the session saved and its cookie sent again. Also called at every sign-in."""
    request.session[RENEWED] = int(time.time())


class GuestsAtTheDoor:
    """Guests are signed in, and allauth turns whoever is signed in away from its ways into an account.

    There a guest steps aside: the page sees an anonymous visitor, and `request.guest` remembers who came; the
    adapter brings the two together. What needs an account (e-mail, password, second factor) leads guests to making
    one out of themselves, so that signing up never loses a room.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.guest = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        name = match.url_name or "" if match and not match.namespaces else ""
        if not name.startswith(ALLAUTH) or not getattr(request.user, "is_guest", False):
            return None
        if name in WAYS_IN:
            request.guest, request.user = request.user, AnonymousUser()  # type: ignore[attr-defined]
            return None
        if name == "account_logout":
            return self.stay(request)
        return redirect(upgrade_url(request))

    def stay(self, request: HttpRequest) -> HttpResponse | None:
        """To cancel half-way into an account (its second factor is missing) leaves the guest who they were."""
        if request.method != "POST" or LOGIN_SESSION_KEY not in request.session:
            return None
        clear_login(request)
        return redirect("account_login")


def upgrade_url(request: HttpRequest) -> str:
    """The upgrade page, which goes on to `next` afterwards where that is a page of this site."""
    target = request.GET.get("next", "")
    query = f"?{urlencode({'next': target})}" if get_adapter().is_safe_url(target) else ""
    return reverse("accounts:upgrade") + query
