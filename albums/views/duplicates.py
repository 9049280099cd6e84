from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from albums.views.places import Place, in_room, render_room


@in_room()
def duplicates_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Photos that are the same shot, side by side."""
    return render_room(request, place, "albums/duplicates.html", "duplicates")
