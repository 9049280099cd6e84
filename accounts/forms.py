from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.languages import keep_language
from accounts.models import User
from accounts.names import MAX_LENGTH, clean_name
from accounts.services import is_email_taken

PASSWORD_HINT = gettext_lazy("At least 8 characters, and nothing that others would guess.")


class NameForm(forms.Form):
    """How the others see you."""

    display_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=MAX_LENGTH,
        strip=False,
        widget=forms.TextInput({"autocomplete": "name"}),
    )

    def clean_display_name(self) -> str:
        return clean_name(self.cleaned_data["display_name"])


class SignupForm(NameForm):
    """What allauth's sign-up asks besides e-mail and password."""

    field_order = ["display_name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.save(update_fields=["display_name"])
        keep_language(user)


class UpgradeForm(forms.Form):
    """What turns a guest into an account."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), widget=forms.EmailInput({"autocomplete": "email"})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        help_text=PASSWORD_HINT,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, guest: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guest = guest
        self.is_taken = False

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        self.is_taken = is_email_taken(user=self.guest, email=email)
        if self.is_taken:
            raise ValidationError(
                _("There is an account with this e-mail address already. Sign in to it instead.")
            )
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if password:
            candidate = User(email=cleaned.get("email", ""), first_name=self.guest.display_name)
            try:
                password_validation.validate_password(password, candidate)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class DeletionForm(forms.Form):
    """The account's password, or the name of a guest, who has none."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    name = forms.CharField(label=gettext_lazy("Your name"), widget=forms.TextInput({"autocomplete": "off"}))
    with_photos = forms.BooleanField(
        label=gettext_lazy("Also delete the photos that I added"), required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.has_usable_password():
            del self.fields["name"]
        else:
            del self.fields["password"]
            self.fields["name"].help_text = _("Type %(name)s to confirm.") % {"name": user}

    def clean_password(self) -> str:
        if not self.user.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("That is not your password. Nothing was deleted."))
        return self.cleaned_data["password"]

    def clean_name(self) -> str:
        if self.cleaned_data["name"].strip().casefold() != str(self.user).casefold():
            raise ValidationError(_("That is not the name that you use here. Nothing was deleted."))
        return self.cleaned_data["name"]
