"""A guest becomes an account."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms import UpgradeForm
from accounts.requests import SignedInRequest
from accounts.services import upgrade_guest


@sensitive_post_parameters("password")
@never_cache
@rate_limit(action="signup")
@login_required
def upgrade(request: SignedInRequest) -> HttpResponse:
    target = _next(request)
    if not request.user.is_guest:
        return redirect(target or "accounts:profile")
    form = UpgradeForm(request.POST or None, guest=request.user)
    if request.method == "POST" and form.is_valid() and _upgraded(request, form):
        return redirect(target or resolve_url(settings.LOGIN_REDIRECT_URL))
    return render(request, "accounts/upgrade.html", {"form": form, "next": target})


def _upgraded(request: SignedInRequest, form: UpgradeForm) -> bool:
    values = form.cleaned_data
    try:
        user = upgrade_guest(request, email=values["email"], password=values["password"])
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(
        request,
        _("You have an account now. We sent a link to %(email)s: open it to confirm the address.")
        % {"email": user.email},
    )
    return True


def _next(request: SignedInRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if get_adapter().is_safe_url(target) else ""
