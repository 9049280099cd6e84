"""What is asked about a share link."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from albums.models import ShareLink
from albums.services.share_links import LONGEST_PASSWORD, LONGEST_TITLE, SHORTEST_PASSWORD

LIFETIMES = {
    "": (gettext_lazy("Never"), None),
    "1": (gettext_lazy("After a day"), timedelta(days=1)),
    "7": (gettext_lazy("After a week"), timedelta(days=7)),
    "30": (gettext_lazy("After 30 days"), timedelta(days=30)),
}
CHOSEN_DAY = "day"


class ShareLinkForm(forms.Form):
    """A new link, or an existing one."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("Visitors see it above the photos. It may say less than the room’s name."),
    )
    lifetime = forms.ChoiceField(label=gettext_lazy("The link expires"), required=False)
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Counts where a day of your own is chosen above."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=gettext_lazy("Asked before anything is shown. Send it another way than the link."),
    )
    removes_password = forms.BooleanField(label=gettext_lazy("Ask for no password any more"), required=False)
    allows_downloads = forms.BooleanField(
        label=gettext_lazy("Visitors may download"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Originals, one by one or all in a zip. Without it photos are shown up to 2,048 pixels large."
        ),
    )
    shows_metadata = forms.BooleanField(
        label=gettext_lazy("Show times, places and names"),
        required=False,
        help_text=gettext_lazy(
            "Without it the page tells none of them, and they are taken out of the files and their names, too."
        ),
    )

    def __init__(self, *args: Any, link: ShareLink | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, label) for key, (label, _span) in LIFETIMES.items()]
        self.fields["lifetime"].choices = [*choices, (CHOSEN_DAY, _("On a day that I choose"))]  # type: ignore[attr-defined]
        if link is None or not link.has_password:
            del self.fields["removes_password"]
        else:
            self.fields["password"].help_text = _("A password is set. Type a new one to change it.")

    @staticmethod
    def of(link: ShareLink) -> dict[str, Any]:
        """The fields as they are now."""
        return {
            "title": link.title,
            "lifetime": CHOSEN_DAY if link.expires_at else "",
            "expires_on": timezone.localtime(link.expires_at - timedelta(seconds=1)).date()
            if link.expires_at
            else None,
            "allows_downloads": link.allows_downloads,
            "shows_metadata": link.shows_metadata,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            cleaned.get("lifetime") == CHOSEN_DAY
            and not cleaned.get("expires_on")
            and "expires_on" not in self.errors
        ):
            self.add_error("expires_on", _("Choose the last day on which the link works."))
        return cleaned

    @property
    def expires_at(self) -> datetime | None:
        """The end of the chosen day on the room's clock, or so long from now."""
        lifetime = self.cleaned_data["lifetime"]
        if lifetime == CHOSEN_DAY:
            after = self.cleaned_data["expires_on"] + timedelta(days=1)
            return timezone.make_aware(datetime.combine(after, time()))
        span = LIFETIMES[lifetime][1]
        return timezone.now() + span if span else None

    def values(self) -> dict[str, Any]:
        """For a new link."""
        names = ("title", "password", "allows_downloads", "shows_metadata")
        return {name: self.cleaned_data[name] for name in names} | {"expires_at": self.expires_at}

    def changes(self) -> dict[str, Any]:
        """For an existing one: an empty password field leaves the password as it is."""
        changes = self.values()
        password = changes.pop("password")
        if self.cleaned_data.get("removes_password"):
            return changes | {"password": ""}
        return changes | ({"password": password} if password else {})
