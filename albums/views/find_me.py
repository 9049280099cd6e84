"""Find me: a selfie or a tapped face, then what was found, to say yes or no to."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from albums.errors import AlbumError
from albums.notices import say
from albums.permissions import Action
from albums.search import number
from albums.services import find_me as services
from albums.views.found import found_by, people_to_tap
from albums.views.people import say_change
from albums.views.places import Place, deed, go_back, in_room, render_room


@in_room(Action.CLAIM_PERSON)
def find_me_page(request: HttpRequest, place: Place) -> HttpResponse:
    return render_found(request, place, "albums/find_me.html")


@in_room(Action.CLAIM_PERSON)
def find_me_results(request: HttpRequest, place: Place) -> HttpResponse:
    """The part of the page that waits; nothing while what it says still holds."""
    return render_found(request, place, "albums/_find_me.html")


def render_found(request: HttpRequest, place: Place, template: str) -> HttpResponse:
    found = found_by(place)
    shows_slow = request.GET.get("slow") == "1"
    if found.is_waiting and "slow" in request.GET and found.is_slow == shows_slow:
        return HttpResponse(status=204)
    context = {"found": found, "is_processing": place.room.photos.present().filter(state="pending").exists()}
    if found.me is None:
        context["people"] = people_to_tap(request, place)
    return render_room(request, place, template, "mine", **context)


@in_room(Action.CLAIM_PERSON)
@deed
def find_me_start(request: HttpRequest, place: Place) -> HttpResponse:
    """Look for who is on a selfie, or for whose face was tapped."""
    selfie = next((file for file in request.FILES.getlist("selfie") if file), None)
    face = None
    if "face" in request.POST:
        face = get_object_or_404(place.room.faces.present(), pk=number(request.POST["face"]) or 0)
    if selfie is None and face is None:
        raise AlbumError("Take a selfie or choose a picture first.")
    services.start(user=place.user, room=place.room, selfie=selfie, face=face)
    return redirect("albums:find_me", place.room.pk)


def numbers(values: list[str]) -> list[int]:
    return [pk for value in values if (pk := number(value))]


@in_room(Action.CLAIM_PERSON)
@deed
def find_me_accept(request: HttpRequest, place: Place) -> HttpResponse:
    """These are me; what was shown and is not ticked any more is not."""
    mine = numbers(request.POST.getlist("faces"))
    others = sorted(set(numbers(request.POST.getlist("shown"))) - set(mine))
    with transaction.atomic():
        if others:
            services.decline(user=place.user, room=place.room, face_ids=others)
        change = services.accept(user=place.user, room=place.room, face_ids=mine) if mine else None
    if not mine:
        say(request, "None of these is you: they won’t be shown to you again.")
        return redirect("albums:find_me", place.room.pk)
    say_change(request, place, change)
    return go_back(request, "albums:mine", place.room.pk) if "next" in request.POST else to_album(place)


def to_album(place: Place) -> HttpResponse:
    return redirect("albums:mine", place.room.pk)


@in_room(Action.CLAIM_PERSON)
@deed
def find_me_decline(request: HttpRequest, place: Place) -> HttpResponse:
    """Not me."""
    faces = numbers(request.POST.getlist("faces"))
    services.decline(user=place.user, room=place.room, face_ids=faces)
    return go_back(request, "albums:find_me", place.room.pk)


@in_room(Action.CLAIM_PERSON)
@deed
def find_me_forget(request: HttpRequest, place: Place) -> HttpResponse:
    services.forget(user=place.user, room=place.room)
    say(request, "Forgotten. The numbers of your face are deleted.")
    return redirect("albums:find_me", place.room.pk)
