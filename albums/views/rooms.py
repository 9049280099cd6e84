from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from albums.errors import AlbumError
from albums.forms import DeleteRoomForm, RoomForm
from albums.models import Photo, Receipt, Room
from albums.notices import say
from albums.permissions import Action
from albums.services import rooms as services
from albums.services.invitations import create_invitation
from albums.services.members import leave_room
from albums.services.progress import room_progress
from albums.views.filtering import filters_of, found_on
from albums.views.listings import Listing, grid_page
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, posted, render_room, user_of
from albums.views.search import Box

PEOPLE_IN_STRIP = 30


def landing(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("albums:rooms")
    return render(request, "albums/landing.html")


@login_required
def room_list(request: HttpRequest) -> HttpResponse:
    first = Photo.objects.filter(room=OuterRef("pk"), state="ready").in_albums().in_order().values("pk")[:1]
    found = Room.objects.visible_to(request.user).with_counts().with_role_of(request.user)
    rooms = list(found.annotate(first_photo=Subquery(first)).order_by("-created_at"))
    wanted = {room.cover_id or room.first_photo for room in rooms}
    covers = {photo.pk: photo for photo in Photo.objects.filter(pk__in=wanted).present().with_files()}
    cards = [(room, covers.get(room.cover_id) or covers.get(room.first_photo)) for room in rooms]
    has_receipts = Receipt.objects.filter(readers=user_of(request), ended_at__isnull=False).exists()
    return render(request, "albums/rooms.html", {"cards": cards, "has_receipts": has_receipts})


@login_required
def room_new(request: HttpRequest) -> HttpResponse:
    form = RoomForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            room = services.create_room(owner=user_of(request), **form.values())
            create_invitation(user=user_of(request), room=room)
        except AlbumError as error:
            form.add_error(None, str(error))
        else:
            return redirect(room)
    return render(request, "albums/room_new.html", {"form": form})


@in_room()
def room_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The grid. A request for a later page by a script gets that part alone."""
    room = place.room
    listing = Listing.of(request.GET)
    page = grid_page(listing, room, place.user, request.GET)
    if request.headers.get("HX-Request") and not page.is_first:
        return render(request, "albums/_grid.html", {"page": page, "room": room})
    people = room.people.shown().for_strip()[: PEOPLE_IN_STRIP + 1]
    filters = filters_of(listing, room)
    return render_room(
        request,
        place,
        "albums/room.html",
        "photos",
        page=page,
        found=None if listing.is_everything else found_on(page, place),
        box=Box.of(listing, room),
        filters=filters,
        filters_on=sum(found.is_on for found in filters),
        with_blurred_url=room.get_absolute_url() + replace(listing, with_blurred=True).query,
        progress=room_progress(room),
        people=list(people),
        people_shown=PEOPLE_IN_STRIP,
        listing=listing,
        member_count=room.memberships.count(),
    )


@in_room()
def room_progress_part(request: HttpRequest, place: Place) -> HttpResponse:
    """How far the processing is, and the people found so far; asked for again until all is done."""
    people = list(place.room.people.shown().for_strip()[: PEOPLE_IN_STRIP + 1])
    context = {"room": place.room, "can": place.can, "progress": room_progress(place.room)}
    context |= {"people": people, "people_shown": PEOPLE_IN_STRIP, "is_update": True}
    return render(request, "albums/_progress.html", context)


@in_room(Action.CHANGE_ROOM)
def room_settings(request: HttpRequest, place: Place) -> HttpResponse:
    room = place.room
    form = RoomForm(posted(request), initial=RoomForm.of(room), room=room)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_room(user=place.user, room=room, **form.changes())
        except AlbumError as error:
            form.add_error(None, str(error))
        else:
            say(request, "The room's settings are saved.")
            return redirect("albums:room_settings", room.pk)
    cover = Photo.objects.filter(pk=room.cover_id or 0).present().with_files().first()
    return render_room(
        request,
        place,
        "albums/room_settings.html",
        "settings",
        form=form,
        cover=cover,
        delete_form=DeleteRoomForm(room),
    )


@in_room(Action.DELETE_ROOM)
def room_delete(request: HttpRequest, place: Place) -> HttpResponse:
    """Asks for the room's name, typed: this is the one thing that has no Undo."""
    form = DeleteRoomForm(place.room, posted(request))
    if request.method == "POST" and form.is_valid():
        name = place.room.name
        services.delete_room(user=place.user, room=place.room)
        say(request, f"The room “{name}” and everything in it is deleted.")
        return redirect("albums:rooms")
    return render_room(request, place, "albums/room_delete.html", "settings", delete_form=form)


@in_room(Action.LEAVE)
@deed
def room_leave(request: HttpRequest, place: Place) -> HttpResponse:
    leave_room(user=place.user, room=place.room)
    say(
        request,
        f"You have left “{place.room}”. Your photos stay there; the same invitation lets you in again.",
    )
    return redirect("albums:rooms")


@in_room(Action.CHANGE_ROOM)
@deed
def room_cover(request: HttpRequest, place: Place) -> HttpResponse:
    """Make a photo the cover of the room, or none."""
    photo = None
    if chosen := chosen_photos(request):
        photo = get_object_or_404(place.room.photos.present(), pk=chosen[0])
    services.update_room(user=place.user, room=place.room, cover=photo)
    say(
        request,
        "This photo is the cover of the room now." if photo else "The room shows its first photo as cover.",
    )
    return go_back(request, "albums:room", place.room.pk)
