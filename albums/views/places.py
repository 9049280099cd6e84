"""Where a request happens: the room, the role in it, and what both allow."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from albums.errors import AlbumError
from albums.models import PhotoChange, Room
from albums.models.rooms import Role
from albums.notices import say, say_problem
from albums.permissions import DENIED, Action, actions_of, allows
from albums.said import in_words


@dataclass(frozen=True)
class Place:
    """The room of a page, for the user who asks for it."""

    room: Room
    role: Role
    user: User

    @property
    def can(self) -> set[str]:
        return actions_of(self.role, self.room)


View = Callable[..., HttpResponse]


def user_of(request: HttpRequest) -> User:
    """Who is signed in; for pages that ask for that first."""
    if not request.user.is_authenticated:
        raise PermissionDenied(_("Sign in first."))
    return request.user


def enter(user: User, room_id: uuid.UUID, action: Action) -> Place:
    """The same answers as permissions.require, with the room and the role read in one query."""
    rooms = Room.objects.visible_to(user).with_role_of(user).select_related("cover")
    room = rooms.filter(pk=room_id).first()
    if room is None:
        raise Http404(_("There is no such room, or you are not in it."))
    role = Role(room.role)  # type: ignore[attr-defined]  # with_role_of adds it
    if not allows(role, action, room):
        raise PermissionDenied(DENIED.get(action, "Only the owner of this room can do that."))
    return Place(room, role, user)


def in_room(action: Action = Action.VIEW) -> Callable[[View], View]:
    """A page of a room: its view gets a Place instead of the room's id."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def enter_first(request: HttpRequest, room_id: uuid.UUID, **kwargs: Any) -> HttpResponse:
            return view(request, enter(user_of(request), room_id, action), **kwargs)

        return enter_first

    return decorate


def deed(view: View) -> View:
    """Something that a button does: POST only, then back; what can't be done is said there."""

    @require_POST
    @wraps(view)
    def do(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except AlbumError as error:
            say_problem(request, str(error))
            return go_back(request, "albums:rooms")

    return do


def go_back(request: HttpRequest, to: str, *args: Any) -> HttpResponseRedirect:
    """To the page named in the form's `next`, else where the request came from, else to this page."""
    for address in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if address and url_has_allowed_host_and_scheme(address, {request.get_host()}):
            return HttpResponseRedirect(address)
    return redirect(to, *args)


def say_photo_change(
    request: HttpRequest, place: Place, change: PhotoChange | None, otherwise: str = ""
) -> None:
    """What was done to photos, with its Undo; `otherwise` where nothing was to do."""
    if change is not None:
        undo_url = reverse("albums:photo_change_undo", args=[place.room.pk, change.pk])
        say(request, f"{in_words(change.summary)}.", undo_url=undo_url)
    elif otherwise:
        say(request, otherwise)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty POST is an answer, too."""
    return request.POST if request.method == "POST" else None


def chosen_photos(request: HttpRequest) -> list[int]:
    """The ids that a form sends: a field for each, or as scripts do one with commas, which holds all photos of a large room."""
    return read_photos(request.POST)


def read_photos(fields: QueryDict) -> list[int]:
    values = (value for field in fields.getlist("photos") for value in field.split(","))
    return [int(value) for value in values if value.isdecimal() and len(value) < 19]


def render_room(
    request: HttpRequest, place: Place, template: str, tab: str = "", **context: object
) -> HttpResponse:
    """A page inside a room, with what its header needs."""
    shared = {"room": place.room, "role": place.role, "can": place.can, "tab": tab}
    with timezone.override(place.room.time_zone):  # the clock of the party, not of the server
        return render(request, template, shared | context)
