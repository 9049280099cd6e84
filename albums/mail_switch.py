"""Signed links that end the mail about rooms without signing in."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "albums.mail_switch"


def link(memberships: Collection[int]) -> str:
    """The address that ends mail for these memberships; empty where the site does not know its own."""
    if not settings.PUBLIC_URL:
        return ""
    token = signing.dumps(sorted(memberships), salt=SALT)
    return f"{settings.PUBLIC_URL}{reverse('albums:mail_off', args=[token])}"


def read(token: str) -> list[int] | None:
    """The memberships of a link; None if nobody signed it here."""
    try:
        found = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return [int(pk) for pk in found]
