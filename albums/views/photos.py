from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from albums import veils
from albums.api.links import absolute
from albums.errors import AlbumError
from albums.faces_policy import finds_faces
from albums.models import Photo
from albums.models.photos import PlaceSource
from albums.notices import say, say_problem
from albums.permissions import Action
from albums.querysets import PhotoQuerySet
from albums.services import photos as services
from albums.services.faces import SMALLEST_PX
from albums.shown_boxes import shown_pixels
from albums.views.comments import talk_of
from albums.views.listings import Listing, after, before
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, render_room

FAILED_SHOWN = 200
TRASH_SHOWN = 200


@dataclass(frozen=True)
class Neighbors:
    """The photos beside one, in the list that the visitor came from."""

    previous: Photo | None
    next: Photo | None
    position: int
    total: int


def neighbors_of(photo: Photo, listing: Listing, place: Place) -> Neighbors:
    photos = listing.photos(place.room, place.user)
    here = (photo.sort_at, photo.pk)
    earlier = before(photos, here)
    return Neighbors(
        previous=earlier.with_files().first(),
        next=after(photos, here).with_files().first(),
        position=earlier.order_by().count() + 1,
        total=photos.order_by().count(),
    )


@dataclass(frozen=True)
class Spot:
    """A point of the map."""

    latitude: float
    longitude: float
    is_exact: bool  # the photo's own position; else the middle of its place


def spot_of(photo: Photo) -> Spot | None:
    """Where it was taken, as far as people are told: nobody is where somebody cleared it."""
    if photo.is_place_cleared:
        return None
    if (
        photo.latitude is not None
        and photo.longitude is not None
        and photo.place_source != PlaceSource.PERSON
    ):
        return Spot(photo.latitude, photo.longitude, is_exact=True)
    place = photo.place
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return Spot(place.latitude, place.longitude, is_exact=False)


def slideshow_url(photo: Photo, listing: Listing) -> str:
    start = f"{listing.query}&" if listing.query else "?"
    return f"{reverse('albums:slideshow', args=[photo.room_id])}{start}photo={photo.pk}"


def may_edit(place: Place, photo: Photo) -> bool:
    """Whether the editor is offered; `services.edits.refusal` decides."""
    is_editable = Action.EDIT_PHOTOS in place.can and photo.state == "ready" and not photo.is_video
    return is_editable and not (photo.veil and veils.is_veiled_for(photo, place.user))


@in_room()
def photo_page(request: HttpRequest, place: Place, photo_id: int) -> HttpResponse:
    """The viewer: one photo, large, with its people, its facts and its neighbors."""
    photos = place.room.photos.present().with_files().with_faces(place.user)
    photos = photos.select_related("place", "event", "device", "shown_edit__author", "edit")
    photo = get_object_or_404(photos, pk=photo_id)
    listing = Listing.of(request.GET)
    return render_room(
        request,
        place,
        "albums/photo.html",
        photo=photo,
        query=listing.query,
        back_url=listing.page_url(place.room),
        photo_link=absolute(request, photo.get_absolute_url()),
        slideshow_url=slideshow_url(photo, listing),
        talk=talk_of(photo, place),
        comments_next=f"{photo.get_absolute_url()}{listing.query}#comments",
        spot=spot_of(photo),
        tiles_url=settings.MAP_TILES_URL,
        tiles_credit=settings.MAP_TILES_CREDIT,
        finds_faces=finds_faces(place.room),
        neighbors=neighbors_of(photo, listing, place),
        may_draw=Action.EDIT_PEOPLE in place.can
        and photo.state == "ready"
        and not photo.is_video
        and finds_faces(place.room),
        may_edit=may_edit(place, photo),
        least_box_px=shown_pixels(photo, SMALLEST_PX),
        is_anybody_me=place.room.people.filter(user=place.user).exists(),
        may_delete=photo.uploader_id == place.user.pk or Action.DELETE_PHOTO in place.can,
    )


@in_room(Action.UPLOAD)
@deed
def photo_upload(request: HttpRequest, place: Place) -> HttpResponse:
    """Upload without any script: a plain form. With scripts the tray uses the API."""
    results: dict[str, int] = {"created": 0, "duplicate": 0, "restored": 0}
    for file in request.FILES.getlist("files"):
        try:
            _, result = services.add_photo(
                room=place.room, uploader=place.user, file=file, filename=file.name or ""
            )
        except AlbumError as error:
            say_problem(request, f"{file.name}: {error}")
        else:
            results[result] += 1
    say(request, told(results))
    return redirect(place.room)


def told(results: dict[str, int]) -> str:
    added = results["created"] + results["restored"]
    text = f"{added} photo{'' if added == 1 else 's'} added."
    return f"{text} {results['duplicate']} were here already." if results["duplicate"] else text


@in_room()
@deed
def photos_trash(request: HttpRequest, place: Place) -> HttpResponse:
    pks = services.trash_photos(user=place.user, room=place.room, photo_ids=chosen_photos(request))
    text = "1 photo moved to the trash." if len(pks) == 1 else f"{len(pks)} photos moved to the trash."
    say(request, text, undo_url=reverse("albums:photos_restore", args=[place.room.pk]), photos=pks)
    return go_back(request, "albums:room", place.room.pk)


@in_room()
@deed
def photos_restore(request: HttpRequest, place: Place) -> HttpResponse:
    pks = services.restore_photos(user=place.user, room=place.room, photo_ids=chosen_photos(request))
    say(
        request,
        gettext("1 photo is back.")
        if len(pks) == 1
        else gettext("%(len)s photos are back.") % {"len": len(pks)},
    )
    return go_back(request, "albums:trash", place.room.pk)


@in_room(Action.RETRY)
@deed
def photos_retry(request: HttpRequest, place: Place) -> HttpResponse:
    """Those that were chosen, or all that failed."""
    chosen = None if "all" in request.POST else chosen_photos(request)
    count = services.retry_photos(user=place.user, room=place.room, photo_ids=chosen)
    say(request, f"{count} photo{'' if count == 1 else 's'} will be looked at once more.")
    return go_back(request, "albums:failed", place.room.pk)


@in_room()
def failed_page(request: HttpRequest, place: Place) -> HttpResponse:
    troubled = place.room.photos.troubled().with_files().in_order()
    damaged = place.room.photos.present().exclude(damage="").with_files().in_order()
    return render_room(
        request,
        place,
        "albums/failed.html",
        "failed",
        photos=troubled[:FAILED_SHOWN],
        total=troubled.order_by().count(),
        damaged=damaged[:FAILED_SHOWN],
        damaged_total=damaged.order_by().count(),
    )


@in_room()
def trash_page(request: HttpRequest, place: Place) -> HttpResponse:
    photos = restorable(place).with_files().order_by("-deleted_at", "-id")
    return render_room(
        request,
        place,
        "albums/trash.html",
        "trash",
        photos=photos.select_related("uploader", "room", "deleted_by")[:TRASH_SHOWN],
        total=photos.order_by().count(),
        days=settings.TRASH_DAYS,
    )


def restorable(place: Place) -> PhotoQuerySet:
    """What somebody sees in the trash: what they may bring back."""
    photos = place.room.photos.in_trash()
    if Action.DELETE_PHOTO in place.can:
        return photos
    return photos.filter(deleted_by=place.user)
