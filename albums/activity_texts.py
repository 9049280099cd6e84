"""What a line of a room's activity says."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from albums import activity
from albums.activity import Happening
from albums.notification_texts import listed, number

ICONS = {
    activity.ADDED: "upload",
    activity.JOINED: "invite",
    activity.COMMENTED: "comment",
    activity.LIKED: "heart",
    activity.NAMED: "face",
}


@dataclass(frozen=True)
class Sentence:
    text: str
    icon: str


def sentence(line: Happening, reader: User) -> Sentence:
    return Sentence(_text(line, reader), ICONS[line.kind])


def _text(line: Happening, reader: User) -> str:
    if line.kind == activity.JOINED:
        return _joined(line, reader)
    values = {"who": str(line.who or _("Somebody who has left")), "count": number(line.count)}
    return (_own(line) if line.who == reader else _others(line)) % values


def _joined(line: Happening, reader: User) -> str:
    if line.count == 1 and line.users == [reader]:
        return _("You joined")
    names = listed([str(user) for user in line.users], line.count)
    return ngettext("%(names)s joined", "%(names)s joined", line.count) % {"names": names}


def _own(line: Happening) -> str:
    match line.kind:
        case activity.ADDED:
            return ngettext("You added %(count)s photo", "You added %(count)s photos", line.count)
        case activity.COMMENTED:
            return ngettext("You wrote a comment", "You wrote %(count)s comments", line.count)
        case activity.LIKED:
            return ngettext("You like a photo", "You like %(count)s photos", line.count)
    return _("You named people")


def _others(line: Happening) -> str:
    match line.kind:
        case activity.ADDED:
            return ngettext("%(who)s added %(count)s photo", "%(who)s added %(count)s photos", line.count)
        case activity.COMMENTED:
            return ngettext("%(who)s wrote a comment", "%(who)s wrote %(count)s comments", line.count)
        case activity.LIKED:
            return ngettext("%(who)s likes a photo", "%(who)s likes %(count)s photos", line.count)
    return _("%(who)s named people")
