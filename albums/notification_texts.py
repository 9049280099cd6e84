"""What a notification says, in the language that is on: a sentence in the page, a phrase in a mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from albums.commas import with_commas
from albums.models import Notification
from albums.models.talk import NoticeKind

MOST_NAMES = 3  # who are all named; of more the first two are

ICONS = {
    NoticeKind.NEW_PHOTOS_OF_YOU: "face",
    NoticeKind.ALBUM_READY: "albums",
    NoticeKind.JOINED: "invite",
    NoticeKind.ROOM_ENDS: "clock",
    NoticeKind.COMMENTED: "comment",
    NoticeKind.LIKED: "heart",
    NoticeKind.TAKEDOWN: "eye-off",
    NoticeKind.TAKEDOWN_ANSWERED: "check",
}


@dataclass(frozen=True)
class Names:
    """Who is meant by the ids in notifications; who is gone is missing."""

    users: Mapping[int, str] = field(default_factory=dict)
    children: Mapping[int, str] = field(default_factory=dict)


def sentence(notice: Notification, names: Names, count: int | None = None) -> str:
    """What happened; `count` where only a part of it is told, as in a mail after another."""
    total = notice.count if count is None else count
    people = _people(notice, names)
    match NoticeKind(notice.kind):
        case NoticeKind.NEW_PHOTOS_OF_YOU:
            return _new_photos(notice, names, total)
        case NoticeKind.ALBUM_READY:
            return _album_ready(notice, names, total)
        case NoticeKind.JOINED:
            return _joined(people, total)
        case NoticeKind.ROOM_ENDS:
            return _ends(notice)
        case NoticeKind.COMMENTED:
            return _commented(people, total)
        case NoticeKind.LIKED:
            return _liked(people, notice, total)
        case NoticeKind.TAKEDOWN:
            return _takedown(people, total)
        case NoticeKind.TAKEDOWN_ANSWERED:
            return _answered(notice, total)


def _people(notice: Notification, names: Names) -> list[str]:
    actors = notice.data.get("actors", [])
    return [names.users[pk] for pk in actors if pk in names.users]


def listed(names: Sequence[str], total: int) -> str:
    """ "Anna", "Anna and Ben", "Anna, Ben and 3 others"; who is gone is only counted."""
    shown = list(names if max(total, len(names)) <= MOST_NAMES else names[: MOST_NAMES - 1])
    if not shown:
        return _("Somebody") if total <= 1 else _people_count(total)
    others = max(total - len(shown), 0)
    if others:
        return ngettext("%(names)s and %(count)s other", "%(names)s and %(count)s others", others) % {
            "names": with_commas(shown),
            "count": number(others),
        }
    if len(shown) == 1:
        return shown[0]
    return _("%(names)s and %(last)s") % {"names": with_commas(shown[:-1]), "last": shown[-1]}


def _people_count(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": number(count)}


def number(count: int) -> str:
    from django.contrib.humanize.templatetags.humanize import intcomma

    return str(intcomma(count))


def _whose(notice: Notification, names: Names) -> str:
    """Of which children, if it is not about the reader alone."""
    children = [names.children[pk] for pk in notice.data.get("whose", []) if pk in names.children]
    return listed(children, len(children)) if children else ""


def _is_own(notice: Notification) -> bool:
    return 0 in notice.data.get("whose", [0])


def _new_photos(notice: Notification, names: Names, count: int) -> str:
    children = _whose(notice, names)
    values = {"count": number(count), "children": children}
    if not children:
        return ngettext("%(count)s new photo of you", "%(count)s new photos of you", count) % values
    if _is_own(notice):
        return (
            ngettext(
                "%(count)s new photo of you and %(children)s",
                "%(count)s new photos of you and %(children)s",
                count,
            )
            % values
        )
    return (
        ngettext("%(count)s new photo of %(children)s", "%(count)s new photos of %(children)s", count)
        % values
    )


def _album_ready(notice: Notification, names: Names, count: int) -> str:
    children = _whose(notice, names)
    values = {"count": number(count), "children": children}
    if children and not _is_own(notice):
        return (
            ngettext(
                "The album of %(children)s is ready: %(count)s photo",
                "The album of %(children)s is ready: %(count)s photos",
                count,
            )
            % values
        )
    return (
        ngettext("Your album is ready: %(count)s photo", "Your album is ready: %(count)s photos", count)
        % values
    )


def _joined(people: Sequence[str], count: int) -> str:
    return ngettext("%(names)s joined", "%(names)s joined", count) % {"names": listed(people, count)}


def _ends(notice: Notification) -> str:
    try:
        day = date_format(date.fromisoformat(notice.data.get("day", "")), "DATE_FORMAT")
    except ValueError:
        return _("This room ends soon. Fetch what you want to keep.")
    return _("This room ends on %(day)s. Fetch what you want to keep before.") % {"day": day}


def _commented(people: Sequence[str], count: int) -> str:
    who = listed(people, len(people))
    if count <= 1:
        return _("%(names)s commented on your photo") % {"names": who}
    return ngettext(
        "%(count)s comment on your photos, by %(names)s",
        "%(count)s comments on your photos, by %(names)s",
        count,
    ) % {"count": number(count), "names": who}


def _liked(people: Sequence[str], notice: Notification, count: int) -> str:
    values = {"names": listed(people, len(people)), "count": number(count)}
    if len(notice.data.get("photos", [])) <= 1:
        return (
            ngettext("%(names)s likes your photo", "%(names)s like your photo", max(len(people), 1)) % values
        )
    return (
        ngettext(
            "%(count)s heart for your photos, from %(names)s",
            "%(count)s hearts for your photos, from %(names)s",
            count,
        )
        % values
    )


def _takedown(people: Sequence[str], count: int) -> str:
    if count <= 1:
        return _("%(names)s asks you to take a photo down") % {"names": listed(people, 1)}
    return ngettext(
        "%(count)s request to take a photo down", "%(count)s requests to take photos down", count
    ) % {"count": number(count)}


def _answered(notice: Notification, count: int) -> str:
    if count > 1:
        return ngettext(
            "%(count)s of your requests was answered", "%(count)s of your requests were answered", count
        ) % {"count": number(count)}
    if notice.data.get("is_taken_down") is True:
        return _("The photo that you asked about is taken down")
    return _("Your request to take a photo down was answered")
