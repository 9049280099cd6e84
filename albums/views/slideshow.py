"""Photos one after the other, as large as the screen; also without scripts, then by hand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from albums.models import Photo
from albums.search import number
from albums.slides import slide_cursor
from albums.views.listings import Listing, after, before
from albums.views.places import Place, in_room, render_room


@in_room()
def slideshow_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The photos of a list from one of them on."""
    listing = Listing.of(request.GET)
    shown = listing.photos(place.room, place.user).filter(state="ready").with_files()
    wanted = number(request.GET.get("photo", ""))
    photo = (shown.filter(pk=wanted).first() if wanted is not None else None) or shown.first()
    address = reverse("api:slides-list", kwargs={"room": place.room.pk}) + (listing.query or "?")
    return render_room(
        request,
        place,
        "albums/slideshow.html",
        photo=photo,
        query=listing.query,
        first_url=address,
        next_url=f"{address}&cursor={slide_cursor(photo)}" if photo else "",
        back_url=photo.get_absolute_url() + listing.query
        if photo and wanted
        else listing.page_url(place.room),
        previous=address_of(
            before(shown, (photo.sort_at, photo.pk)).first() if photo else None, place, listing
        ),
        following=address_of(
            after(shown, (photo.sort_at, photo.pk)).first() if photo else None, place, listing
        ),
    )


def address_of(photo: Photo | None, place: Place, listing: Listing) -> str:
    """The slideshow at another photo, for whoever has no scripts."""
    if photo is None:
        return ""
    start = f"{listing.query}&" if listing.query else "?"
    return f"{reverse('albums:slideshow', args=[place.room.pk])}{start}photo={photo.pk}"
