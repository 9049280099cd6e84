"""The pages of places: the map, a place's photos, and the form that says where photos were taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from albums.errors import AlbumError, NameTaken
from albums.maps import bounds_of, placed, write_box
from albums.models import Photo, Room
from albums.models import Place as RoomPlace
from albums.models.photos import PlaceSource
from albums.permissions import Action
from albums.search import number
from albums.services import places as services
from albums.services.downloads import album_size
from albums.services.places import PlaceChoice
from albums.views.listings import Listing, grid_page
from albums.views.places import Place, deed, go_back, in_room, read_photos, render_room, say_photo_change

PLACES_ON_PAGE = 120
PLACES_OFFERED = 60
LONGEST_NUMBER = 20
MOST_LOOKED_AT = 500  # of a selection, to see what can be offered


@dataclass
class Country:
    """The places of one country, as the list shows them."""

    name: str
    places: list[RoomPlace] = field(default_factory=list)


def place_of(place: Place, place_id: int) -> RoomPlace:
    return get_object_or_404(place.room.places.select_related("merged_into", "room"), pk=place_id)


def used_places(room: Room) -> Any:
    """The places of a room that an album shows, by country; with `cover_id`, the photo that stands for each."""
    photos = Photo.objects.filter(place=OuterRef("pk"), state="ready").in_albums()
    best = photos.order_by("-stars", "-sharpness", "id").values("pk")[:1]
    places = RoomPlace.objects.filter(room=room).current().with_counts()
    return (
        places.filter(photo_count__gt=0)
        .annotate(cover_id=Subquery(best))
        .order_by("country", "region", "city", "pk")
    )


def with_covers(places: Sequence[Any]) -> Sequence[Any]:
    covers = Photo.objects.with_files().in_bulk([place.cover_id for place in places if place.cover_id])
    for place in places:
        place.cover = covers.get(place.cover_id)
    return places


def by_country(places: Sequence[RoomPlace]) -> list[Country]:
    countries: list[Country] = []
    for place in places:
        if not countries or countries[-1].name != place.country:
            countries.append(Country(place.country))
        countries[-1].places.append(place)
    return countries


def map_context(place: Place) -> dict[str, object]:
    """What every page with a map needs."""
    return {"tiles_url": settings.MAP_TILES_URL, "tiles_credit": settings.MAP_TILES_CREDIT}


@in_room()
def places_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The map, and below it the same as a list."""
    photos = place.room.photos.in_albums()
    page = Paginator(used_places(place.room), PLACES_ON_PAGE).get_page(request.GET.get("page"))
    bounds = bounds_of(photos)
    return render_room(
        request,
        place,
        "albums/places.html",
        "places",
        page=page,
        countries=by_country(with_covers(list(page.object_list))),
        bounds=write_box(bounds) if bounds else "",
        on_map=placed(photos).count(),
        without_place=photos.filter(place=None).count(),
        has_osm_names=place.room.places.exclude(detail="").exists(),
        **map_context(place),
    )


@in_room()
def place_page(request: HttpRequest, place: Place, place_id: int) -> HttpResponse:
    found = place_of(place, place_id)
    if found.merged_into_id:
        return redirect("albums:place", place.room.pk, found.merged_into_id)
    listing = Listing(place=found.pk)
    page = grid_page(listing, place.room, place.user, request.GET)
    photos = place.room.photos.in_albums().filter(place=found)
    same = number(request.GET.get("same", ""))
    others = place.room.places.current().exclude(pk=found.pk)
    bounds = bounds_of(photos)
    return render_room(
        request,
        place,
        "albums/place.html",
        "places",
        spot=found,
        page=page,
        size=album_size(photos),
        inferred=photos.filter(place_source=PlaceSource.NEAR).count(),
        namesake=others.filter(pk=same).first() if same else None,
        others=others.with_counts().filter(photo_count__gt=0).order_by("city", "pk")[:PLACES_OFFERED],
        bounds=write_box(bounds) if bounds else "",
        **map_context(place),
    )


@in_room(Action.EDIT_PHOTOS)
@deed
def place_name(request: HttpRequest, place: Place, place_id: int) -> HttpResponse:
    """Rename a place; a name that is taken leads to the question whether the two are one."""
    found = place_of(place, place_id)
    is_same = "merge" in request.POST
    try:
        change = services.rename_place(
            user=place.user, place=found, name=request.POST.get("name", ""), merge=is_same
        )
    except NameTaken as taken:
        return redirect(f"{found.get_absolute_url()}?same={getattr(taken.person, 'pk', '')}")
    say_photo_change(request, place, change)
    found.refresh_from_db()
    return redirect("albums:place", place.room.pk, found.merged_into_id or found.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def place_merge(request: HttpRequest, place: Place, place_id: int) -> HttpResponse:
    """This place is another one: its photos go there."""
    found = place_of(place, place_id)
    into = get_object_or_404(place.room.places.current(), pk=number(request.POST.get("into", "")) or 0)
    say_photo_change(request, place, services.merge_places(user=place.user, into=into, others=[found]))
    return redirect(into)


@in_room(Action.EDIT_PHOTOS)
def places_choose(request: HttpRequest, place: Place) -> HttpResponse:
    """The form that says where photos were taken: one photo, a selection, an event. It changes nothing yet."""
    values = request.POST if request.method == "POST" else request.GET
    photos = wanted_photos(values, place.room)
    text = values.get("text", "").strip()
    chosen = place.room.photos.filter(pk__in=photos[:MOST_LOOKED_AT])
    offered = place.room.places.current().with_counts().order_by("-photo_count", "pk")
    return render_room(
        request,
        place,
        "albums/place_choose.html",
        "places",
        photo_ids=photos,
        event=number(values.get("event", "")),
        next=values.get("next", "") or request.headers.get("Referer", ""),
        offered=offered.filter(photo_count__gt=0)[:PLACES_OFFERED],
        text=text,
        towns=services.find_towns(text) if text else [],
        has_place=chosen.exclude(place=None).exists() or chosen.exclude(latitude=None).exists(),
        is_set_by_hand=chosen.filter(place_source=PlaceSource.PERSON).exists(),
        **map_context(place),
    )


@in_room(Action.EDIT_PHOTOS)
@deed
def places_set(request: HttpRequest, place: Place) -> HttpResponse:
    """Put photos somewhere, or take their place away, or leave it to the machine again."""
    photos = wanted_photos(request.POST, place.room)
    who: Any = {"user": place.user, "room": place.room, "photo_ids": photos}
    deed_name = request.POST.get("do", "")
    if deed_name == "clear":
        change = services.clear_place(**who)
    elif deed_name == "forget":
        change = services.forget_place(**who)
    else:
        change = services.set_place(**who, choice=choice_of(request.POST))
    say_photo_change(request, place, change)
    return go_back(request, "albums:places", place.room.pk)


def choice_of(values: QueryDict) -> PlaceChoice:
    return PlaceChoice(
        place=number(values.get("place", "")),
        town=number(values.get("town", "")),
        latitude=degrees(values.get("latitude", "")),
        longitude=degrees(values.get("longitude", "")),
        name=values.get("name", ""),
        text=values.get("text", ""),
    )


def degrees(text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text[:LONGEST_NUMBER])
    except ValueError as error:
        raise AlbumError(_("A position is given as two numbers, in degrees.")) from error


def wanted_photos(values: QueryDict, room: Room) -> list[int]:
    """The photos that a form names, one by one or as an event."""
    event = number(values.get("event", ""))
    if event is not None:
        photos = room.photos.present().filter(event=event).in_order()
        return list(photos.values_list("pk", flat=True))
    return read_photos(values)
