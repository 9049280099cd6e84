"""Photos that probably lie on their side: shown as they would stand, turned or left."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from albums import edit_lists
from albums.models import Photo
from albums.notices import say
from albums.permissions import Action
from albums.services import turns as services
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, render_room

SHOWN = 60


@in_room(Action.EDIT_PHOTOS)
def turns_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The surest first, all ticked."""
    page = Paginator(edit_lists.open_turns(place.room, place.user), SHOWN).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    photos = Photo.objects.with_files().in_bulk([turn.photo_id for turn in shown])
    for turn in shown:
        turn.photo = photos[turn.photo_id]
    prefetch_related_objects([turn.photo for turn in shown], "room")
    return render_room(
        request,
        place,
        "albums/turns.html",
        "turns",
        page=page,
        turns=shown,
        is_waiting=place.room.photos.present().filter(state="pending").exists(),
    )


def wanted(request: HttpRequest) -> list[int] | None:
    """The ticked photos; None for all of them, also those of the other pages."""
    return None if "all" in request.POST else chosen_photos(request)


@in_room(Action.EDIT_PHOTOS)
@deed
def turns_accept(request: HttpRequest, place: Place) -> HttpResponse:
    batch = services.accept(user=place.user, room=place.room, photo_ids=wanted(request))
    text = ngettext("%(count)s photo is turned.", "%(count)s photos are turned.", batch.total)
    say(
        request,
        text % {"count": batch.total},
        undo_url=reverse("albums:edits_undo", args=[place.room.pk, batch.pk]),
        watch_url=reverse("albums:edits", args=[place.room.pk]),
    )
    return go_back(request, "albums:turns", place.room.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def turns_decline(request: HttpRequest, place: Place) -> HttpResponse:
    left = services.decline(user=place.user, room=place.room, photo_ids=wanted(request))
    text = ngettext("%(count)s photo stays as it is.", "%(count)s photos stay as they are.", len(left))
    undo_url = reverse("albums:turns_ask_again", args=[place.room.pk]) if left else ""
    say(request, text % {"count": len(left)}, undo_url=undo_url, photos=left)
    return go_back(request, "albums:turns", place.room.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def turns_ask_again(request: HttpRequest, place: Place) -> HttpResponse:
    count = services.ask_again(user=place.user, room=place.room, photo_ids=chosen_photos(request))
    say(request, _("Nothing was left to take back.") if not count else _("Asked about again."))
    return go_back(request, "albums:turns", place.room.pk)
