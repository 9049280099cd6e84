"""The wall: a page for the party's screen that shows new photos as they arrive."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from albums.api.links import absolute
from albums.models import Invitation
from albums.permissions import Action
from albums.slides import shown
from albums.views.invitations import is_local_only, qr_code
from albums.views.places import Place, in_room, render_room


@in_room()
def live_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Everybody in the room may open it; the code to join is drawn for whoever may invite."""
    invitation = invitation_of(place)
    link = absolute(request, invitation.get_absolute_url()) if invitation else ""
    return render_room(
        request,
        place,
        "albums/live.html",
        photo=shown(place.room.photos.all()).with_files().order_by("-id").first(),
        feed_url=reverse("api:live-list", kwargs={"room": place.room.pk}),
        back_url=place.room.get_absolute_url(),
        invitation=invitation,
        link=link,
        qr=qr_code(link) if link else "",
        is_local_only=is_local_only(request),
    )


def invitation_of(place: Place) -> Invitation | None:
    """The latest that is good for members: guests at the party want to add photos."""
    if Action.INVITE not in place.can:
        return None
    return place.room.invitations.usable().order_by("-role", "-created_at").filter(role="member").first()
