"""Which photos a page shows, read from its address, cut into pages and days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from albums.models import Photo, Room
from albums.models.photos import PhotoKind
from albums.querysets import PhotoQuerySet

PAGE_SIZE = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_ID = 2**63 - 1
MOST_DIGITS = len(str(LARGEST_ID))


@dataclass(frozen=True)
class Listing:
    """Some photos of a room in order: all, or those of a person, of an uploader, of a kind, of oneself."""

    person: int | None = None
    uploader: int | None = None
    kind: str = ""
    is_mine: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> Listing:
        kind = query.get("kind", "")
        return cls(
            person=number(query.get("person", "")),
            uploader=number(query.get("uploader", "")),
            kind=kind if kind in PhotoKind.values else "",
            is_mine=query.get("mine") == "1",
        )

    @property
    def query(self) -> str:
        """The address's end that leads to the same list again, with its question mark."""
        parts = {
            "person": self.person,
            "uploader": self.uploader,
            "kind": self.kind,
            "mine": int(self.is_mine),
        }
        text = urlencode({name: value for name, value in parts.items() if value})
        return f"?{text}" if text else ""

    def photos(self, room: Room, user: User) -> PhotoQuerySet:
        photos = room.photos.in_albums().in_order()
        if self.person is not None:
            photos = photos.of_person(self.person)
        if self.uploader is not None:
            photos = photos.filter(uploader=self.uploader)
        if self.kind:
            photos = photos.filter(kind=self.kind)
        if self.is_mine:
            photos = photos.of_user(user)
        return photos

    def page_url(self, room: Room) -> str:
        """The page that shows this list as a grid."""
        if self == Listing(person=self.person) and self.person:
            return reverse("albums:person", args=[room.pk, self.person])
        if self == Listing(is_mine=True):
            return reverse("albums:mine", args=[room.pk])
        return reverse("albums:room", args=[room.pk]) + self.query


@dataclass
class Day:
    date: date
    photos: list[Photo] = field(default_factory=list)


@dataclass(frozen=True)
class GridPage:
    days: list[Day]
    next_query: str  # of the page after this one, empty at the end
    listing: Listing
    is_first: bool


def number(text: str) -> int | None:
    """A row's id from an address; None for what can't be one."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_number and int(text) <= LARGEST_ID else None


def cursor_of(photo: Photo) -> str:
    return f"{(photo.sort_at - EPOCH) // timedelta(microseconds=1)}-{photo.pk}"


def parse_cursor(text: str) -> tuple[datetime, int] | None:
    """The place after which a page begins; None for the beginning, and for what is no cursor."""
    moment, _, pk = text.rpartition("-")
    photo_id = number(pk)
    try:
        return (EPOCH + timedelta(microseconds=int(moment)), photo_id) if photo_id is not None else None
    except (ValueError, OverflowError):
        return None


def after(photos: PhotoQuerySet, place: tuple[datetime, int]) -> PhotoQuerySet:
    moment, pk = place
    return photos.filter(sort_at__gte=moment).filter(Q(sort_at__gt=moment) | Q(pk__gt=pk))


def before(photos: PhotoQuerySet, place: tuple[datetime, int]) -> PhotoQuerySet:
    """In the reverse order: the nearest one first."""
    moment, pk = place
    earlier = photos.filter(sort_at__lte=moment).filter(Q(sort_at__lt=moment) | Q(pk__lt=pk))
    return earlier.order_by("-sort_at", "-id")


def grid_page(listing: Listing, room: Room, user: User, query: QueryDict) -> GridPage:
    """One page of a list. Cut by place and not by number, so that photos that arrive meanwhile shift nothing."""
    place = parse_cursor(query.get("after", ""))
    photos = listing.photos(room, user).with_files()
    if place:
        photos = after(photos, place)
    found = list(photos[: PAGE_SIZE + 1])
    next_query = ""
    if len(found) > PAGE_SIZE:
        found.pop()
        next_query = f"{listing.query or '?'}{'&' if listing.query else ''}after={cursor_of(found[-1])}"
    days: dict[date, Day] = {}
    for photo in found:
        day = photo.local_time.date()
        days.setdefault(day, Day(day)).photos.append(photo)
    return GridPage(list(days.values()), next_query, listing, place is None)
