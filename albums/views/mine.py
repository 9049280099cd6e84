"""My album, or a child's: what is sure, what may be, what one took oneself, and the download of it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from albums import faces_policy
from albums.models import Child
from albums.notices import say
from albums.permissions import Action
from albums.search import number
from albums.services import consents, not_me
from albums.services.downloads import album_photos, album_size
from albums.views.consent import asking
from albums.views.found import child_asked, found_by, people_to_tap
from albums.views.listings import Listing, grid_page
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, render_room

TAKEN_SHOWN = 24  # below the album; all of them have a page of their own


@in_room()
def mine_page(request: HttpRequest, place: Place) -> HttpResponse:
    """My album. Who has not said which face is theirs chooses it here."""
    return render_album(request, place, None)


@in_room(Action.CLAIM_PERSON)
@deed
def mine_leave(request: HttpRequest, place: Place) -> HttpResponse:
    """The chosen photos are not of oneself, or of the child; with an Undo."""
    child = child_asked(request, place)
    done = not_me.leave_photos(
        user=place.user, room=place.room, photo_ids=chosen_photos(request), child=child
    )
    text = ngettext(
        "%(count)s photo taken out of this album.", "%(count)s photos taken out of this album.", done.photos
    )
    query = {"change": done.change.pk if done.change else "", "child": child.pk if child else ""}
    undo_url = f"{reverse('albums:mine_return', args=[place.room.pk])}?{urlencode(query)}"
    say(request, text % {"count": intcomma(done.photos)}, undo_url=undo_url, photos=done.declined)
    return go_back(request, "albums:mine", place.room.pk)


@in_room(Action.CLAIM_PERSON)
@deed
def mine_return(request: HttpRequest, place: Place) -> HttpResponse:
    """The Undo of that; `photos` holds ids of faces here."""
    not_me.return_photos(
        user=place.user,
        room=place.room,
        change_id=number(request.GET.get("change", "")),
        face_ids=chosen_photos(request),
        child=child_asked(request, place),
    )
    say(request, _("Undone. The photos are back in this album."))
    return go_back(request, "albums:mine", place.room.pk)


def render_album(request: HttpRequest, place: Place, child: Child | None) -> HttpResponse:
    shows_taken = child is None and request.GET.get("show") == "taken"
    listing = Listing(child=child.pk) if child else Listing(is_mine=True)
    shown = Listing(uploader=place.user.pk) if shows_taken else listing
    page = grid_page(shown, place.room, place.user, request.GET)
    found = found_by(place, child)
    album = f"child-{child.pk}" if child else "mine"
    context: dict[str, object] = {
        "me": found.me,
        "found": found,
        "page": page,
        "album": album,
        "leaves_album": not shows_taken,
        "size": size_of(place, album),
        "shows_taken": shows_taken,
        "consent": consents.current(place.user, place.room, child),
        "finds_faces": faces_policy.finds_faces(place.room),
        "mode": faces_policy.describe(place.room),
        "is_processing": place.room.photos.present().filter(state="pending").exists(),
    }
    if child is None:
        context |= taken(place)
    if not page.days and found.me is None:
        context["people"] = people_to_tap(request, place)
    return render_room(request, place, "albums/mine.html", "mine", **context, **asking(place, child))


def size_of(place: Place, album: str) -> object:
    _, photos = album_photos(user=place.user, room=place.room, album=album)
    return album_size(photos)


def taken(place: Place) -> dict[str, object]:
    """The photos that this user added, and the album with them."""
    photos = place.room.photos.in_albums().filter(uploader=place.user)
    some = list(photos.in_order().with_files()[:TAKEN_SHOWN])
    count = photos.count() if len(some) == TAKEN_SHOWN else len(some)
    both = size_of(place, "mine-and-taken") if count else None
    return {"taken_count": count, "taken": some, "size_with_taken": both}
