"""Look-alikes: photos of one moment, with the one that stands for them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from albums.views.places import Place, in_room, render_room


@in_room()
def best_shots_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Groups of look-alikes, each with its best photo and why."""
    return render_room(request, place, "albums/best_shots.html", "best_shots")


@in_room()
def similar_page(request: HttpRequest, place: Place, photo_id: int) -> HttpResponse:
    """The photos of the room that look most like one of them."""
    photo = get_object_or_404(place.room.photos.present().with_files(), pk=photo_id)
    return render_room(request, place, "albums/similar.html", "best_shots", photo=photo)
