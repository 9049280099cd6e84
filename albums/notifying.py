"""Telling people something: while they have not read it, more of the same kind joins what is there.

A few statements however many people are told; whoever tells the same at the same moment waits for the row and adds to it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from albums.models import Membership, Notification, Room
from albums.models.talk import NoticeKind

MOST_PHOTOS = 100  # that one notification remembers, the latest first; its count goes on
MOST_ACTORS = 20
MOST_PAIRS = 400
TRIES = 3  # somebody may read a notification between our two looks at it
BATCH = 500


@dataclass(frozen=True)
class News:
    """What one person is told: how many, who did it, and what its sentence is made of ("photos" are ids)."""

    count: int = 1
    actor: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def tell(
    *,
    room: Room,
    users: Collection[int],
    kind: NoticeKind,
    actor: User | None = None,
    count: int = 1,
    **data: Any,
) -> None:
    """Tell members of the room the same; others, and who did it, are left out.

    `photos` is a list of ids, `whose` of children's ids with 0 for oneself; anything else in `data` replaces what was said
    before. Somebody's heart on one photo counts once however often it is given, and so does one photo of somebody.
    """
    news = News(count, actor.pk if actor else None, data)
    tell_each(room=room, kind=kind, news={user: news for user in users if user != news.actor})


@transaction.atomic
def tell_each(*, room: Room, kind: NoticeKind, news: Mapping[int, News]) -> None:
    """Tell each member something of their own.

    Their memberships are locked first, in one order: two who tell the same people while these read would wait for each
    other's new rows for ever (PostgreSQL found that deadlock in our trial of six at once).
    """
    rows_of = Membership.objects.filter(room=room, user__in=list(news)).order_by("user")
    members = rows_of.select_for_update(no_key=True)
    left = list(members.values_list("user", flat=True)) if news else []
    for _ in range(TRIES):
        if not left:
            return
        empty = [Notification(room=room, user_id=user, kind=kind, count=0) for user in left]
        Notification.objects.bulk_create(empty, ignore_conflicts=True, batch_size=BATCH)
        unread = Notification.objects.filter(room=room, kind=kind, user__in=left, read_at=None)
        rows = list(unread.order_by("pk").select_for_update())
        for row in rows:
            _add(row, news[row.user_id])
        Notification.objects.bulk_update(rows, ["count", "data", "updated_at", "mailed_at"], batch_size=BATCH)
        told = {row.user_id for row in rows}
        left = [user for user in left if user not in told]


def _add(row: Notification, news: News) -> None:
    """More of the same; what brings nothing new leaves its time alone, so that nobody is told twice."""
    data = dict(row.data)
    known = set(data.get("photos", []))
    fresh = [pk for pk in news.data.get("photos", []) if pk not in known]
    added = news.count
    if row.kind == NoticeKind.NEW_PHOTOS_OF_YOU and "photos" in news.data:
        added = len(fresh)
    if row.kind == NoticeKind.LIKED and "photos" in news.data:
        pairs = [f"{news.actor}:{pk}" for pk in news.data["photos"]]
        new_pairs = [pair for pair in pairs if pair not in data.get("pairs", [])]
        data["pairs"] = [*new_pairs, *data.get("pairs", [])][:MOST_PAIRS]
        added = len(new_pairs)
    data |= {name: value for name, value in news.data.items() if name not in ("photos", "whose")}
    if fresh or known:
        data["photos"] = [*fresh, *data.get("photos", [])][:MOST_PHOTOS]
    if "whose" in news.data:
        data["whose"] = sorted({*data.get("whose", []), *news.data["whose"]})
    if news.actor:
        others = [pk for pk in data.get("actors", []) if pk != news.actor]
        data["actors"] = [news.actor, *others][:MOST_ACTORS]
    row.data, row.count = data, row.count + added
    if added:
        row.updated_at = timezone.now()
