"""The yes before the camera: what is read, and the answer to it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from albums import consent_texts, faces_policy
from albums.errors import AlbumError
from albums.models import Child
from albums.notices import say_problem
from albums.permissions import Action
from albums.search import number
from albums.services import consents
from albums.services import find_me as searching
from albums.services import people as people_services
from albums.views.found import album_of, child_asked
from albums.views.places import Place, in_room, render_room


def asking(place: Place, child: Child | None, **then: object) -> dict[str, object]:
    """What the question shows, and what its yes goes on with."""
    text = consent_texts.for_child(child.name) if child else consent_texts.OWN
    return {"text": text, "version": consent_texts.VERSION, "child": child, "then": then}


@in_room(Action.CLAIM_PERSON)
def consent_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask, and take the yes; who says "not now" just goes somewhere else, and nothing is kept of it."""
    child = child_asked(request, place)
    values = request.POST if request.method == "POST" else request.GET
    then = {name: pk for name in ("face", "person") if (pk := number(values.get(name, "")))}
    if request.method == "POST":
        try:
            return agree(request, place, child, then)
        except AlbumError as error:
            say_problem(request, str(error))
            return to(place, child)
    finds = faces_policy.finds_faces(place.room)
    return render_room(
        request,
        place,
        "albums/privacy_consent.html",
        "mine",
        finds_faces=finds,
        **asking(place, child, **then),
    )


def agree(
    request: HttpRequest, place: Place, child: Child | None, then: dict[str, int]
) -> HttpResponseRedirect:
    if request.POST.get("version") != consent_texts.VERSION:
        raise AlbumError(_("This text was changed a moment ago. Please read it again before you answer."))
    consents.give(
        user=place.user,
        room=place.room,
        child=child,
        text_version=consent_texts.VERSION,
        language=get_language() or "en",
    )
    if "face" in then:
        face = get_object_or_404(place.room.faces.present().seen_by(place.user), pk=then["face"])
        searching.start(user=place.user, room=place.room, face=face, child=child)
    elif "person" in then and child is None:
        person = get_object_or_404(place.room.people.current(place.user), pk=then["person"])
        people_services.claim_person(user=place.user, person=person)
    return to(place, child)


def to(place: Place, child: Child | None) -> HttpResponseRedirect:
    return HttpResponseRedirect(album_of(place, child))


def ask_first(place: Place, child: Child | None, **then: int) -> HttpResponse | None:
    """The way to the question, where somebody has not said yes yet."""
    if consents.current(place.user, place.room, child) is not None:
        return None
    address = redirect("albums:consent", place.room.pk)
    query = "&".join(
        f"{name}={value}" for name, value in {**then, **({"child": child.pk} if child else {})}.items()
    )
    return HttpResponseRedirect(f"{address.url}?{query}" if query else address.url)
