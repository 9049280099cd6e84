"""Mail to people who gave an address and confirmed it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from smtplib import SMTPException
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string

from accounts.languages import speaking

logger = logging.getLogger(__name__)


def confirmed_addresses() -> QuerySet[EmailAddress]:
    """The addresses that mail may go to: those that were confirmed; all that were given where nobody is asked to."""
    found = EmailAddress.objects.filter(primary=True)
    return found if settings.ACCOUNT_EMAIL_VERIFICATION == "none" else found.filter(verified=True)


def addresses_of(user_ids: Iterable[int]) -> list[str]:
    found = confirmed_addresses().filter(user__in=list(user_ids))
    return list(found.order_by("pk").values_list("email", flat=True))


def send_one(
    template: str, address: str, context: dict[str, Any], *, headers: dict[str, str] | None = None
) -> None:
    """Send `template`.txt with `template`.html beside it, the text's first line as the subject; raises what fails."""
    subject, _, text = render_to_string(f"{template}.txt", context).strip().partition("\n")
    subject = " ".join(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}".split())
    message = EmailMultiAlternatives(subject, text.strip() + "\n", to=[address], headers=headers)
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    message.send()


def send(template: str, addresses: Iterable[str], context: dict[str, Any]) -> int:
    """Send `template`.txt, its first line as the subject, to each address by itself, in the language of who gets it.

    Answers how many went out.

    A mail server that is away must not stop what the mail only tells of: it is logged.
    """
    wanted = list(addresses)
    languages = dict(EmailAddress.objects.filter(email__in=wanted).values_list("email", "user__language"))
    sent = 0
    for address in wanted:
        with speaking(languages.get(address, "")):
            subject, _, text = render_to_string(f"{template}.txt", context).strip().partition("\n")
        mail = EmailMessage(
            f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", text.strip() + "\n", to=[address]
        )
        try:
            sent += mail.send()
        except (SMTPException, OSError):
            logger.warning("a mail (%s) could not be sent", template, exc_info=True)
    return sent
