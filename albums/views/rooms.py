from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from albums.errors import AlbumError
from albums.forms import DeleteRoomForm, FaceModeForm, RoomForm
from albums.models import Photo
from albums.notices import say
from albums.permissions import Action
from albums.services import rooms as services
from albums.services.invitations import create_invitation
from albums.services.members import leave_room
from albums.services.notifications import note_visit
from albums.services.progress import room_progress
from albums.views.face_modes import face_cards
from albums.views.filtering import filters_of, found_on
from albums.views.joining import counts_of
from albums.views.listings import Listing, grid_page
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, posted, render_room, user_of
from albums.views.room_head import room_head
from albums.views.search import Box

PEOPLE_IN_STRIP = 30


def landing(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("albums:rooms")
    return render(request, "albums/landing.html")


@login_required
def room_new(request: HttpRequest) -> HttpResponse:
    form, faces = RoomForm(posted(request)), FaceModeForm(posted(request))
    if request.method == "POST" and form.is_valid() and faces.is_valid():
        try:
            values = form.values() | faces.cleaned_data
            room = services.create_room(owner=user_of(request), **values)
            create_invitation(user=user_of(request), room=room)
        except AlbumError as error:
            form.add_error(None, str(error))
        else:
            return redirect(room)
    context = {"form": form, "cards": face_cards(faces["face_mode"].value())}
    return render(request, "albums/room_new.html", context)


@in_room()
def room_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The grid: its first page, which scripts make as long as the list."""
    room = place.room
    listing = Listing.of(request.GET)
    page = grid_page(listing, room, place.user, request.GET)
    note_visit(user=place.user, room=room)
    people = room.people.shown(place.user).for_strip()[: PEOPLE_IN_STRIP + 1]
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
        **room_head(place),
    )


@in_room()
def room_progress_part(request: HttpRequest, place: Place) -> HttpResponse:
    """How far the processing is, and the people found so far; asked for again until all is done."""
    people = list(place.room.people.shown(place.user).for_strip()[: PEOPLE_IN_STRIP + 1])
    context = {"room": place.room, "can": place.can, "progress": room_progress(place.room)}
    context |= {"people": people, "people_shown": PEOPLE_IN_STRIP, "is_update": True}
    context |= counts_of(place.room)
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
            say(request, _("The room's settings are saved."))
            return redirect("albums:room_settings", room.pk)
    cover = Photo.objects.filter(pk=room.cover_id or 0).present().with_files().first()
    return render_room(
        request,
        place,
        "albums/room_settings.html",
        "settings",
        form=form,
        cover=cover,
        cards=face_cards(room.face_mode),
        delete_form=DeleteRoomForm(room),
    )


@in_room(Action.DELETE_ROOM)
def room_delete(request: HttpRequest, place: Place) -> HttpResponse:
    """Asks for the room's name, typed: this is the one thing that has no Undo."""
    form = DeleteRoomForm(place.room, posted(request))
    if request.method == "POST" and form.is_valid():
        name = place.room.name
        services.delete_room(user=place.user, room=place.room)
        say(request, _("The room “%(name)s” and everything in it is deleted.") % {"name": name})
        return redirect("albums:rooms")
    return render_room(request, place, "albums/room_delete.html", "settings", delete_form=form)


@in_room(Action.LEAVE)
@deed
def room_leave(request: HttpRequest, place: Place) -> HttpResponse:
    leave_room(user=place.user, room=place.room)
    say(
        request,
        _("You have left “%(room)s”. Your photos stay there; the same invitation lets you in again.")
        % {"room": place.room},
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
        _("This photo is the cover of the room now.")
        if photo
        else _("The room shows its first photo as cover."),
    )
    return go_back(request, "albums:room", place.room.pk)
