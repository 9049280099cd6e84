from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.names import clean_name
from albums.models import Room
from albums.models.rooms import FaceMode, Role, UploadPolicy


def time_zones() -> list[tuple[str, str]]:
    names = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))
    )
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class RoomForm(forms.Form):
    """Everything about a room that its owner decides; also for a new one."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        widget=forms.TextInput({"placeholder": gettext_lazy("Lena’s 30th birthday")}),
    )
    date = forms.DateField(
        label=gettext_lazy("Date"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )
    upload_policy = forms.ChoiceField(
        label=gettext_lazy("Who may add photos"),
        choices=[
            (UploadPolicy.OWNER, gettext_lazy("Only the owner")),
            (UploadPolicy.MEMBERS, gettext_lazy("Owner and members")),
            (UploadPolicy.EVERYONE, gettext_lazy("Everybody in the room")),
        ],
        initial=UploadPolicy.MEMBERS,
    )
    allows_comments = forms.BooleanField(
        label=gettext_lazy("Comments and hearts"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Everybody in the room may comment on photos and like them, with their name."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=time_zones,
        help_text=gettext_lazy("For photos whose camera did not note its own."),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "At its end everything in the room is deleted for good; members are told a week before. Empty: the room stays."
        ),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=gettext_lazy("Asked of everybody who joins, besides the link. Most rooms need none."),
    )
    removes_password = forms.BooleanField(label=gettext_lazy("Ask for no password any more"), required=False)

    def __init__(self, *args: Any, room: Room | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if room is None or not room.has_password:
            del self.fields["removes_password"]
        else:
            self.fields["password"].help_text = _("A password is set. Type a new one to change it.")

    @staticmethod
    def of(room: Room) -> dict[str, Any]:
        fields = (
            "name",
            "date",
            "description",
            "upload_policy",
            "allows_comments",
            "time_zone",
            "ends_on",
        )
        return {name: getattr(room, name) for name in fields}

    def values(self) -> dict[str, Any]:
        """For a new room."""
        return {name: value for name, value in self.cleaned_data.items() if name != "removes_password"}

    def changes(self) -> dict[str, Any]:
        """For a room that exists: an empty password field leaves the password as it is."""
        changes = self.values()
        password = changes.pop("password")
        if self.cleaned_data.get("removes_password"):
            return changes | {"password": ""}
        return changes | ({"password": password} if password else {})


class FaceModeForm(forms.Form):
    """What a room does with faces."""

    face_mode = forms.ChoiceField(
        label=gettext_lazy("Faces"), choices=FaceMode.choices, initial=FaceMode.EVERYONE, required=False
    )

    def clean_face_mode(self) -> str:
        return str(self.cleaned_data["face_mode"] or FaceMode.EVERYONE)


class ExpressForm(forms.Form):
    """A room that only sorts photos and gives them back."""

    name = forms.CharField(
        label=gettext_lazy("Name of the zip"), max_length=80, initial=gettext_lazy("My photos")
    )
    time_zone = forms.CharField(label=gettext_lazy("Time zone"), widget=forms.HiddenInput, required=False)

    def clean_time_zone(self) -> str:
        """As the browser calls it; one that is not known here is nobody's mistake."""
        name = str(self.cleaned_data["time_zone"])
        return name if name in available_timezones() else ""


class DeleteRoomForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Type the room’s name to delete it"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, room: Room, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = room

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if name.casefold() != self.room.name.casefold():
            raise forms.ValidationError(
                _("That is not the name of this room. Type “%(name)s”.") % {"name": self.room.name}
            )
        return str(name)


LIFETIMES = {
    "": (gettext_lazy("Never"), None),
    "1": (gettext_lazy("After a day"), timedelta(days=1)),
    "7": (gettext_lazy("After a week"), timedelta(days=7)),
    "30": (gettext_lazy("After 30 days"), timedelta(days=30)),
}


class InvitationForm(forms.Form):
    role = forms.ChoiceField(
        label=gettext_lazy("People join as"),
        choices=[
            (Role.MEMBER, gettext_lazy("Members: add photos, name people")),
            (Role.VIEWER, gettext_lazy("Viewers: look and download")),
        ],
    )
    lifetime = forms.ChoiceField(
        label=gettext_lazy("It expires"),
        required=False,
        choices=[(key, label) for key, (label, _) in LIFETIMES.items()],
    )
    max_uses = forms.IntegerField(
        label=gettext_lazy("How many people"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=gettext_lazy("Empty: as many as you like."),
    )

    def values(self) -> dict[str, Any]:
        lifetime = LIFETIMES[self.cleaned_data["lifetime"]][1]
        expires_at: datetime | None = timezone.now() + lifetime if lifetime else None
        return {
            "role": self.cleaned_data["role"],
            "expires_at": expires_at,
            "max_uses": self.cleaned_data["max_uses"],
        }


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=200,
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "placeholder": "ABCD-EFGH",
            }
        ),
    )


class JoinForm(forms.Form):
    """What joining asks: a name of who has no account, the password where the room has one."""

    display_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=60,
        strip=True,
        help_text=gettext_lazy("So that friends know whose photos these are."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password of the room"),
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, is_known: bool, has_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_known:
            del self.fields["display_name"]
        if not has_password:
            del self.fields["password"]

    def clean_display_name(self) -> str:
        return clean_name(self.cleaned_data["display_name"])


class ShiftForm(forms.Form):
    """A length of time in parts, with a sign."""

    sign = forms.ChoiceField(
        choices=[("+", gettext_lazy("later")), ("-", gettext_lazy("earlier"))], initial="+"
    )
    days = forms.IntegerField(min_value=0, max_value=20_000, required=False)
    hours = forms.IntegerField(min_value=0, max_value=100_000, required=False)
    minutes = forms.IntegerField(min_value=0, max_value=1_000_000, required=False)
    seconds = forms.IntegerField(min_value=0, max_value=1_000_000, required=False)

    @property
    def total_seconds(self) -> int:
        parts = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
        total = sum((self.cleaned_data[name] or 0) * size for name, size in parts.items())
        return -total if self.cleaned_data["sign"] == "-" else total


class WallClockForm(forms.Form):
    """A date and a time as a clock on the wall showed it."""

    date = forms.DateField(
        error_messages={"required": gettext_lazy("Choose a date."), "invalid": gettext_lazy("Choose a date.")}
    )
    time = forms.TimeField(
        error_messages={"required": gettext_lazy("Choose a time."), "invalid": gettext_lazy("Choose a time.")}
    )

    @property
    def moment(self) -> datetime:
        return datetime.combine(self.cleaned_data["date"], self.cleaned_data["time"])
