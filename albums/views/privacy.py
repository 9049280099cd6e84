"""My privacy in a room: the yes that I gave, what is kept about me, and every way to take it back."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from albums import faces_policy
from albums.kept import given_by, kept_of
from albums.models import Child, Photo, TakedownRequest
from albums.notices import say
from albums.permissions import Action
from albums.services import concealment, consents
from albums.services.children import children_of
from albums.views.consent import asking
from albums.views.found import child_asked
from albums.views.places import Place, deed, in_room, render_room

REQUESTS_SHOWN = 20


@in_room()
def privacy_page(request: HttpRequest, place: Place) -> HttpResponse:
    asked = TakedownRequest.objects.filter(room=place.room, user=place.user).prefetch_related(
        Prefetch("photo", Photo.objects.with_files())
    )
    children = [
        (child, kept_of(place.user, place.room, child)) for child in children_of(place.user, place.room)
    ]
    return render_room(
        request,
        place,
        "albums/privacy.html",
        "privacy",
        mode=faces_policy.describe(place.room),
        finds_faces=faces_policy.finds_faces(place.room),
        kept=kept_of(place.user, place.room),
        given=given_by(place.user, place.room),
        children=children,
        requests=asked[:REQUESTS_SHOWN],
        **asking(place, None),
    )


def to_privacy(place: Place, child: Child | None = None) -> HttpResponseRedirect:
    end = f"#child-{child.pk}" if child else ""
    return HttpResponseRedirect(reverse("albums:privacy", args=[place.room.pk]) + end)


@in_room(Action.CLAIM_PERSON)
def privacy_withdraw(request: HttpRequest, place: Place) -> HttpResponse:
    """Asks once whether it is meant, says what would go; the POST deletes and says what went."""
    child = child_asked(request, place)
    if request.method == "POST":
        return withdraw(request, place)
    kept = kept_of(place.user, place.room, child)
    return render_room(request, place, "albums/privacy_withdraw.html", "privacy", kept=kept, child=child)


@deed
def withdraw(request: HttpRequest, place: Place) -> HttpResponse:
    child = child_asked(request, place)
    withdrawal = consents.withdraw(user=place.user, room=place.room, child=child)
    say(request, withdrawal.summary)
    return to_privacy(place, child)


@in_room(Action.CLAIM_PERSON)
@deed
def privacy_conceal(request: HttpRequest, place: Place) -> HttpResponse:
    """Leave a person out for everybody else, and blur their face if that is wanted."""
    child = child_asked(request, place)
    is_veiled = request.POST.get("veil") == "1"
    concealment.conceal(user=place.user, room=place.room, child=child, veil=is_veiled)
    if is_veiled:
        text = _(
            "Nobody else sees this face in people, search and suggestions any more, and it is being blurred on the photos."
        )
    else:
        text = _("Nobody else sees this face in people, search and suggestions any more.")
    say(request, text)
    return to_privacy(place, child)


@in_room(Action.CLAIM_PERSON)
@deed
def privacy_reveal(request: HttpRequest, place: Place) -> HttpResponse:
    child = child_asked(request, place)
    concealment.reveal(user=place.user, room=place.room, child=child)
    say(request, _("This face is shown like the others again."))
    return to_privacy(place, child)
