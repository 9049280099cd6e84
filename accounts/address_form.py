"""allauth's form for another e-mail address; apart from forms.py, which allauth.account.forms itself imports."""

from __future__ import annotations

from allauth.account.forms import AddEmailForm
from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.services import is_email_taken

PROTECTED = _("Turn two-factor sign-in off before you change the address, and on again afterwards.")
TAKEN = _("There is another account with this e-mail address already.")


class AddressForm(AddEmailForm):
    """A confirmed address stays until the new one is confirmed; one that never was is replaced at once."""

    def clean_email(self) -> str:
        # allauth would throw away an unconfirmed address for one that can never be confirmed.
        if is_mfa_enabled(self.user):
            raise ValidationError(PROTECTED)
        if is_email_taken(user=self.user, email=self.cleaned_data["email"]):
            raise ValidationError(TAKEN)
        return str(super().clean_email())

    def save(self, request: HttpRequest) -> EmailAddress:
        address = super().save(request)
        if not EmailAddress.objects.filter(user=self.user, verified=True).exists():
            address.set_as_primary()  # otherwise the user's own row has none until then
        return address
