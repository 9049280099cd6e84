"""Which photos a page shows, read from its address, cut into pages and days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from albums.models import Photo, Room
from albums.querysets import Anyone, PhotoQuerySet
from albums.search import Search, number

PAGE_SIZE = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Listing(Search):
    """Some photos of a room in the order in which they were taken: all of them, or what was looked for."""

    def photos(self, room: Room, user: Anyone) -> PhotoQuerySet:
        return super().photos(room, user).in_order()

    def page_url(self, room: Room) -> str:
        """The page that shows this list as a grid."""
        alone = next(iter(self.parts)) if len(self.parts) == 1 else ""
        if alone == "mine":
            return reverse("albums:mine", args=[room.pk])
        if alone == "person" and len(self.people) == 1:
            return reverse("albums:person", args=[room.pk, self.people[0]])
        return reverse("albums:room", args=[room.pk]) + self.query


@dataclass
class Day:
    date: date
    photos: list[Photo] = field(default_factory=list)


@dataclass(frozen=True)
class GridPage:
    days: list[Day]
    next_query: str  # of the page after this one, empty at the end
    previous_query: str  # of the page before it, where this is not the beginning
    listing: Listing
    is_first: bool


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
    """One page of a list. Cut by place and not by number, so that photos that arrive meanwhile shift nothing.

    With `more` in the query it joins a page that is there already, so it leads only onward.
    """
    place, end = parse_cursor(query.get("after", "")), parse_cursor(query.get("before", ""))
    photos = listing.photos(room, user).with_files()
    start = f"{listing.query}&" if listing.query else "?"
    next_query = previous_query = ""
    if end:  # the page before a place, in the usual order
        found = list(before(photos, end)[: PAGE_SIZE + 1])[::-1]
        if len(found) > PAGE_SIZE:
            found.pop(0)
            previous_query = f"{start}before={cursor_of(found[0])}"
        if found and "more" not in query:
            next_query = f"{start}after={cursor_of(found[-1])}"
    else:
        found = list((after(photos, place) if place else photos)[: PAGE_SIZE + 1])
        if len(found) > PAGE_SIZE:
            found.pop()
            next_query = f"{start}after={cursor_of(found[-1])}"
        if (
            place
            and found
            and "more" not in query
            and before(photos, (found[0].sort_at, found[0].pk)).exists()
        ):
            previous_query = f"{start}before={cursor_of(found[0])}"
    days: dict[date, Day] = {}
    for photo in found:
        day = photo.local_time.date()
        days.setdefault(day, Day(day)).photos.append(photo)
    return GridPage(list(days.values()), next_query, previous_query, listing, not (place or end))
