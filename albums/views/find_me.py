"""Find me: a selfie or a tapped face, then what was found, to say yes or no to."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from albums import faces_policy
from albums.errors import AlbumError
from albums.models import Child
from albums.notices import say
from albums.permissions import Action
from albums.search import number
from albums.services import consents
from albums.services import find_me as services
from albums.views.consent import ask_first, asking
from albums.views.found import album_of, child_asked, found_by, people_to_tap
from albums.views.people import say_change
from albums.views.places import Place, deed, go_back, in_room, render_room


@in_room(Action.CLAIM_PERSON)
def find_me_page(request: HttpRequest, place: Place) -> HttpResponse:
    return render_found(request, place, "albums/find_me.html")


@in_room(Action.CLAIM_PERSON)
def find_me_results(request: HttpRequest, place: Place) -> HttpResponse:
    """The part of a page that waits; nothing while what it says still holds."""
    template = "albums/_find_wait.html" if "album" in request.GET else "albums/_find_me.html"
    return render_found(request, place, template)


def render_found(request: HttpRequest, place: Place, template: str) -> HttpResponse:
    child = child_asked(request, place)
    found = found_by(place, child)
    shows_slow = request.GET.get("slow") == "1"
    if found.is_waiting and "slow" in request.GET and found.is_slow == shows_slow:
        return HttpResponse(status=204)
    context = {"found": found, "is_processing": place.room.photos.present().filter(state="pending").exists()}
    context |= {
        "consent": consents.current(place.user, place.room, child),
        "album_url": album_of(place, child),
    }
    context |= {
        "finds_faces": faces_policy.finds_faces(place.room),
        "mode": faces_policy.describe(place.room),
    }
    if found.me is None:
        context["people"] = people_to_tap(request, place)
    return render_room(request, place, template, "mine", **context, **asking(place, child))


@in_room(Action.CLAIM_PERSON)
@deed
def find_me_start(request: HttpRequest, place: Place) -> HttpResponse:
    """Look for who is on a selfie, or for whose face was tapped. Who has not said yes is asked first."""
    child = child_asked(request, place)
    selfie = next((file for file in request.FILES.getlist("selfie") if file), None)
    face = None
    if "face" in request.POST:
        face = get_object_or_404(
            place.room.faces.present().seen_by(place.user), pk=number(request.POST["face"]) or 0
        )
        if first := ask_first(place, child, face=face.pk):
            return first
    if selfie is None and face is None:
        raise AlbumError(_("Take a selfie or choose a picture first."))
    services.start(user=place.user, room=place.room, selfie=selfie, face=face, child=child)
    return to_album(place, child)


def numbers(values: list[str]) -> list[int]:
    return [pk for value in values if (pk := number(value))]


@in_room(Action.CLAIM_PERSON)
@deed
def find_me_accept(request: HttpRequest, place: Place) -> HttpResponse:
    """These are me; what was shown and is not ticked any more is not. With `all` everything that is sure."""
    child = child_asked(request, place)
    if "all" in request.POST:
        mine = [face.pk for face in found_by(place, child).sure]
    else:
        mine = numbers(request.POST.getlist("faces"))
    others = sorted(set(numbers(request.POST.getlist("shown"))) - set(mine))
    change = None
    with transaction.atomic():
        if others:
            services.decline(user=place.user, room=place.room, face_ids=others, child=child)
        if mine:
            change = services.accept(user=place.user, room=place.room, face_ids=mine, child=child)
    if not mine:
        say(request, _("None of these is you: they won’t be shown to you again."))
        return go_back(request, "albums:find_me", place.room.pk)
    say_change(request, place, change)
    return (
        go_back(request, "albums:mine", place.room.pk) if "next" in request.POST else to_album(place, child)
    )


def to_album(place: Place, child: Child | None) -> HttpResponse:
    return HttpResponseRedirect(album_of(place, child))


@in_room(Action.CLAIM_PERSON)
@deed
def find_me_decline(request: HttpRequest, place: Place) -> HttpResponse:
    """Not me."""
    faces = numbers(request.POST.getlist("faces"))
    services.decline(user=place.user, room=place.room, face_ids=faces, child=child_asked(request, place))
    return go_back(request, "albums:find_me", place.room.pk)


@in_room(Action.CLAIM_PERSON)
@deed
def find_me_forget(request: HttpRequest, place: Place) -> HttpResponse:
    child = child_asked(request, place)
    services.forget(user=place.user, room=place.room, child=child)
    say(request, _("Forgotten. The numbers of this face are deleted."))
    return to_album(place, child)
