"""The page of the editor for one photo. What it does it does through the API; without scripts it turns the photo."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from albums.errors import AlbumError
from albums.models import Photo
from albums.notices import say_problem
from albums.permissions import Action, seen_photos
from albums.services import edits
from albums.templatetags.photos import media_url
from albums.views.listings import Listing
from albums.views.places import Place, in_room, render_room
from processing.recipes import recipe_of

FIRST_SIZE = "base-1280"


@require_http_methods(["GET", "HEAD", "POST"])
@in_room(Action.EDIT_PHOTOS)
def photo_edit(request: HttpRequest, place: Place, photo_id: int) -> HttpResponse:
    """The editor, or the sentence why this photo can't be edited."""
    photo = get_object_or_404(seen_photos(place.user, place.room).select_related("room", "edit"), pk=photo_id)
    listing = Listing.of(request.GET)
    back_url = photo.get_absolute_url() + listing.query
    if request.method == "POST":
        return _turned(request, place, photo, back_url)
    where = {"room": place.room.pk, "photo": photo.pk}
    return render_room(
        request,
        place,
        "albums/photo_edit.html",
        photo=photo,
        back_url=back_url,
        refusal=edits.refusal(place.user, photo),
        first_url=media_url(photo, FIRST_SIZE),
        base=edits.number_of(photo.edit),
        edit_url=reverse("api:edit", kwargs=where),
        operations_url=reverse("api:operations"),
        presets_url=reverse("api:edit-presets-list", kwargs={"room": place.room.pk}),
        photos_url=reverse("api:photos-list", kwargs={"room": place.room.pk}),
        better=better_models(),
    )


def better_models() -> dict[str, list[str]]:
    """What would be better with which model file, by group of operations."""
    return {}


def _turned(request: HttpRequest, place: Place, photo: Photo, back_url: str) -> HttpResponse:
    """What a browser without scripts can do: another quarter turn, or the original."""
    base, wish = request.POST.get("base", ""), request.POST.get("turn", "")
    try:
        if not base.isdecimal() or wish not in ("1", "-1", "revert"):
            raise AlbumError(gettext("Choose what is to be done to the photo."))
        if wish == "revert":
            edits.revert(user=place.user, photo=photo, base=int(base[:9]))
        else:
            recipe = with_turn(photo, int(wish))
            edits.save_edit(user=place.user, photo=photo, recipe=recipe, base=int(base[:9]))
    except AlbumError as error:
        say_problem(request, str(error))
        return redirect("albums:photo_edit", place.room.pk, photo.pk)
    return redirect(back_url)


def with_turn(photo: Photo, quarters: int) -> dict[str, object]:
    """The recipe of a photo with one quarter turn more; a crop before it would not fit any more and goes."""
    steps = list(photo.edit.recipe["steps"]) if photo.edit else []
    before = next((int(step.get("quarters", 0)) for step in steps if step["op"] == "rotate"), 0)
    turn = recipe_of([("rotate", {"quarters": (before + quarters) % 4})]).as_json()["steps"]
    others = [step for step in steps if step["op"] not in ("rotate", "crop", "perspective")]
    return {"format": 1, "steps": [*turn, *others]}
