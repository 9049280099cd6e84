from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import merge_guest_into_account

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """How allauth behaves on this site."""

    def login(self, request: HttpRequest, user: User) -> None:
        """A guest who signs in takes along what they have."""
        guest = getattr(request, "guest", None)
        if guest is None:
            super().login(request, user)
            return
        # Otherwise Django sees another user's session and empties it, the invitation that waits in it included.
        request.session.pop(SESSION_KEY, None)
        super().login(request, user)
        merge_guest_into_account(guest=guest, account=user)
        messages.success(
            request, _("What you had as %(guest)s on this device is in your account now.") % {"guest": guest}
        )

    def is_safe_url(self, url: str | None) -> bool:
        """Where a `next` may lead: to this very host, not to every name that this machine answers to."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down stops nobody from signing up; it is logged and said."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError):
            logger.exception("mail %s could not be sent", template_prefix)
            self._say_mail_failed()

    def _say_mail_failed(self) -> None:
        messages.error(
            context.request, _("We could not send you an e-mail just now. Try again later, or ask your host.")
        )
