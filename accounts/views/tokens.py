from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from accounts.tokens import create_token, revoke_token, tokens_of


@never_cache
@login_required
def tokens(request: SignedInRequest) -> HttpResponse:
    """The list; a POST makes a token and shows it once, on this very page, so that it is stored nowhere."""
    new_token = ""
    if request.method == "POST":
        try:
            new_token = create_token(user=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    context = {"tokens": tokens_of(request.user), "new_token": new_token}
    return render(request, "accounts/tokens.html", context)


@require_POST
@login_required
def token_revoke(request: SignedInRequest) -> HttpResponse:
    if not revoke_token(user=request.user, digest=request.POST.get("token", "")):
        raise Http404(_("There is no such token."))
    messages.success(request, _("The token is revoked. Programs that use it are signed out."))
    return redirect("accounts:tokens")
