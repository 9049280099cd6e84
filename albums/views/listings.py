"""Which photos a page shows, read from its address, cut into pages and days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from albums.cursors import EPOCH, after, before, cursor_of, parse_cursor
from albums.models import Photo, Room
from albums.querysets import Anyone, PhotoQuerySet
from albums.search import Search, number

__all__ = [
    "EPOCH",
    "PAGE_SIZE",
    "Listing",
    "after",
    "before",
    "cursor_of",
    "grid_page",
    "number",
    "parse_cursor",
]
PAGE_SIZE = 100


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
        if alone == "child":
            return reverse("albums:child", args=[room.pk, self.child])
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


def grid_page(listing: Listing, room: Room, user: User, query: QueryDict) -> GridPage:
    """One page of a list. Cut by place and not by number, so that photos that arrive meanwhile shift nothing."""
    place, end = parse_cursor(query.get("after", "")), parse_cursor(query.get("before", ""))
    photos = listing.photos(room, user).with_files()
    start = f"{listing.query}&" if listing.query else "?"
    next_query = previous_query = ""
    if end:  # the page before a place, in the usual order
        found = list(before(photos, end)[: PAGE_SIZE + 1])[::-1]
        if len(found) > PAGE_SIZE:
            found.pop(0)
            previous_query = f"{start}before={cursor_of(found[0])}"
        if found:
            next_query = f"{start}after={cursor_of(found[-1])}"
    else:
        found = list((after(photos, place) if place else photos)[: PAGE_SIZE + 1])
        if len(found) > PAGE_SIZE:
            found.pop()
            next_query = f"{start}after={cursor_of(found[-1])}"
        if place and found and before(photos, (found[0].sort_at, found[0].pk)).exists():
            previous_query = f"{start}before={cursor_of(found[0])}"
    days: dict[date, Day] = {}
    for photo in found:
        day = photo.local_time.date()
        days.setdefault(day, Day(day)).photos.append(photo)
    return GridPage(list(days.values()), next_query, previous_query, listing, not (place or end))
