"""A copy of everything that is kept about one user."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import User
from accounts.signals import collecting_user_data


def own_data(user: User) -> dict[str, Any]:
    """What this app knows, and what the other apps add; secrets (password, second factor) are named, not copied."""
    data: dict[str, Any] = {
        "made_at": timezone.now(),
        "account": {
            "name": user.display_name,
            "email": user.email,
            "is_guest": user.is_guest,
            "joined_at": user.date_joined,
            "last_signed_in_at": user.last_login,
            "has_password": user.has_usable_password(),
        },
        "email_addresses": rows(EmailAddress.objects.filter(user=user), "email", "verified", "primary"),
        "two_factor": rows(Authenticator.objects.filter(user=user), "type", "created_at", "last_used_at"),
        "sessions": rows(
            UserSession.objects.filter(user=user), "ip", "user_agent", "created_at", "last_seen_at"
        ),
        "api_tokens": rows(AuthToken.objects.filter(user=user), "token_key", "created", "expiry"),
    }
    parts: Any = collecting_user_data.send(sender=User, user=user)
    for _, part in parts:
        data |= part
    return data


def rows(queryset: Any, *columns: str) -> list[dict[str, Any]]:
    return list(queryset.values(*columns))
