from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from albums.timeline import stops_of
from albums.views.listings import Listing
from albums.views.places import Place, in_room, render_room


@in_room()
def timeline(request: HttpRequest, place: Place) -> HttpResponse:
    """The stops of a grid as a list; where scripts run, they stand on the rail at its edge."""
    listing = Listing.of(request.GET)
    stops = stops_of(listing.photos(place.room, place.user), place.room)
    query = listing.query
    context = {
        "stops": stops,
        "query": f"{query}&" if query else "?",
        "photos_url": listing.page_url(place.room),
    }
    return render_room(request, place, "albums/timeline.html", "photos", **context)
