from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.forms import NameForm
from accounts.requests import SignedInRequest
from accounts.services import rename
from accounts.tokens import tokens_of


@login_required
def profile(request: SignedInRequest) -> HttpResponse:
    user = request.user
    form = NameForm(request.POST or None, initial={"display_name": user.display_name})
    if request.method == "POST" and form.is_valid():
        rename(user=user, display_name=form.cleaned_data["display_name"])
        messages.success(request, _("Your name is changed in all your rooms."))
        return redirect("accounts:profile")
    context = {"form": form, "token_count": tokens_of(user).count()}
    if not user.is_guest:
        context |= {
            "address": EmailAddress.objects.filter(user=user, primary=True).first(),
            "has_two_factor": is_mfa_enabled(user),
            "session_count": len(UserSession.objects.purge_and_list(user)),
        }
    return render(request, "accounts/profile.html", context)
