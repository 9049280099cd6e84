"""What people do with their own account. A ValidationError carries the sentence to show."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.languages import keep_language
from accounts.models import User
from accounts.names import clean_name
from accounts.requests import SignedInRequest
from accounts.signals import guest_merged

GUEST_BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in_guest(request: HttpRequest, display_name: str) -> User:
    """Let somebody in by a name alone, remembered on this device; whoever is signed in already stays who they are."""
    if isinstance(request.user, User):
        return request.user
    guest = User.objects.create_guest(display_name=clean_name(display_name))
    login(request, guest, backend=GUEST_BACKEND)
    request.session.set_expiry(settings.GUEST_SESSION_SECONDS)
    return guest


def rename(*, user: User, display_name: str) -> None:
    user.display_name = clean_name(display_name)
    user.save(update_fields=["display_name"])


def is_email_taken(*, user: User, email: str) -> bool:
    """Whether somebody else signs in with this address."""
    others = User.objects.exclude(pk=user.pk)
    return others.filter(Q(email__iexact=email) | Q(emailaddress__email__iexact=email)).exists()


@transaction.atomic
def turn_into_account(*, guest: User, email: str, password: str) -> EmailAddress:
    """The guest's row becomes an account's, so nothing is lost; the address is still to be confirmed."""
    guest = User.objects.select_for_update().get(pk=guest.pk)
    email = email.strip().lower()
    if not guest.is_guest:
        raise ValidationError(_("You have an account already."), code="no_guest")
    if is_email_taken(user=guest, email=email):
        raise ValidationError(_("There is an account with this e-mail address already."), code="taken")
    guest.email, guest.is_guest = email, False
    validate_password(password, guest)
    guest.set_password(password)
    guest.save()
    return EmailAddress.objects.create(user=guest, email=email, primary=True)


def upgrade_guest(request: SignedInRequest, *, email: str, password: str) -> User:
    """Turn the guest who is signed in into an account, stay signed in, and send the message to confirm the address."""
    address = turn_into_account(guest=request.user, email=email, password=password)
    user = request.user = address.user
    keep_language(user)
    update_session_auth_hash(request, user)
    request.session.set_expiry(settings.SESSION_COOKIE_AGE)
    UserSession.objects.create_from_request(request)
    address.send_confirmation(request, signup=True)
    return user


@transaction.atomic
def merge_guest_into_account(*, guest: User, account: User) -> None:
    """What the guest has goes to the account, and the guest is no more; tokens die, they were given for less."""
    if not guest.is_guest or account.is_guest:
        raise ValueError(f"only a guest can be merged into an account, not {guest.pk} into {account.pk}")
    guest_merged.send(sender=User, guest=guest, account=account)
    guest.delete()
