"""Rooms that end: express rooms, and the receipts of those that are gone."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from albums.errors import AlbumError
from albums.forms import ExpressForm
from albums.models import Receipt
from albums.notices import say
from albums.permissions import Action
from albums.services import rooms as services
from albums.views.places import Place, deed, in_room, posted, user_of

RECEIPTS_SHOWN = 100


@login_required
def room_express(request: HttpRequest) -> HttpResponse:
    """Photos in, a sorted zip out: a room of one's own that cleans itself up."""
    form = ExpressForm(posted(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            room = services.create_room(
                owner=user_of(request),
                name=values["name"],
                time_zone=values["time_zone"] or None,
                upload_policy="owner",
                is_express=True,
            )
        except AlbumError as error:
            form.add_error(None, str(error))
        else:
            return redirect(room)
    return render(request, "albums/room_express.html", {"form": form})


@in_room(Action.CHANGE_ROOM)
@deed
def room_keep(request: HttpRequest, place: Place) -> HttpResponse:
    services.keep_room(user=place.user, room=place.room)
    say(request, _("The room stays. You can invite friends to it now."))
    return redirect(place.room)


@login_required
def receipts_page(request: HttpRequest) -> HttpResponse:
    receipts = Receipt.objects.filter(readers=user_of(request), ended_at__isnull=False)
    return render(request, "albums/receipts.html", {"receipts": receipts[:RECEIPTS_SHOWN]})


@login_required
def receipt_page(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """For those who were in the room; for everybody else there is no such receipt."""
    receipts = Receipt.objects.filter(readers=user_of(request), ended_at__isnull=False)
    return render(request, "albums/receipt.html", {"receipt": get_object_or_404(receipts, pk=receipt_id)})
