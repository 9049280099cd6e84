from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from albums.notices import say
from albums.services.history import undo
from albums.views.places import Place, deed, go_back, in_room, render_room

CHANGES_ON_PAGE = 50


@in_room()
def changes_page(request: HttpRequest, place: Place) -> HttpResponse:
    changes = place.room.changes.select_related("actor").defer("before", "after")
    page = Paginator(changes, CHANGES_ON_PAGE).get_page(request.GET.get("page"))
    return render_room(request, place, "albums/changes.html", "changes", page=page)


@in_room()
@deed
def change_undo(request: HttpRequest, place: Place, change_id: int) -> HttpResponse:
    change = get_object_or_404(place.room.changes.select_related("room"), pk=change_id)
    undo(user=place.user, change=change)
    say(request, f"Undone: {change.summary}.")
    return go_back(request, "albums:changes", place.room.pk)
