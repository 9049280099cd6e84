"""Notifications as pages, mails and the API show them: their sentences, photos and where each leads, in few queries."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from albums.models import Child, Comment, Notification, Photo, Room
from albums.models.talk import NoticeKind
from albums.notification_texts import ICONS, Names, sentence
from albums.querysets import Anyone

PHOTOS_SHOWN = 5
OF_PHOTOS = (NoticeKind.COMMENTED, NoticeKind.LIKED, NoticeKind.NEW_PHOTOS_OF_YOU, NoticeKind.TAKEDOWN)


@dataclass(frozen=True)
class Line:
    """One notification, ready to be shown."""

    notice: Notification
    sentence: str
    icon: str
    photos: list[Photo]
    more_photos: int
    quote: str  # the latest comment

    @property
    def is_read(self) -> bool:
        return self.notice.read_at is not None


@dataclass(frozen=True)
class RoomLines:
    room: Room
    lines: list[Line]


def unread_count(user: Anyone) -> int:
    return Notification.objects.of(user).unread().filter(count__gt=0).count() if user.is_authenticated else 0


def names_in(notices: Sequence[Notification]) -> Names:
    users = {pk for notice in notices for pk in notice.data.get("actors", [])}
    children = {pk for notice in notices for pk in notice.data.get("whose", [])} - {0}
    return Names(
        users={user.pk: str(user) for user in User.objects.filter(pk__in=users)} if users else {},
        children=dict(Child.objects.filter(pk__in=children).values_list("pk", "name")) if children else {},
    )


def lines_of(notices: Sequence[Notification], user: Anyone) -> list[Line]:
    """These notifications with all that they show; photos that are gone or left out meanwhile are left out here, too."""
    names = names_in(notices)
    shown = {notice.pk: photos_in(notice) for notice in notices if notice.kind in OF_PHOTOS}
    wanted = {pk for photos in shown.values() for pk in photos[: 2 * PHOTOS_SHOWN]}
    found = Photo.objects.visible_to(user).in_albums().filter(pk__in=wanted, state="ready").with_files()
    photos = {photo.pk: photo for photo in found} if wanted else {}
    comments = {notice.data.get("comment") for notice in notices} - {None}
    quotes = (
        dict(Comment.objects.filter(pk__in=comments, deleted_at=None).values_list("pk", "text"))
        if comments
        else {}
    )
    lines = []
    for notice in notices:
        ids = shown.get(notice.pk, [])
        mine = [photos[pk] for pk in ids if pk in photos][:PHOTOS_SHOWN]
        lines.append(
            Line(
                notice=notice,
                sentence=sentence(notice, names),
                icon=ICONS[NoticeKind(notice.kind)],
                photos=mine,
                more_photos=max(len(ids) - PHOTOS_SHOWN, 0) if len(mine) == PHOTOS_SHOWN else 0,
                quote=quotes.get(notice.data.get("comment"), ""),
            )
        )
    return lines


def photos_in(notice: Notification) -> list[int]:
    """Ids, the latest first."""
    alone = notice.data.get("photo")
    return list(notice.data.get("photos", [alone] if alone else []))


def by_room(lines: Sequence[Line]) -> list[RoomLines]:
    """Grouped, the room with the latest news first."""
    groups: dict[uuid.UUID, RoomLines] = {}
    for line in lines:
        group = groups.setdefault(line.notice.room_id, RoomLines(line.notice.room, []))
        group.lines.append(line)
    return list(groups.values())


def address_of(notice: Notification) -> str:
    """Where a notification leads."""
    room: tuple[uuid.UUID] = (notice.room_id,)
    photos = notice.data.get("photos", [])
    page = reverse("albums:room", args=room)
    match NoticeKind(notice.kind):
        case NoticeKind.NEW_PHOTOS_OF_YOU if photos:
            is_own = notice.data.get("whose", [0]) == [0]
            return f"{page}?{'mine=1&' if is_own else ''}only={','.join(map(str, photos))}"
        case NoticeKind.NEW_PHOTOS_OF_YOU | NoticeKind.ALBUM_READY:
            return reverse("albums:mine", args=room)
        case NoticeKind.JOINED:
            return reverse("albums:members", args=room)
        case NoticeKind.COMMENTED | NoticeKind.LIKED if photos:
            return _photos_page(notice, page, photos)
        case NoticeKind.TAKEDOWN:
            return reverse("albums:takedowns", args=room)
        case NoticeKind.TAKEDOWN_ANSWERED:
            return reverse("albums:privacy", args=room)
    return page


def _photos_page(notice: Notification, page: str, photos: Sequence[int]) -> str:
    if len(photos) == 1:
        return reverse("albums:photo", args=[notice.room_id, photos[0]])
    return f"{page}?only={','.join(map(str, photos))}"
