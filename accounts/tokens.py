"""Keys for programs that use the API in somebody's name."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext
from knox.models import AuthToken

from accounts.models import User


def tokens_of(user: User) -> QuerySet[AuthToken]:
    return AuthToken.objects.filter(user=user).order_by("-created")


@transaction.atomic
def create_token(*, user: User) -> str:
    """A new token; its text is known now and never again."""
    User.objects.select_for_update().get(pk=user.pk)
    limit = cast("int", settings.REST_KNOX["TOKEN_LIMIT_PER_USER"])
    if tokens_of(user).count() >= limit:
        raise ValidationError(
            gettext("You have %(limit)s tokens already. Revoke one that you no longer use first.")
            % {"limit": limit}
        )
    return str(AuthToken.objects.create(user)[1])


def revoke_token(*, user: User, digest: str) -> bool:
    if not digest.isalnum():  # PostgreSQL can't even look for some of what may be sent instead
        return False
    deleted, _ = AuthToken.objects.filter(user=user, digest=digest).delete()
    return bool(deleted)
