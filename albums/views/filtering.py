"""The chips of filters above the grid, and the line that says how many photos were found."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from albums.faces_policy import finds_faces
from albums.models import Room
from albums.views.listings import GridPage, Listing
from albums.views.places import Place

# What can be switched on and off: a field of Listing, what it is called, its symbol.
SWITCHES = (
    ("is_mine", gettext_lazy("Photos of you"), "face"),
    ("is_new", gettext_lazy("New since your last visit"), "clock"),
    ("is_favorite", gettext_lazy("Your favorites"), "heart"),
    ("is_best", gettext_lazy("Only best shots"), "best"),
    ("with_blurred", gettext_lazy("With blurred ones"), "eye-off"),
)


@dataclass(frozen=True)
class Switch:
    label: str
    icon: str
    url: str
    is_on: bool


@dataclass(frozen=True)
class Found:
    photos: int
    is_part: bool  # of what albums hold


def filters_of(listing: Listing, room: Room) -> list[Switch]:
    def switch(field: str, label: str | Promise, icon: str, on: object = True, off: object = False) -> Switch:
        is_on = getattr(listing, field) == on
        changed = replace(listing, **{field: off if is_on else on})  # type: ignore[arg-type]
        return Switch(str(label), icon, room.get_absolute_url() + changed.query, is_on)

    return [
        *(
            switch(*found)
            for found in SWITCHES
            if found[0] != "is_mine" or listing.is_mine or finds_faces(room)
        ),
        switch("stars", _("4 stars or more"), "star", 4, None),
        switch("kind", _("Videos"), "video", "video", ""),
        switch("has_place", _("Without a place"), "place", False, None),
    ]


def found_on(page: GridPage, place: Place) -> Found:
    """Counted only where the first page does not hold them all."""
    listing = page.listing
    if page.is_first and not page.next_query:
        photos = sum(len(day.photos) for day in page.days)
    else:
        photos = listing.photos(place.room, place.user).order_by().count()
    return Found(
        photos, is_part=not (listing.left_out or listing.with_blurred or listing.quality == "blurred")
    )
