"""What a share link shows, and whether it still does: every read of people who are not in the room goes through here."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.http import QueryDict
from django.utils.translation import gettext as _

from albums.errors import AlbumError
from albums.models import Membership, Person, Photo, Room, ShareLink
from albums.models.photos import PhotoState, PlaceSource
from albums.models.sharing import ShareKind, VisitKind
from albums.permissions import MEMBERS, Action, allows, role_of
from albums.querysets import Anyone, PhotoQuerySet
from albums.search import Search

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")
LONGEST_CHAIN = 8  # of people merged into each other


class LinkUnknown(AlbumError):
    """Nobody has made a link of this text."""

    code = "link_unknown"
    status = 404


class LinkClosed(AlbumError):
    """It was withdrawn, it has expired, or who made it may not share this room's photos any more."""

    code = "link_closed"
    status = 410


@dataclass(frozen=True)
class Size:
    photos: int
    size_bytes: int
    videos: int
    cleared: int  # photos of which nobody is to know where they were taken


def find_link(token: str) -> ShareLink:
    """The link of an address, if it still shows anything; one query."""
    sharers = Membership.objects.filter(
        room=OuterRef("room"), user=OuterRef("created_by"), role__in=[role.value for role in MEMBERS]
    )
    link = None
    if TOKEN.fullmatch(token):
        rows = ShareLink.objects.select_related("room", "created_by").annotate(has_sharer=Exists(sharers))
        link = rows.filter(token=token).first()
    if link is None:
        raise LinkUnknown(_("There is no such link."))
    if not link.is_usable or not link.has_sharer:
        raise LinkClosed(_("This link does not work any more."))
    link.title = title_of(link)
    return link


def title_of(link: ShareLink) -> str:
    """What visitors read above the photos: nothing of somebody who does not want to be shown."""
    hidden = Person.objects.filter(room=link.room_id, is_concealed=True)
    names = list(hidden.order_by().values_list("name", flat=True))
    if not names or link.title == link.room.name:
        return link.title
    title = link.title.casefold()
    is_named = any(re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", title) for name in names if name)
    if is_named or (link.kind == ShareKind.ALBUM and _search_of(link) is None):
        return _("Photos")
    return link.title


def photos_of(link: ShareLink) -> PhotoQuerySet:
    """The photos of a link now, in no order: never what lies in the trash, was left out of albums or is not ready."""
    photos: PhotoQuerySet = Photo.objects.filter(room=link.room_id, state=PhotoState.READY).in_albums()
    if link.kind == ShareKind.SELECTION:
        chosen = ShareLink.photos.through._default_manager.filter(sharelink=link.pk)
        return photos.filter(pk__in=chosen.values("photo"))
    if link.kind == ShareKind.ROOM:
        return photos
    search = _search_of(link)
    if search is None or search.is_everything:
        return photos.none()
    return search.narrow(photos, link.room, _sharer(link))


def _sharer(link: ShareLink) -> Anyone:
    return link.created_by or AnonymousUser()


def _search_of(link: ShareLink) -> Search | None:
    """What the album of a link looks for now; None where it is one of somebody who does not want to be shown."""
    search = _current(Search.of(QueryDict(link.query)))
    return None if search is None or _is_of_concealed(search, link, _sharer(link)) else search


def _current(search: Search) -> Search | None:
    """The search with people who were merged since as who they are now; None for one of somebody who wants no album."""
    ids = {*search.people, *search.anyone, *search.without}
    if not ids:
        return search
    now = {pk: pk for pk in ids}
    for _step in range(LONGEST_CHAIN):
        rows = Person.objects.filter(pk__in=set(now.values())).values_list(
            "pk", "merged_into", "is_concealed"
        )
        found = {pk: (into, is_concealed) for pk, into, is_concealed in rows}
        merged = {pk: into for pk, (into, _) in found.items() if into}
        if not merged:
            break
        now = {start: merged.get(pk, pk) for start, pk in now.items()}
    concealed = {pk for pk, (_, is_concealed) in found.items() if is_concealed}
    if any(now[pk] in concealed for pk in (*search.people, *search.anyone)):
        return None

    def moved(keys: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(now[pk] for pk in keys))

    return replace(
        search, people=moved(search.people), anyone=moved(search.anyone), without=moved(search.without)
    )


def _is_of_concealed(search: Search, link: ShareLink, who: Anyone) -> bool:
    """Whether it is the own album, or that of a child, of somebody who does not want to be shown."""
    if not search.is_mine and search.child is None:
        return False
    own = Q(user=who.pk or 0) if search.is_mine else Q()
    if search.child is not None:
        own |= Q(child=search.child)
    return Person.objects.filter(own, room=link.room_id, is_concealed=True).exists()


def size_of(photos: PhotoQuerySet) -> Size:
    found = photos.order_by().aggregate(
        photos=Count("pk"),
        size_bytes=Sum("size_bytes"),
        videos=Count("pk", filter=Q(kind="video")),
        cleared=Count("pk", filter=Q(place=None, place_source=PlaceSource.PERSON)),
    )
    return Size(found["photos"], found["size_bytes"] or 0, found["videos"], found["cleared"])


def links_of(user: Anyone, room: Room) -> QuerySet[ShareLink]:
    """The links that somebody sees and may change: their own, as the owner all; with how often they were used."""
    role = role_of(user, room)
    if not allows(role, Action.SHARE, room):
        return ShareLink.objects.none()
    links = ShareLink.objects.filter(room=room).select_related("created_by", "room")
    if not allows(role, Action.CHANGE_ROOM, room):
        links = links.filter(created_by=user.pk)
    return links.order_by("-created_at", "-id").annotate(
        visit_count=Count("visits", filter=Q(visits__kind=VisitKind.VISIT)),
        download_count=Count("visits", filter=Q(visits__kind__in=(VisitKind.PHOTO, VisitKind.ZIP))),
    )
