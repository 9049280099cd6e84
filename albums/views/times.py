from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from albums.errors import AlbumError
from albums.forms import ShiftForm, WallClockForm
from albums.models import Photo, Room
from albums.models.photos import TimeSource
from albums.permissions import Action
from albums.services import times as services
from albums.services.chosen import in_time_order, is_any
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, render_room, say_photo_change

PHOTOS_SHOWN = 12
Form = TypeVar("Form", bound=forms.Form)


@in_room(Action.EDIT_PHOTOS)
@require_POST
def photos_times(request: HttpRequest, place: Place) -> HttpResponse:
    """When the chosen photos were taken: asked here."""
    keys = ordered_ids(place.room, chosen_photos(request))
    photos = shown_photos(keys[:PHOTOS_SHOWN])
    return render_room(
        request,
        place,
        "albums/photos_times.html",
        "photos",
        photos=photos,
        keys=keys,
        first=photos[0] if photos else None,
        is_any_set=is_any(place.room, keys, time_source=TimeSource.PERSON),
        now=timezone.now(),
        back=request.POST.get("next") or request.headers.get("Referer", ""),
    )


def ordered_ids(room: Room, photo_ids: Collection[int]) -> list[int]:
    """The chosen photos that can be changed, as they are in the grid; none of them is no error of a page that says so."""
    try:
        return [pk for _, pk in in_time_order(room, photo_ids)]
    except AlbumError:
        return []


def shown_photos(keys: Collection[int]) -> list[Photo]:
    return list(Photo.objects.filter(pk__in=keys).with_files().in_order())


@in_room(Action.EDIT_PHOTOS)
@deed
def photos_times_set(request: HttpRequest, place: Place) -> HttpResponse:
    """Set the time of photos, shift it, or go back to what the files say."""
    photo_ids, how = chosen_photos(request), request.POST.get("how", "set")
    if how == "forget":
        change = services.forget_times(user=place.user, room=place.room, photo_ids=photo_ids)
    elif how == "shift":
        seconds = checked(ShiftForm(request.POST)).total_seconds
        change = services.shift_times(user=place.user, room=place.room, photo_ids=photo_ids, seconds=seconds)
    else:
        moment = wall_clock(request)
        change = services.set_time(user=place.user, room=place.room, photo_ids=photo_ids, local_time=moment)
    say_photo_change(request, place, change)
    return go_back(request, "albums:room", place.room.pk)


def wall_clock(request: HttpRequest) -> datetime:
    """A date and a time out of a form, as a clock on the wall showed it."""
    moment: datetime = checked(WallClockForm(request.POST)).moment
    return moment


def checked(form: Form) -> Form:
    """The form, if it can be understood."""
    if not form.is_valid():
        errors = [str(error) for row in form.errors.values() for error in row]
        raise AlbumError(" ".join(errors))
    return form
