"""Take down this photo of me: who is on a photo asks, the owner of the room answers."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from albums.errors import AlbumError
from albums.models import Photo, TakedownRequest
from albums.models.privacy import RequestState
from albums.notices import say
from albums.permissions import Action, seen_photos
from albums.services import takedowns as services
from albums.views.places import Place, deed, in_room, render_room

REQUESTS_ON_PAGE = 30


@in_room()
def photo_takedown(request: HttpRequest, place: Place, photo_id: int) -> HttpResponse:
    """The page that asks for a reason, which may stay empty, and then sends the request."""
    photos = seen_photos(place.user, place.room).with_files()
    photo: Photo = get_object_or_404(photos, pk=photo_id)
    back_url = photo.get_absolute_url() + (f"?{request.GET.urlencode()}" if request.GET else "")
    problem = ""
    if request.method == "POST":
        try:
            services.ask(user=place.user, photo=photo, reason=request.POST.get("reason", ""))
        except AlbumError as error:
            problem = str(error)
        else:
            say(request, _("The host of the room is asked to take this photo down. You hear of the answer."))
            return HttpResponseRedirect(back_url)
    asked = services.open_requests(place.room).filter(photo=photo, user=place.user).first()
    context = {"photo": photo, "problem": problem, "asked": asked, "back_url": back_url}
    return render_room(request, place, "albums/takedown.html", "photos", **context)


@in_room(Action.DELETE_PHOTO)
def takedowns_page(request: HttpRequest, place: Place) -> HttpResponse:
    """What people ask the owner for: the open requests, or with ?answered those that had an answer."""
    asked = TakedownRequest.objects.filter(room=place.room).select_related("user", "answered_by")
    photos = Prefetch("photo", Photo.objects.with_files())
    shows_answered = "answered" in request.GET
    open_count = services.open_requests(place.room).count()
    is_open = {"state": RequestState.OPEN}
    found = (
        asked.exclude(**is_open).order_by("-answered_at", "-pk")
        if shows_answered
        else asked.filter(**is_open)
    )
    page = Paginator(found.prefetch_related(photos), REQUESTS_ON_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "shows_answered": shows_answered, "open_count": open_count}
    return render_room(request, place, "albums/takedowns.html", "takedowns", **context)


@in_room(Action.DELETE_PHOTO)
@deed
def takedown_answer(request: HttpRequest, place: Place, takedown_id: int) -> HttpResponse:
    """Take the photo down, or keep it and say why."""
    asked = get_object_or_404(
        TakedownRequest.objects.filter(room=place.room).select_related("photo", "room"), pk=takedown_id
    )
    is_taken_down = request.POST.get("decision") == "down"
    services.answer(
        user=place.user, request=asked, is_taken_down=is_taken_down, answer=request.POST.get("answer", "")
    )
    if is_taken_down:
        undo_url = reverse("albums:photos_restore", args=[place.room.pk])
        say(
            request,
            _("The photo is in the trash, and who asked is told."),
            undo_url=undo_url,
            photos=[asked.photo_id],
        )
    else:
        say(request, _("The photo stays, and who asked is told why."))
    return redirect("albums:takedowns", place.room.pk)
