"""One's own data: take it along, or have it deleted."""

from __future__ import annotations

from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.deletion import DeletionRefused, delete_user, obstacles_to_deletion
from accounts.export import own_data
from accounts.forms import DeletionForm
from accounts.requests import SignedInRequest


@never_cache
@login_required
def export(request: SignedInRequest) -> HttpResponse:
    response = JsonResponse(own_data(request.user), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="photoroom-my-data.json"'
    return response


@sensitive_post_parameters("password")
@never_cache
@login_required
@rate_limit(action="delete_account")
def delete(request: SignedInRequest) -> HttpResponse:
    form = DeletionForm(request.POST or None, user=request.user)
    obstacles = obstacles_to_deletion(request.user)
    if request.method == "POST" and not obstacles and form.is_valid():
        try:
            delete_user(user=request.user, with_photos=form.cleaned_data["with_photos"])
        except DeletionRefused as refusal:
            obstacles = refusal.obstacles
        else:
            logout(request)
            messages.success(request, _("Your account is deleted. Thank you for having been here."))
            return redirect(settings.LOGOUT_REDIRECT_URL)
    return render(request, "accounts/delete.html", {"form": form, "obstacles": obstacles})
