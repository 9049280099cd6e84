from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import User
from albums.models import PersonChange, PhotoChange, Room
from albums.notices import say
from albums.said import in_words
from albums.services import photo_history
from albums.services.history import undo
from albums.views.places import Place, deed, go_back, in_room, render_room

CHANGES_ON_PAGE = 50


@dataclass(frozen=True)
class Line:
    """A change as the list shows it."""

    change: PersonChange | PhotoChange
    undo_url: str
    is_of_photos: bool


@in_room()
def changes_page(request: HttpRequest, place: Place) -> HttpResponse:
    """What people did to people and to photos, the latest first."""
    page = Paginator(keys_of(place.room, place.user), CHANGES_ON_PAGE).get_page(request.GET.get("page"))
    page.object_list = lines_of(place.room, list(page.object_list))
    return render_room(request, place, "albums/changes.html", "changes", page=page)


def keys_of(room: Room, user: User) -> Any:
    """Of both kinds of changes only what puts them in order."""
    columns = ("created_at", "id", "is_of_photos")
    people = room.changes.told_to(room, user).order_by().annotate(is_of_photos=Value(0)).values_list(*columns)
    photos = room.photo_changes.order_by().annotate(is_of_photos=Value(1)).values_list(*columns)
    return people.union(photos, all=True).order_by("-created_at", "-is_of_photos", "-id")


def lines_of(room: Room, keys: list[tuple[Any, int, int]]) -> list[Line]:
    """The changes behind the keys, each with the address that undoes it."""
    found: dict[tuple[int, int], Line] = {}
    for kind, rows, name in (
        (0, room.changes, "albums:change_undo"),
        (1, room.photo_changes, "albums:photo_change_undo"),
    ):
        wanted = [pk for _, pk, is_of_photos in keys if is_of_photos == kind]
        for change in rows.filter(pk__in=wanted).select_related("actor").defer("before", "after"):
            found[kind, change.pk] = Line(change, reverse(name, args=[room.pk, change.pk]), bool(kind))
    return [found[kind, pk] for _, pk, kind in keys if (kind, pk) in found]


@in_room()
@deed
def change_undo(request: HttpRequest, place: Place, change_id: int) -> HttpResponse:
    changes = PersonChange.objects.told_to(place.room, place.user).select_related("room")
    change = get_object_or_404(changes, pk=change_id)
    undo(user=place.user, change=change)
    say(request, gettext("Undone: %(summary)s.") % {"summary": in_words(change.summary)})
    return go_back(request, "albums:changes", place.room.pk)


@in_room()
@deed
def photo_change_undo(request: HttpRequest, place: Place, photo_change_id: int) -> HttpResponse:
    change = get_object_or_404(place.room.photo_changes.select_related("room"), pk=photo_change_id)
    photo_history.undo(user=place.user, change=change)
    say(request, gettext("Undone: %(summary)s.") % {"summary": in_words(change.summary)})
    return go_back(request, "albums:changes", place.room.pk)
