"""My album, or a child's: what is sure, what may be, what one took oneself, and the download of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from albums import faces_policy
from albums.models import Child
from albums.services import consents
from albums.services.downloads import album_photos, album_size
from albums.views.consent import asking
from albums.views.found import found_by, people_to_tap
from albums.views.listings import Listing, grid_page
from albums.views.places import Place, in_room, render_room

TAKEN_SHOWN = 24  # below the album; all of them have a page of their own


@in_room()
def mine_page(request: HttpRequest, place: Place) -> HttpResponse:
    """My album. Who has not said which face is theirs chooses it here."""
    return render_album(request, place, None)


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
