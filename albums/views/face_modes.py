"""What a room does with faces: three choices explained, and a question before one of them deletes something."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from albums.errors import AlbumError
from albums.forms import FaceModeForm
from albums.models import Consent, Face, Room
from albums.models.rooms import FaceMode
from albums.notices import say
from albums.permissions import Action
from albums.services import face_modes as services
from albums.views.places import Place, in_room, posted, render_room


@dataclass(frozen=True)
class FaceCard:
    """One mode, with what it means for who is in the room."""

    mode: str
    title: str | Promise
    means: str | Promise
    deletes: str | Promise
    is_chosen: bool = False


CARDS = (
    FaceCard(
        FaceMode.EVERYONE,
        gettext_lazy("Organize everyone"),
        gettext_lazy(
            "Faces are sorted into people, also those who are not in the room. Who looks for themselves still says yes first."
        ),
        "",
    ),
    FaceCard(
        FaceMode.CONSENTING,
        gettext_lazy("Only people who said yes"),
        gettext_lazy(
            "Nobody has an album, a name or a suggestion who has not said yes. Faces of others are kept nameless, so that "
            "somebody who says yes later is found."
        ),
        gettext_lazy("Albums and names of people who have not said yes are deleted."),
    ),
    FaceCard(
        FaceMode.OFF,
        gettext_lazy("No faces at all"),
        gettext_lazy(
            "No face is looked for. People find their photos by looking, by day, place and tag, and get back what they added."
        ),
        gettext_lazy("All faces, people and names are deleted."),
    ),
)


def face_cards(chosen: str) -> list[FaceCard]:
    return [FaceCard(c.mode, c.title, c.means, c.deletes, c.mode == chosen) for c in CARDS]


@in_room(Action.CHANGE_ROOM)
def room_faces(request: HttpRequest, place: Place) -> HttpResponse:
    """Choose a mode. What would delete something is asked once more, with its numbers."""
    room, problem = place.room, ""
    form = FaceModeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        mode = form.cleaned_data["face_mode"]
        losses = losses_of(room, mode)
        if mode != room.face_mode and any(losses) and "confirmed" not in request.POST:
            card = next(card for card in face_cards(mode) if card.is_chosen)
            context = {"card": card, "faces": losses[0], "people": losses[1]}
            return render_room(request, place, "albums/room_faces_confirm.html", "settings", **context)
        try:
            said = services.set_face_mode(user=place.user, room=room, mode=mode)
        except AlbumError as error:
            problem = str(error)
        else:
            say(request, said or _("Nothing was changed: the room does that already."))
            return redirect("albums:room_settings", room.pk)
    elif request.method == "POST":
        problem = _("Choose what happens with faces: nothing, only people who said yes, or everyone.")
    context = {"cards": face_cards(room.face_mode), "problem": problem}
    return render_room(request, place, "albums/room_faces.html", "settings", **context)


def losses_of(room: Room, mode: str) -> tuple[int, int]:
    """How many faces and people a mode would take away."""
    people = room.people.current()
    if mode == FaceMode.OFF:
        return room.faces.count(), people.count()
    if mode != FaceMode.CONSENTING or room.face_mode == FaceMode.OFF:
        return 0, 0
    given = Consent.objects.filter(room=room, withdrawn_at=None)
    own = Exists(given.filter(child=None, user=OuterRef("user")))
    childs = Exists(given.filter(child=OuterRef("child"), child__isnull=False))
    others = people.filter(~Q(own), ~Q(childs))
    return Face.objects.filter(person__in=others.order_by().values("pk")).count(), others.count()
