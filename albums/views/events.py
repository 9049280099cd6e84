from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from albums.errors import AlbumError
from albums.event_covers import covers_of
from albums.models import Event, Photo
from albums.permissions import Action
from albums.search import number
from albums.services import events as services
from albums.services.chosen import is_any
from albums.services.downloads import album_size
from albums.views.listings import Listing, grid_page
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, render_room, say_photo_change
from albums.views.times import ordered_ids, shown_photos

EVENTS_ON_PAGE = 60
EVENTS_OFFERED = 300
PHOTOS_SHOWN = 12


def event_of(place: Place, event_id: int) -> Event:
    return get_object_or_404(place.room.events.select_related("place", "room"), pk=event_id)


@in_room()
def events_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The events of a room in the order in which they happened."""
    events = place.room.events.shown().select_related("place", "room")
    page = Paginator(events, EVENTS_ON_PAGE).get_page(request.GET.get("page"))
    covers = covers_of([event.pk for event in page.object_list])
    cards = [(event, covers.get(event.pk)) for event in page.object_list]
    return render_room(request, place, "albums/events.html", "albums", page=page, cards=cards)


@in_room()
def event_page(request: HttpRequest, place: Place, event_id: int) -> HttpResponse:
    event = event_of(place, event_id)
    page = grid_page(Listing(event=event.pk), place.room, place.user, request.GET)
    photos = Photo.objects.filter(room=place.room, event=event).in_albums()
    others = place.room.events.shown().exclude(pk=event.pk)
    return render_room(
        request,
        place,
        "albums/event.html",
        "albums",
        event=event,
        page=page,
        size=album_size(photos),
        earlier=others.filter(starts_at__lte=event.starts_at).order_by("-starts_at", "-id").first(),
        later=others.filter(starts_at__gte=event.starts_at).order_by("starts_at", "id").first(),
    )


@in_room(Action.EDIT_PHOTOS)
@deed
def event_name(request: HttpRequest, place: Place, event_id: int) -> HttpResponse:
    event = event_of(place, event_id)
    change = services.rename_event(user=place.user, event=event, name=request.POST.get("name", ""))
    say_photo_change(request, place, change)
    return redirect(event)


@in_room(Action.EDIT_PHOTOS)
@deed
def event_merge(request: HttpRequest, place: Place, event_id: int) -> HttpResponse:
    """This event and another one (mostly the next) are one."""
    event = event_of(place, event_id)
    other = event_of(place, number(request.POST.get("other", "")) or 0)
    say_photo_change(request, place, services.merge_events(user=place.user, into=event, others=[other]))
    return redirect(event)


@in_room(Action.EDIT_PHOTOS)
@require_POST
def photos_event(request: HttpRequest, place: Place) -> HttpResponse:
    """To which event the chosen photos belong: asked here."""
    keys = ordered_ids(place.room, chosen_photos(request))
    events = place.room.events.shown()[:EVENTS_OFFERED]
    return render_room(
        request,
        place,
        "albums/photos_event.html",
        "photos",
        photos=shown_photos(keys[:PHOTOS_SHOWN]),
        keys=keys,
        events=events,
        is_any_fixed=is_any(place.room, keys, is_event_fixed=True),
        back=request.POST.get("next") or request.headers.get("Referer", ""),
    )


@in_room(Action.EDIT_PHOTOS)
@deed
def photos_event_move(request: HttpRequest, place: Place) -> HttpResponse:
    """Move the chosen photos to an event, to a new one, or back to where time and place put them."""
    photo_ids, wanted = chosen_photos(request), request.POST.get("event", "")
    if wanted == "natural":
        change = services.release_photos(user=place.user, room=place.room, photo_ids=photo_ids)
        say_photo_change(request, place, change)
        return go_back(request, "albums:events", place.room.pk)
    if wanted != "new" and not number(wanted):
        raise AlbumError(_("Choose an event, or a new one."))
    to = None if wanted == "new" else event_of(place, number(wanted) or 0)
    name = request.POST.get("name", "") if to is None else ""
    event, change = services.move_to_event(
        user=place.user, room=place.room, photo_ids=photo_ids, to=to, name=name
    )
    say_photo_change(request, place, change)
    return redirect(event)
