"""Faces that the machine missed or made up: people draw the one and take the other away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy

from albums.errors import AlbumError
from albums.permissions import Action
from albums.search import number
from albums.services import faces as services
from albums.shown_boxes import original_box
from albums.views.people import say_change
from albums.views.places import Place, deed, go_back, in_room

SIDES = ("x", "y", "width", "height")
NO_BOX = gettext_lazy("Draw a box around the face first.")


@in_room(Action.EDIT_PEOPLE)
@deed
def face_draw(request: HttpRequest, place: Place, photo_id: int) -> HttpResponse:
    """A face that was missed, in pixels of the photo as shown, with a name if one was typed."""
    photo = get_object_or_404(place.room.photos.present(), pk=photo_id)
    name = request.POST.get("name", "").strip()
    x, y, width, height = box_of(request.POST)
    box = original_box(photo, x=x, y=y, width=width, height=height)
    _, change = services.draw(user=place.user, photo=photo, name=name, **box._asdict())
    say_change(request, place, change)
    return go_back(request, "albums:photo", place.room.pk, photo.pk)


def box_of(values: QueryDict) -> list[int]:
    """x, y, width and height; a box may begin left of the photo, so a minus is fine there."""
    box = []
    for side in SIDES:
        text = values.get(side, "")
        pixels = number(text.removeprefix("-"))
        if pixels is None:
            raise AlbumError(NO_BOX)
        box.append(-pixels if text.startswith("-") else pixels)
    return box


@in_room(Action.EDIT_PEOPLE)
@deed
def face_dismiss(request: HttpRequest, place: Place, face_id: int) -> HttpResponse:
    """This is no face."""
    face = get_object_or_404(place.room.faces.seen_by(place.user), pk=face_id)
    change = services.dismiss(user=place.user, room=place.room, face_ids=[face.pk])
    say_change(request, place, change)
    return go_back(request, "albums:photo", place.room.pk, face.photo_id)
