from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from albums.timeline import stops_of
from albums.views.listings import Listing
from albums.views.places import Place, in_room, render_room

LEAST_PHOTOS = 60  # less is seen at a glance


@in_room()
def timeline(request: HttpRequest, place: Place) -> HttpResponse:
    """The stops of a grid: for a script the rail at its edge, else a page that lists them."""
    listing = Listing.of(request.GET)
    stops = stops_of(listing.photos(place.room, place.user), place.room)
    query = listing.query
    context = {
        "stops": stops,
        "query": f"{query}&" if query else "?",
        "photos_url": listing.page_url(place.room),
    }
    if request.headers.get("HX-Request"):
        is_long = len(stops) > 1 and sum(stop.count for stop in stops) >= LEAST_PHOTOS
        return render(request, "albums/_timeline.html", {**context, "room": place.room, "is_long": is_long})
    return render_room(request, place, "albums/timeline.html", "photos", **context)
