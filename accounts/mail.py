"""Mail to people who gave an address and confirmed it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from smtplib import SMTPException
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def addresses_of(user_ids: Iterable[int]) -> list[str]:
    """The addresses of those who confirmed theirs; all that were given where nobody is asked to confirm."""
    found = EmailAddress.objects.filter(user__in=list(user_ids), primary=True)
    if settings.ACCOUNT_EMAIL_VERIFICATION != "none":
        found = found.filter(verified=True)
    return list(found.order_by("pk").values_list("email", flat=True))


def send(template: str, addresses: Iterable[str], context: dict[str, Any]) -> int:
    """Send `template`.txt, its first line as the subject, to each address by itself; answers how many went out.

    A mail server that is away must not stop what the mail only tells of: it is logged.
    """
    subject, _, text = render_to_string(f"{template}.txt", context).strip().partition("\n")
    sent = 0
    for address in addresses:
        mail = EmailMessage(
            f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", text.strip() + "\n", to=[address]
        )
        try:
            sent += mail.send()
        except (SMTPException, OSError):
            logger.warning("a mail (%s) could not be sent", template, exc_info=True)
    return sent
