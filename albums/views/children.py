"""A child's album, which a parent looks after: add the child, say yes for it, look at its photos, take it out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from albums import faces_policy
from albums.errors import AlbumError
from albums.notices import say
from albums.permissions import Action
from albums.services import children as services
from albums.services.children import children_of
from albums.views.found import child_of
from albums.views.mine import render_album
from albums.views.places import Place, deed, in_room, render_room


@in_room(Action.CLAIM_PERSON)
def child_new(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask for the child's name; the question for the parent's yes comes next."""
    problem, name = "", request.POST.get("name", "")
    if request.method == "POST":
        try:
            faces_policy.require_faces(place.room)
            child = services.add_child(user=place.user, room=place.room, name=name)
        except AlbumError as error:
            problem = str(error)
        else:
            return redirect("albums:child", place.room.pk, child.pk)
    context: dict[str, object] = {
        "problem": problem,
        "name": name,
        "children": children_of(place.user, place.room),
    }
    context["finds_faces"] = faces_policy.finds_faces(place.room)
    return render_room(request, place, "albums/child_new.html", "mine", **context)


@in_room(Action.CLAIM_PERSON)
def child_page(request: HttpRequest, place: Place, child_id: int) -> HttpResponse:
    """Like "My album", for a child."""
    return render_album(request, place, child_of(place, child_id))


@in_room(Action.CLAIM_PERSON)
def child_remove(request: HttpRequest, place: Place, child_id: int) -> HttpResponse:
    """Asks once whether it is meant; the POST takes the child out and says what was deleted."""
    if request.method == "POST":
        return remove(request, place, child_id)
    return render_room(request, place, "albums/child_remove.html", "privacy", child=child_of(place, child_id))


@deed
def remove(request: HttpRequest, place: Place, child_id: int) -> HttpResponse:
    child = child_of(place, child_id)
    name = child.name
    withdrawal = services.remove_child(user=place.user, child=child)
    say(request, _("%(name)s is taken out of this room.") % {"name": name} + f" {withdrawal.summary}")
    return redirect("albums:privacy", place.room.pk)
