"""What people do with their own account. A ValidationError carries the sentence to show."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from accounts.models import User
from accounts.names import clean_name

GUEST_BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in_guest(request: HttpRequest, display_name: str) -> User:
    """Let somebody in by a name alone, remembered on this device; whoever is signed in already stays who they are."""
    if isinstance(request.user, User):
        return request.user
    guest = User.objects.create_guest(display_name=clean_name(display_name))
    login(request, guest, backend=GUEST_BACKEND)
    request.session.set_expiry(settings.GUEST_SESSION_SECONDS)
    return guest
