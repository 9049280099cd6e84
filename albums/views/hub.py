"""All albums of a room on one page, and what waits to be sorted out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from albums import shelves
from albums.edit_lists import proposed_turns
from albums.faces_policy import finds_faces
from albums.models import Photo, PhotoGroup, Room
from albums.models.photos import LeftOut
from albums.models.tags import TagKind, TagState
from albums.services.duplicates import open_groups
from albums.shelves import Album
from albums.tag_lists import counts_of
from albums.views.listings import Listing
from albums.views.places import Place, in_room, render_room

SHOWN = 6
PEOPLE_SHOWN = 12


@dataclass(frozen=True)
class Card:
    title: str
    url: str
    photos: int | None
    cover: Photo | None = None
    detail: str = ""
    icon: str = "photos"


@dataclass(frozen=True)
class Shelf:
    title: str
    cards: list[Card]
    url: str = ""  # of all of them
    look: str = "cards"  # or "lines"
    key: str = ""


@dataclass(frozen=True)
class Task:
    """Something that waits for a decision."""

    title: str
    detail: str
    url: str
    count: int
    icon: str


def link(name: str, room: Room, *args: object) -> str:
    return reverse(f"albums:{name}", args=[room.pk, *args])


@in_room()
def hub_page(request: HttpRequest, place: Place) -> HttpResponse:
    room = place.room
    with timezone.override(room.time_zone):
        made = [own_shelf(place), *row_shelves(room)]
    people = list(room.people.shown(place.user).for_strip()[: PEOPLE_SHOWN + 1])
    context = {
        "shelves": [shelf for shelf in made if shelf.cards],
        "tasks": tasks_of(room) if "edit_photos" in place.can else [],
        "people": people,
        "is_empty": not made[0].cards,
        "people_shown": PEOPLE_SHOWN,
    }
    return render_room(request, place, "albums/hub.html", "hub", **context)


def own_shelf(place: Place) -> Shelf:
    """Of an empty room nothing."""
    room = place.room
    page = room.get_absolute_url()
    found = shelves.own_albums(room, place.user)
    counts = {name: photos.order_by().count() for name, photos in found.items()}
    if not counts["best"]:
        return Shelf("", [], key="own")
    firsts = {
        name: photos.filter(state="ready").in_order().values_list("pk", flat=True).first()
        for name, photos in found.items()
        if counts[name]
    }
    covers = Photo.objects.with_files().in_bulk([pk for pk in firsts.values() if pk])

    def card(name: str, title: str, url: str, icon: str) -> Card:
        return Card(title, url, counts[name], covers.get(firsts.get(name) or 0), icon=icon)

    cards = [
        *([card("mine", _("Photos of you"), link("mine", room), "face")] if finds_faces(room) else []),
        card("favorites", _("Your favorites"), page + Listing(is_favorite=True).query, "heart"),
        card("best", _("Best shots"), page + Listing(is_best=True).query, "best"),
    ]
    return Shelf("", cards, key="own")


def row_shelves(room: Room) -> list[Shelf]:
    events = shelves.events_of(room, SHOWN)
    places = shelves.places_of(room, SHOWN)
    tags = shelves.tags_of(room, SHOWN + 2, kinds=(TagKind.OWN, TagKind.CATEGORY))
    uploaders = shelves.uploaders_of(room, SHOWN)
    cameras = shelves.cameras_of(room, SHOWN)
    covers = shelves.covers_of([*events, *places, *tags, *uploaders])
    page = room.get_absolute_url()

    def cards(albums: list[Album], url: Callable[[Album], str], detail: Callable[[Album], str] = lambda _: "",
              icon: str = "photos") -> list[Card]:  # fmt: skip
        return [
            Card(
                capital(album.row),
                url(album),
                album.photos,
                covers.get(album.cover_id or 0),
                detail(album),
                icon,
            )
            for album in albums
        ]

    return [
        Shelf(_("Events"), cards(events, lambda one: link("event", room, one.row.pk),
              lambda one: day_of(one.row.starts_at) if one.row.is_named else "", "calendar"), link("events", room), key="events"),
        Shelf(_("Places"), cards(places, lambda one: link("place", room, one.row.pk),
              lambda one: one.row.country, "place"), link("places", room), key="places"),
        Shelf(_("Tags"), cards(tags, lambda one: link("tag", room, one.row.pk),
              icon="tag"), link("tags", room), key="tags"),
        Shelf(_("Added by"), cards(uploaders, lambda one: page + Listing(uploader=one.row.pk).query, icon="person"),
              link("members", room), "lines", "uploaders"),
        Shelf(_("Cameras"), cards(cameras, lambda one: page + Listing(camera=one.row).query, icon="camera"),
              link("cameras", room), "lines", "cameras"),
    ]  # fmt: skip


def tasks_of(room: Room) -> list[Task]:
    """Only what there is something to do about."""
    moments = PhotoGroup.objects.filter(room=room, is_settled=False).look_alikes()
    left_out = room.photos.left_out()
    review = sum(counts_of(room, (TagState.MACHINE, TagState.PROPOSED)).values())
    clocks = room.devices.filter(proposed_seconds__isnull=False)
    tasks = [
        Task(_("Duplicates"), _("The same shot more than once: keep the best."), link("duplicates", room),
             open_groups(room).count(), "copy"),
        Task(_("Photos lying on their side"), _("Turn them upright, all at once."), link("turns", room),
             proposed_turns(room).count(), "rotate-cw"),
        Task(_("Look-alikes"), _("Which shot of each moment is the best?"), link("best_shots", room),
             moments.count(), "best"),
        Task(_("Tags to check"), _("Do these words fit? The least certain first."), link("tags_review", room), review, "tag"),
        Task(_("Clocks"), _("Cameras that seem to be off."), link("cameras", room), clocks.count(), "camera"),
        Task(_("Blurred"), _("Set apart; bring back what you like."), link("left_out", room),
             left_out.filter(left_out=LeftOut.BLURRED).count(), "eye-off"),
    ]  # fmt: skip
    return [task for task in tasks if task.count]


def capital(row: object) -> str:
    text = str(row)
    return text[:1].upper() + text[1:]


def day_of(moment: object) -> str:
    return date_format(timezone.localtime(moment), "j F Y")  # type: ignore[arg-type]
