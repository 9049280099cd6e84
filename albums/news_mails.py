"""One mail per person for everything that is new in all their rooms, once it has been quiet for a while.

A notification is claimed before its mail is sent, and given back if the mail server does not take it: then the next look
tries again. A worker that is killed between the two leaves it claimed, and that mail is not sent: rather one too few than
the same twice. The page has it in any case, and whatever comes next goes into the next mail.
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import mail
from accounts.models import User
from albums import mail_switch
from albums.models import Membership, Notification
from albums.notification_lists import names_in
from albums.notification_texts import sentence

logger = logging.getLogger(__name__)

MOST_MAILS = 200  # in one look; the next one comes minutes later
LONGEST_WAIT = timedelta(hours=6)  # where it never becomes quiet, as at a party that lasts all night


@dataclass(frozen=True)
class RoomNews:
    """The part of a mail that is about one room."""

    name: str
    lines: list[tuple[str, str]]  # what happened, and the address that it leads to
    off_link: str


def send_due() -> int:
    """Write to everybody for whom something is new and it has become quiet; answers how many mails went out."""
    sent = 0
    for user_id in users_due(timezone.now()):
        try:
            sent += send_to(user_id)
        except (SMTPException, OSError):
            logger.warning("the mail server is away, the next look tries again", exc_info=True)
            break
    return sent


def users_due(now: datetime) -> list[int]:
    """Who gets a mail now: those with an address, whose news have settled, and who got none in the last hours."""
    last_mails = Notification.objects.filter(mailed_at__gt=now - timedelta(hours=settings.MAIL_EVERY_HOURS))
    quiet = Q(latest__lt=now - timedelta(minutes=settings.MAIL_QUIET_MINUTES))
    rows = (
        unmailed()
        .filter(user__in=mail.confirmed_addresses().values("user"))
        .exclude(user__in=last_mails.values("user"))
        .order_by()
        .values("user")
        .annotate(latest=Max("updated_at"), oldest=Min("created_at", filter=Q(mailed_at=None)))
        .filter(quiet | Q(oldest__lt=now - LONGEST_WAIT))
    )
    return list(rows.order_by("latest").values_list("user", flat=True)[:MOST_MAILS])


def unmailed() -> QuerySet[Notification]:
    """What is unread and in no mail yet, of rooms that may write to its reader."""
    writing = Membership.objects.filter(room=OuterRef("room"), user=OuterRef("user"), sends_mail=True)
    rows = Notification.objects.unread().filter(Exists(writing), count__gt=0)
    return rows.filter(Q(mailed_at=None) | Q(mailed_at__lt=F("updated_at")))


def send_to(user_id: int) -> bool:
    """Write one mail to one user. Raises what the mail server raises, with everything as it was before."""
    addresses = mail.addresses_of([user_id])
    user = User.objects.filter(pk=user_id).first()
    news = claim(user_id) if user and addresses else []
    if not news or not user:
        return False
    with translation.override(user.language or settings.LANGUAGE_CODE):
        rooms, memberships = read(user, [notice for notice, _mailed, _at in news])
        context = {"subject": subject_of(rooms), "rooms": rooms, "user": user, "page": page_link()}
        try:
            mail.send_one("albums/mail/news", addresses[0], context, headers=headers_of(memberships))
        except SMTPRecipientsRefused:  # this address alone: the others still get theirs
            logger.warning("the address of user %s was refused", user_id)
            return False
        except (SMTPException, OSError):
            give_back(news)
            raise
    return True


@transaction.atomic
def claim(user_id: int) -> list[tuple[Notification, int, datetime | None]]:
    """Mark this user's news as mailed; answers each with what of it was mailed before, and when."""
    now = timezone.now()
    # the condition stands on the locked rows themselves: who waited for them asks it again of what another look has written
    rows = list(unmailed().filter(user=user_id).select_for_update(of=("self",)).order_by("pk"))
    claimed = [(row, row.data.get("mailed", 0), row.mailed_at) for row in rows]
    for row in rows:
        row.data = row.data | {"mailed": row.count}
        row.mailed_at = now
    Notification.objects.bulk_update(rows, ["data", "mailed_at"])
    for row, mailed, _at in claimed:
        row.fresh = max(row.count - mailed, 1)  # type: ignore[attr-defined]
    return claimed


@transaction.atomic
def give_back(news: Sequence[tuple[Notification, int, datetime | None]]) -> None:
    """The mail did not go out; what came meanwhile stays."""
    before = {notice.pk: (mailed, at) for notice, mailed, at in news}
    rows = list(Notification.objects.filter(pk__in=before).select_for_update().order_by("pk"))
    for row in rows:
        mailed, row.mailed_at = before[row.pk]
        row.data = row.data | {"mailed": mailed}
    Notification.objects.bulk_update(rows, ["data", "mailed_at"])


def read(user: User, notices: Sequence[Notification]) -> tuple[list[RoomNews], list[int]]:
    """The mail's parts, one a room, and the memberships that it is about."""
    names = names_in(notices)
    rooms: dict[uuid.UUID, list[Notification]] = defaultdict(list)
    for notice in sorted(notices, key=lambda notice: notice.updated_at, reverse=True):
        rooms[notice.room_id].append(notice)
    memberships = {
        found.room_id: found
        for found in Membership.objects.filter(user=user, room__in=rooms).select_related("room")
    }
    parts = [
        RoomNews(
            name=memberships[room].room.name,
            lines=[(sentence(one, names, one.fresh), link_of(one)) for one in some],  # type: ignore[attr-defined]
            off_link=mail_switch.link([memberships[room].pk]),
        )
        for room, some in rooms.items()
        if room in memberships
    ]
    return parts, [membership.pk for membership in memberships.values()]


def subject_of(rooms: Sequence[RoomNews]) -> str:
    if len(rooms) == 1:
        return _("%(news)s in “%(room)s”") % {"news": rooms[0].lines[0][0].rstrip("."), "room": rooms[0].name}
    count = len(rooms)
    return ngettext("News from %(count)s room", "News from %(count)s rooms", count) % {"count": count}


def link_of(notice: Notification) -> str:
    path = reverse("albums:notification", args=[notice.pk])
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else ""


def page_link() -> str:
    return f"{settings.PUBLIC_URL}{reverse('albums:notifications')}" if settings.PUBLIC_URL else ""


def headers_of(memberships: Sequence[int]) -> dict[str, Any]:
    """With which mail programs offer to unsubscribe by one click (RFC 8058)."""
    link = mail_switch.link(memberships)
    if not link:
        return {}
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
