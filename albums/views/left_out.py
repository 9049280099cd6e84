"""What is in no album although it is not in the trash: blurred photos, duplicates, and what somebody set aside."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from albums.models import Room
from albums.models.photos import LeftOut
from albums.notices import say
from albums.permissions import Action
from albums.services.rooms import update_room
from albums.views.listings import Listing
from albums.views.places import Place, deed, go_back, in_room, render_room

SHOWN = 120


@dataclass(frozen=True, slots=True)
class Section:
    """One reason to be left out, and how many photos have it."""

    reason: str
    title: str
    count: int


TITLES = {
    LeftOut.BLURRED: gettext_lazy("Blurred"),
    LeftOut.DUPLICATE: gettext_lazy("Duplicates"),
    LeftOut.ASIDE: gettext_lazy("Set aside"),
}


def sections_of(room: Room) -> list[Section]:
    """All three, in the order of the page; one query."""
    rows = room.photos.left_out().order_by().values_list("left_out").annotate(n=Count("pk"))
    counts = dict(rows)
    return [
        Section(reason.value, str(title), counts.get(reason.value, 0)) for reason, title in TITLES.items()
    ]


@in_room()
def left_out_page(request: HttpRequest, place: Place) -> HttpResponse:
    """One section at a time: the one asked for, else the first that holds anything."""
    sections = sections_of(place.room)
    asked = [one for one in sections if one.reason == request.GET.get("why")]
    section = (asked or [one for one in sections if one.count] or sections)[0]
    photos = place.room.photos.left_out(section.reason).with_files().in_order()
    page = Paginator(photos, SHOWN).get_page(request.GET.get("page"))
    return render_room(
        request,
        place,
        "albums/left_out.html",
        "left_out",
        sections=sections,
        section=section,
        page=page,
        query=Listing(left_out=section.reason).query,
        may_edit=Action.EDIT_PHOTOS in place.can,
    )


@in_room(Action.CHANGE_ROOM)
@deed
def left_out_switch(request: HttpRequest, place: Place) -> HttpResponse:
    """Whether blurred photos of this room stay in its albums."""
    shows = request.POST.get("shows_blurred") == "1"
    update_room(user=place.user, room=place.room, shows_blurred=shows)
    say(request, _("Blurred photos stay in the albums.") if shows else _("Blurred photos are set apart."))
    return go_back(request, "albums:left_out", place.room.pk)
