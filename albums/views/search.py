from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from albums.commas import with_commas
from albums.models import Room
from albums.search import Search, read_text
from albums.terms import Term, vocabulary_of
from albums.understanding import starters, suggest, understand
from albums.views.chips import Chip, chips_of
from albums.views.listings import Listing
from albums.views.places import Place, in_room, render_room

TYPED = "q"
KEPT = "kept"  # text that is looked for already, beside what is typed
MOST_TYPED = 200
KINDS = {
    "person": gettext_lazy("Person"), "event": gettext_lazy("Event"), "place": gettext_lazy("Place"), "tag": gettext_lazy("Tag"), "date": gettext_lazy("Date"), "camera": gettext_lazy("Camera"),
    "uploader": gettext_lazy("Added by"), "quality": "",
}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """The search box of a page: what is on already, and what its form sends along."""

    chips: list[Chip]
    parts: list[tuple[str, str]]

    @classmethod
    def of(cls, listing: Listing, room: Room) -> Box:
        parts = [(KEPT if name == TYPED else name, value) for name, value in listing.parts.items()]
        return cls(chips_of(listing, room), parts)


@dataclass(frozen=True)
class Offer:
    term: Term
    detail: str
    url: str


def asked(request: HttpRequest) -> tuple[Listing, str]:
    """What the form of a box sent: the filters that were on, and what was typed."""
    listing = replace(Listing.of(request.GET), text=read_text([request.GET.get(KEPT, "")]))
    return listing, request.GET.get(TYPED, "").replace("\x00", " ").strip()[:MOST_TYPED]


@in_room()
def search_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The box by itself. What is sent with it leads to the photos that were found."""
    listing, typed = asked(request)
    if typed:
        with timezone.override(place.room.time_zone):
            found = understand(listing, typed, vocabulary_of(place.room))
        return redirect(url_of(place.room, found))
    with timezone.override(place.room.time_zone):
        offers = [
            offer(place.room, term, term.added_to(listing)) for term in starters(vocabulary_of(place.room))
        ]
    context = {"box": Box.of(listing, place.room), "offers": offers}
    return render_room(request, place, "albums/search.html", "search", **context)


@in_room()
def search_suggestions(request: HttpRequest, place: Place) -> HttpResponse:
    """What may be meant, as the options of a list, while somebody types."""
    listing, typed = asked(request)
    with timezone.override(place.room.time_zone):
        found = suggest(listing, typed, vocabulary_of(place.room)) if typed else []
    offers = [offer(place.room, suggestion.term, suggestion.search) for suggestion in found]
    return render(request, "albums/_suggestions.html", {"offers": offers, "typed": typed})


def offer(room: Room, term: Term, search: Search) -> Offer:
    detail = with_commas(part for part in (str(KINDS[term.kind]), term.detail) if part and part != term.label)
    return Offer(term, term.detail if term.detail == KINDS[term.kind] else detail, url_of(room, search))


def url_of(room: Room, search: Search) -> str:
    return reverse("albums:room", args=[room.pk]) + search.query
